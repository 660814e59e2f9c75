"""The settings, from the environment (`.env.example`): where work is kept, how much of the machine may be used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import BadSettings


@dataclass(frozen=True, slots=True)
class Settings:
    """``operator`` is who answers for a run; it stands in the ledger."""

    work: Path
    operator: str
    threads: int = 2
    memory_mb: int = 3200
    test_environment: bool = False


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises BadSettings with every fault."""
    given = os.environ if environment is None else environment
    faults = []
    work, operator = given.get("LINKAGE_WORK", ""), given.get("LINKAGE_OPERATOR", "").strip()
    if not work:
        faults.append("LINKAGE_WORK: the folder of a dry run is missing")
    if not operator:
        faults.append("LINKAGE_OPERATOR: who answers for this run is missing")
    numbers = {}
    for name, least, usual in (("LINKAGE_THREADS", 1, "2"), ("LINKAGE_MEMORY_MB", 256, "3200")):
        text = given.get(name, usual)
        if not text.isdigit() or int(text) < least:
            faults.append(f"{name}: a number from {least} up is expected")
        else:
            numbers[name] = int(text)
    if faults:
        raise BadSettings("; ".join(faults))
    return Settings(
        Path(work),
        operator,
        numbers["LINKAGE_THREADS"],
        numbers["LINKAGE_MEMORY_MB"],
        given.get("LINKAGE_TEST_ENVIRONMENT", "") == "1",
    )
