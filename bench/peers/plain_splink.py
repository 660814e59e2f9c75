"""Plain Splink: its own comparisons, its own training, as its documentation begins. BASE OUT."""

import logging

import splink.comparison_library as cl
from one_best import tables, write
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

accounts, people, out = tables()
logging.getLogger("splink").setLevel(logging.ERROR)
accounts["unique_id"] = accounts.account_key
people["unique_id"] = people.personal_id
api = DuckDBAPI()
rules = [block_on("personal_id"), block_on("full_name", "birth_date"), block_on("legacy_id9")]
settings = SettingsCreator(
    link_type="link_only",
    comparisons=[
        cl.JaroWinklerAtThresholds("full_name", [0.92, 0.8]),
        cl.LevenshteinAtThresholds("birth_date", 1),
        cl.LevenshteinAtThresholds("personal_id", 1),
        cl.ExactMatch("legacy_id9"),
    ],
    blocking_rules_to_generate_predictions=[*rules, block_on("birth_date", "substr(full_name, 1, 4)")],
)
linker = Linker(
    [
        api.register(accounts.drop(columns="account_key"), dataset_display_name="a"),
        api.register(people, dataset_display_name="p"),
    ],
    settings,
)
linker.training.estimate_probability_two_random_records_match(rules, recall=0.9)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("personal_id"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("full_name", "birth_date"))
found = linker.inference.predict(threshold_match_probability=0.95).as_pandas_dataframe()
found = found.rename(columns={"unique_id_l": "account_key", "unique_id_r": "personal_id", "match_weight": "score"})
write(found[["account_key", "personal_id", "score"]], out)
