"""Plain dedupe: RecordLink, trained on 400 labelled pairs of the base's truth, blocks learnt by itself. BASE OUT."""

import random
import sys
from pathlib import Path

import dedupe
import pandas as pd
from one_best import tables, write

FIELDS = ("personal_id", "legacy_id9", "full_name", "birth_date")


def records(frame: pd.DataFrame) -> dict[int, dict[str, str | None]]:
    """Rows as dedupe wants them; missing values are None."""
    rows = frame[list(FIELDS)].astype(object).where(frame[list(FIELDS)].notna(), None).to_dict("records")
    return dict(enumerate({name: value or None for name, value in row.items()} for row in rows))


def main() -> None:
    accounts, people, out = tables()
    left, right = records(accounts), records(people)
    linker = dedupe.RecordLink(
        [
            dedupe.variables.ShortString("personal_id", has_missing=True),
            dedupe.variables.Exact("legacy_id9", has_missing=True),
            dedupe.variables.String("full_name"),
            dedupe.variables.ShortString("birth_date", has_missing=True),
        ],
        num_cores=2,
    )
    linker.prepare_training(left, right, sample_size=1_500)
    truth = pd.read_parquet(Path(sys.argv[1]) / "truth.parquet", columns=["account_key", "belongs_to"])
    place = dict(zip(people.personal_id, people.index, strict=True))
    owners = [(a, place[b]) for a, b in enumerate(truth.belongs_to[: len(left)]) if b in place]
    chosen = random.Random(1).sample(owners, 400)
    linker.mark_pairs({
        "match": [(left[a], right[b]) for a, b in chosen[:200]],
        "distinct": [(left[a], right[(b + 997) % len(right)]) for a, b in chosen[200:]],
    })  # fmt: skip
    # Blocks by indices of similar texts would be built over all people: its documentation calls them slow and large.
    linker.train(index_predicates=False)
    rows = [(a, b, float(score)) for (a, b), score in linker.join(left, right, threshold=0.5)]
    found = pd.DataFrame(rows, columns=["a", "b", "score"])
    found["account_key"] = accounts.account_key.to_numpy()[found.a]
    found["personal_id"] = people.personal_id.to_numpy()[found.b]
    write(found, out)


if __name__ == "__main__":
    main()
