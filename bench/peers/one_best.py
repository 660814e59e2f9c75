"""What every peer of `bench linkage` shares: the same two tables in, one best person for each account out."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

COLUMNS = {"accounts": ["account_key", "personal_id", "full_name", "birth_date", "legacy_id9"]}
COLUMNS["people"] = COLUMNS["accounts"][1:]


def tables() -> tuple[pd.DataFrame, pd.DataFrame, Path]:
    """Accounts, live records of the register, and where to write; from the command line: BASE OUT."""
    base, out = Path(sys.argv[1]), Path(sys.argv[2])
    accounts = pd.read_parquet(base / "accounts.parquet", columns=COLUMNS["accounts"])
    people = pd.read_parquet(base / "people.parquet", columns=[*COLUMNS["people"], "state"])
    return accounts, people[people.state != "merged"].drop(columns="state").reset_index(drop=True), out


def write(pairs: pd.DataFrame, out: Path) -> None:
    """``pairs`` has account_key, personal_id, score: the best of each account is kept."""
    best = pairs.sort_values(["account_key", "score", "personal_id"], ascending=[True, False, True])
    best.drop_duplicates("account_key")[["account_key", "personal_id"]].to_parquet(out, index=False)
