"""How the weights are found: `python -m linkage.engines.training WORK TRUTH` prints the table of `model/weights.py`.

WORK is a work folder whose run is finished; TRUTH a Parquet file of a labelled base (``seq`` order of its accounts,
``belongs_to``). m is the share of each level among the true pairs that the rules left open, u among chance pairs of
the same accounts and people at large; both smoothed by half a pair, so that nothing seen never means impossible.
Only the half of the labelled benchmark whose seed is in the repository comes here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from linkage.engines.duckdb import DuckDB
from linkage.model.comparisons import COMPARISONS, Comparison
from linkage.workplace import Workplace

CHANCE = 3_000
_PEOPLE = """select *, lpad(cast(number as varchar), 12, '0') as digits from people where merged_into is null"""


def _level(one: Comparison) -> str:
    cases = "".join(f" when {level.condition} then '{level.name}'" for level in one.levels if level.condition)
    return f"case when {one.absent} then null{cases} else '{one.levels[-1].name}' end"


def _pairs(where: str) -> str:
    """Pairs with the columns that the conditions read, each once for the account (_l) and the record (_r)."""
    columns = (
        "name_spelled",
        "name_folded",
        "name_ordered",
        "name_rest",
        "name_given",
        "birth_date",
        "digits",
        "commune",
    )
    both = ", ".join(f"l.{name} as {name}_l, r.{name} as {name}_r" for name in columns)
    return f"select {both} from {where}"


def shares(engine: DuckDB, pairs: str, one: Comparison) -> dict[str, float]:
    """The smoothed share of each level among pairs of which something can be said."""
    counted = dict(engine.rows(f"select {_level(one)} as level, count(*) from ({pairs}) p group by 1"))
    counts = {level.name: float(counted.get(level.name, 0)) + 0.5 for level in one.levels}
    return {name: count / sum(counts.values()) for name, count in counts.items()}


def table(work: Workplace, truth: Path) -> str:
    """The table of weights as Python."""
    engine = DuckDB(threads=2, memory_mb=2000, spill=work.root / "spill")
    try:
        engine.read("people", work.input / "people.parquet")
        engine.read("open_accounts", work.stages / "open_accounts.parquet")
        engine.read("truth", truth)
        owned = "(select row_number() over () as seq, cast(belongs_to as bigint) as number from truth)"
        true = _pairs(
            f"open_accounts l join {owned} t on t.seq = l.unique_id join ({_PEOPLE}) r on r.number = t.number"
        )
        left = f"(select * from open_accounts order by hash(unique_id) limit {CHANCE})"
        right = f"(select * from ({_PEOPLE}) order by hash(number) limit {CHANCE})"
        chance = _pairs(f"{left} l cross join {right} r")
        lines = ["WEIGHTS: dict[str, dict[str, tuple[float, float]]] = {"]
        for one in COMPARISONS:
            m, u = shares(engine, true, one), shares(engine, chance, one)
            lines.append(f'    "{one.name}": {{')
            lines += [f'        "{level}": ({m[level]:.2g}, {u[level]:.2g}),' for level in m]
            lines.append("    },")
        return "\n".join([*lines, "}"])
    finally:
        engine.close()


if __name__ == "__main__":
    sys.stdout.write(table(Workplace(Path(sys.argv[1])), Path(sys.argv[2])) + "\n")
