"""The model of `linkage.model`, handed to Splink 5 as plain settings; the same for every engine.

What comes back: one row a pair with its weight in bits, and the bits of each comparison that it is the sum of.
"""

from __future__ import annotations

import logging
from typing import Any

from splink import Linker

from linkage.model import weights
from linkage.model.comparisons import BLOCKING_RULES, COMPARISONS, Comparison

COLUMNS = ("unique_id", "name_spelled", "name_folded", "name_ordered", "name_rest", "name_given", "name_head",
           "birth_date", "birth_year", "month_and_day", "digits", "commune", "block_number", "block_date",
           "block_name", "block_wide", "block_swapped")  # fmt: skip


def settings(*, prior: float = weights.PRIOR) -> dict[str, Any]:
    """The settings of Splink, made anew from Python each time; no saved JSON is ever read."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in BLOCKING_RULES],
        "comparisons": [_comparison(one) for one in COMPARISONS],
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [{"sql_condition": one.absent, "label_for_charts": "absent", "is_null_level": True}]
    for level in one.levels:
        m, u = weights.WEIGHTS[one.name][level.name]
        levels.append(
            {
                "sql_condition": level.condition or "ELSE",
                "label_for_charts": level.name,
                "m_probability": m,
                "u_probability": u,
            }
        )
    return {"output_column_name": one.name, "comparison_levels": levels}


def pairs(source: str) -> str:
    """SQL of what we keep of Splink's pairs: whom, the weight, and how many bits each comparison gave or took."""
    parts = ", ".join(f"mw_{one.name} as bits_{one.name}" for one in COMPARISONS)
    return f"select unique_id_l as seq, unique_id_r as person, match_weight as weight, {parts} from {source}"


def scored(api: Any, left: Any, right: Any) -> Any:
    """Registers two tables of `COLUMNS`, scores the pairs of the blocking rules, returns Splink's table."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    tables = [api.register(left, dataset_display_name="account"), api.register(right, dataset_display_name="person")]
    linker = Linker(tables, settings(), log_level=None)
    return linker.inference.predict(warning_mode="never")
