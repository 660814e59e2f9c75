"""Plain recordlinkage: indexing by blocks, comparing, a threshold on the sum. BASE OUT."""

import pandas as pd
import recordlinkage
from one_best import tables, write

accounts, people, out = tables()
index = recordlinkage.Index()
index.block("personal_id")
index.block("legacy_id9")
index.block(["full_name", "birth_date"])
for frame in (accounts, people):
    frame["beginning"] = frame.full_name.str[:4]
index.block(["birth_date", "beginning"])
pairs = index.index(accounts, people)
compare = recordlinkage.Compare(n_jobs=2)
compare.exact("personal_id", "personal_id", label="personal_id")
compare.exact("legacy_id9", "legacy_id9", label="legacy_id9")
compare.string("full_name", "full_name", method="jarowinkler", threshold=0.9, label="full_name")
compare.exact("birth_date", "birth_date", label="birth_date")
score = compare.compute(pairs, accounts, people).sum(axis=1)
score = score[score >= 2]
found = pd.DataFrame({
    "account_key": accounts.account_key.to_numpy()[score.index.get_level_values(0)],
    "personal_id": people.personal_id.to_numpy()[score.index.get_level_values(1)],
    "score": score.to_numpy(),
})  # fmt: skip
write(found, out)
