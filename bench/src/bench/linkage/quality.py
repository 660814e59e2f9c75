"""How right a dry run is, by the truth of its base: precision, recall, each kind of noise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

AUTOMATIC = "('exact', 'near', 'nine_digits_resolvable', 'several_accounts')"
# What an account must be to be exact: nothing but spelling forms differs, used, and the only one of its owner.
CLEAN = """situation = 'plain' and number_noise = 'none' and date_noise = 'none'
    and name_noise in ('none', 'unicode_form', 'spacing_and_case') and not never_signed_in and of_owner = 1"""
# Every account of a living adult of the register that was ever used, whatever is wrong in it.
OWNED = "situation = 'plain' and not never_signed_in"
KINDS = ("name_noise", "number_noise", "date_noise")


@dataclass(frozen=True)
class Quality:
    """Counts of one or more bases, added up."""

    exact: int
    exact_wrong: int
    clean: int
    clean_exact: int
    owned: int
    owned_exact: int
    owned_automatic: int
    owned_named: int
    automatic: int
    automatic_wrong: int
    probable: int
    probable_wrong: int


@dataclass(frozen=True)
class Kind:
    """Accounts with one kind of noise: how many, known without a guess, probable and right, anybody wrong."""

    name: str
    accounts: int
    automatic: int
    probable: int
    wrong: int


class Judged:
    """Decisions beside the truth, of all bases given as (base, work folder)."""

    def __init__(self, runs: list[tuple[Path, Path]]) -> None:
        self._connection = duckdb.connect(":memory:")
        parts = [_beside(base, work) for base, work in runs]
        self._connection.execute("create table judged as " + " union all ".join(parts))

    def quality(self) -> Quality:
        """The counts of all."""
        row = self._connection.execute(f"""
            select sum((account_class = 'exact')::int), sum((account_class = 'exact' and not is_right)::int),
              sum(({CLEAN})::int), sum(({CLEAN} and account_class = 'exact' and is_right)::int),
              sum(({OWNED})::int), sum(({OWNED} and account_class = 'exact' and is_right)::int),
              sum(({OWNED} and account_class in {AUTOMATIC} and is_right)::int), sum(({OWNED} and is_right)::int),
              sum((account_class in {AUTOMATIC})::int), sum((account_class in {AUTOMATIC} and not is_right)::int),
              sum((account_class = 'probable')::int), sum((account_class = 'probable' and not is_right)::int)
            from judged""").fetchone()  # noqa: S608  our own text
        assert row
        return Quality(*map(int, row))

    def kinds(self) -> list[Kind]:
        """Plain accounts that were used, by each kind of noise (an account with two kinds counts for both)."""
        found = []
        for column in KINDS:
            rows = self._connection.execute(f"""
                select {column}, count(*), sum((account_class in {AUTOMATIC} and is_right)::int),
                  sum((account_class = 'probable' and is_right)::int),
                  sum((account_class in {AUTOMATIC} and not is_right)::int)
                from judged where {OWNED} and {column} <> 'none'
                group by 1 order by 1""").fetchall()  # noqa: S608
            found += [Kind(f"{column.split('_')[0]}: {name}", *map(int, counts)) for name, *counts in rows]
        for flag in ("twin", "namesake", "father_and_son", "household_phone", "second"):
            row = self._connection.execute(f"""
                select count(*), sum((account_class in {AUTOMATIC} and is_right)::int),
                  sum((account_class = 'probable' and is_right)::int),
                  sum((account_class in {AUTOMATIC} and not is_right)::int)
                from judged where {OWNED} and {flag}""").fetchone()  # noqa: S608
            if row and row[0]:
                found.append(Kind(f"person: {flag}", *map(int, row)))
        return found


def _beside(base: Path, work: Path) -> str:
    return f"""
        select t.*, d.account_class, coalesce(lpad(d.person::varchar, 12, '0') = t.belongs_to, false) as is_right,
          sum((not t.never_signed_in)::int) over (partition by t.belongs_to) as of_owner
        from (select *, row_number() over () as seq from read_parquet('{base}/truth.parquet')) t
        join read_parquet('{work}/stages/decided.parquet') d using (seq)"""  # noqa: S608


def named_right(base: Path, pairs: str) -> tuple[float, float]:
    """(precision, recall in percent) of pairs (account_key, personal_id) on accounts whose owner the register knows."""
    with duckdb.connect(":memory:") as connection:
        row = connection.execute(f"""
            with asked as (select account_key, belongs_to from read_parquet('{base}/truth.parquet')
              where situation in ('plain', 'dead', 'minor') and not never_signed_in),
            named as (select account_key, personal_id from ({pairs}) p)
            select 100.0 * sum((personal_id = belongs_to)::int) / count(personal_id),
              100.0 * sum(coalesce(personal_id = belongs_to, false)::int) / (select count(*) from asked)
            from asked left join named using (account_key)""").fetchone()  # noqa: S608
    assert row
    return float(row[0] or 0), float(row[1] or 0)


def ours(base: Path, work: Path) -> str:
    """Whom the dry run names, as pairs."""
    return f"""select t.account_key, lpad(d.person::varchar, 12, '0') as personal_id
        from (select account_key, row_number() over () as seq from read_parquet('{base}/truth.parquet')) t
        join read_parquet('{work}/stages/decided.parquet') d using (seq) where d.person is not null"""  # noqa: S608


def known(base: Path, work: Path) -> str:
    """Whom the dry run knows without a guess, as pairs."""
    return f"{ours(base, work)} and d.account_class in {AUTOMATIC}"
