"""``python -m synthetic people|eid|old-accounts|truth --number N --seed S``: NDJSON on standard output.

``python -m synthetic base --into FOLDER``: a whole account base with its truth, as Parquet.
"""

import argparse
import sys
from pathlib import Path

from synthetic import demo
from synthetic.records import Row
from synthetic.streaming import MadeUp, stream, with_accounts


def _rows(one: MadeUp, what: str) -> list[Row]:
    if what == "eid":
        return [one.eid.row(one.person)] if one.eid else []
    if what == "old-accounts":
        return [account.row() for account in one.old_accounts]
    return [a.row() | {"belongs_to": one.person.personal_id, "twist": a.twist} for a in one.old_accounts]


def main() -> None:
    """Write rows until all are written."""
    parser = argparse.ArgumentParser(prog="synthetic", description=__doc__)
    parser.add_argument("what", choices=["people", "eid", "old-accounts", "truth", "base"])
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20240504)
    parser.add_argument("--into", type=Path, help="base: the folder of the Parquet files")
    parser.add_argument("--noise-times", type=float, default=1.0, help="base: 2 doubles every rate of noise.toml")
    given = parser.parse_args()
    if given.what == "base":
        if given.into is None:
            parser.error("base needs --into FOLDER")
        from synthetic import bases

        noise = bases.Noise.load(given.noise_times)
        counts = bases.write(given.into, people_count=given.number, account_count=None, seed=given.seed, noise=noise)
        sys.stdout.write("".join(f"{name}: {rows} rows\n" for name, rows in counts.items()))
        return
    if given.what == "people":
        rows = stream(given.number, given.seed)
    else:
        rows = (row for one in with_accounts(given.number, given.seed) for row in _rows(one, given.what))
    sys.stdout.writelines(demo.ndjson(rows))


if __name__ == "__main__":
    main()
