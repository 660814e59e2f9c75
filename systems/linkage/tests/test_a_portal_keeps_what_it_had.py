"""Both sides: what was taken in from a portal, and what the portal says it has now; every fault is named."""

from __future__ import annotations

import copy as copies
import json
from pathlib import Path
from typing import Any

import pytest

from linkage import reconciling
from linkage.cli import main
from linkage.engines.duckdb import DuckDB, repeated_keys
from linkage.errors import NotConserved, PortalRefused, UnreadableSource
from linkage.ingest import mapping, taking
from linkage.workplace import Workplace

Line = dict[str, Any]
SCHEMA = Path(mapping.__file__).parent / "schemas/portal-export.toml"
KEYS = [f"00000000-0000-4000-8000-{n:012}" for n in range(4)]
HELD = {KEYS[0]: ["d-0", "d-1"], KEYS[1]: ["d-2"], KEYS[2]: [], KEYS[3]: []}


def exported(path: Path, lines: list[Line]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def account(key: str, **more: Any) -> Line:
    """One line of `portal conservation export`; the same as a portal writes it (portal/tests)."""
    things = [["dossier", code, f"{code:0<64}"] for code in HELD[key]] + [["document", f"p{key[-1]}", "e" * 64]]
    facts = {
        "account_ref": key, "kind": "citizen", "cohort": "default", "state": "open", "final": False, "links": 0,
        "live_link": False, "because": "imported", "rule": "", "created_at": "2021-03-04T00:00:00+00:00",
        "registered": f"{KEYS.index(key):064}", "holdings": {}, "things": things,
    }  # fmt: skip
    return facts | more


def whole() -> list[Line]:
    role = {"role_ref": "00000000-0000-4000-8000-00000000aaaa", "sha256": "a" * 64}
    return [*(account(key) for key in KEYS), role, {"end": {"accounts": 4, "roles": 1}}]


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    """A base of four accounts, taken in as the portal exported it before the move."""
    made = Workplace(tmp_path / "work").make()
    rows = [
        {"account_key": key, "kind": "citizen", "full_name": "Hồ Thị Mỹ Duyên", "birth_date": "1985-02-12",
         "personal_id": f"04518500{n:04}", "dossiers": HELD[key], "documents": [f"p{n}"]}
        for n, key in enumerate(KEYS)
    ]  # fmt: skip
    source = exported(tmp_path / "accounts.ndjson", rows)
    taking.accounts(source, mapping.load(SCHEMA), made, duplicates=repeated_keys, progress=lambda *_: None)
    return made


def reconcile(work: Workplace, lines: list[Line]) -> list[reconciling.Finding]:
    engine = DuckDB(threads=1, memory_mb=500, spill=work.root / "spill")
    try:
        return reconciling.reconcile(work, engine, portal=exported(work.root.parent / "export.ndjson", lines))
    finally:
        engine.close()


def test_a_whole_portal_reconciles_night_after_night(work: Workplace) -> None:
    first = len(reconcile(work, whole()))
    assert len(reconcile(work, whole())) > first  # and with the night before
    moved = whole()
    moved[0] |= {"state": "linked", "final": True, "live_link": True, "links": 1}
    moved[1]["things"].append(["dossier", "d-new", "f" * 64])
    reconcile(work, moved)
    assert [path.name for path in work.root.glob("portal-*")] == [work.manifest("seen")["folder"]]


def lose_account(lines: list[Line]) -> None:
    del lines[0]
    lines[-1]["end"]["accounts"] = 3


def double_account(lines: list[Line]) -> None:
    lines.insert(1, copies.deepcopy(lines[0]) | {"things": []})
    lines[-1]["end"]["accounts"] = 5


def double_account_under_another_name(lines: list[Line]) -> None:
    lines.insert(1, lines[0] | {"account_ref": "00000000-0000-4000-8000-00000000ffff", "things": []})
    lines[-1]["end"]["accounts"] = 5


def swap_papers(lines: list[Line]) -> None:
    lines[0]["things"][-1], lines[1]["things"][-1] = lines[1]["things"][-1], lines[0]["things"][-1]


def lose_role(lines: list[Line]) -> None:
    del lines[4]
    lines[-1]["end"]["roles"] = 0


def alter(place: int, **change: Any) -> Any:
    return lambda lines: lines[place].update(change)


# What happens to the export, whether it can be known at the first night (else from the second), what is said, of whom.
FAULTS: dict[str, tuple[Any, bool, str, str]] = {
    "a lost account": (lose_account, True, "account lost", ""),
    "a lost account, by name": (lose_account, False, "account lost since it was seen", KEYS[0]),
    "a doubled account": (double_account, True, "account there twice", KEYS[0]),
    "a doubled registration": (double_account_under_another_name, True, "one registration as two", KEYS[0]),
    "an altered account": (alter(0, registered="f" * 64), False, "says another registration", KEYS[0]),
    "an official made of a citizen": (alter(2, kind="official"), True, "account of another kind", KEYS[2]),
    "a state of its own making": (alter(3, state="gone"), True, "in no state", KEYS[3]),
    "settled without being so": (alter(3, final=True), True, "called settled and is not", KEYS[3]),
    "held without a link": (alter(3, state="linked", final=True), True, "links do not bear out", KEYS[3]),
    "a lost dossier": (lambda lines: lines[0]["things"].pop(0), True, "thing lost", "dossier d-0"),
    "a lost document": (lambda lines: lines[2]["things"].pop(), True, "thing lost", "document p2"),
    "a lost role": (lose_role, False, "thing lost since it was seen", "role 00000000"),
    "a doubled dossier": (
        lambda lines: lines[2]["things"].append(lines[0]["things"][0]), True, "thing there twice", "dossier d-0"
    ),
    "swapped papers": (swap_papers, True, "thing with another owner", "document p0, document p1"),
    "an altered dossier": (
        lambda lines: lines[0]["things"][0].__setitem__(2, "0" * 64), False, "thing altered", "dossier d-0"
    ),
    "a role given to another": (alter(4, sha256="b" * 64), False, "thing altered", "role 00000000"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_and_named(work: Workplace, fault: str) -> None:
    change, at_once, said, named = FAULTS[fault]
    if not at_once:
        reconcile(work, whole())
    lines = whole()
    change(lines)
    with pytest.raises(NotConserved) as found:
        reconcile(work, lines)
    faults = [one for one in str(found.value).split("; ") if said in one]
    assert any(named in one for one in faults), found.value


def test_a_link_cannot_leave_the_history(work: Workplace) -> None:
    linked = whole()
    linked[0] |= {"state": "linked", "final": True, "live_link": True, "links": 1}
    reconcile(work, linked)
    with pytest.raises(NotConserved, match="link taken out of the history"):
        reconcile(work, whole())


def test_what_was_found_broken_is_not_what_the_next_night_is_compared_with(work: Workplace) -> None:
    reconcile(work, whole())
    lines = whole()
    lines[0]["things"].pop(0)
    for _night in range(2):
        with pytest.raises(NotConserved, match="dossier d-0"):
            reconcile(work, lines)
    reconcile(work, whole())


@pytest.mark.parametrize("kept", [1, 4, 5])
def test_an_export_that_stops_is_refused_and_says_nothing_of_losses(work: Workplace, kept: int) -> None:
    with pytest.raises(PortalRefused, match="stops before its end"):
        reconcile(work, whole()[:kept])


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"account_ref": "x"}', '{"end": 3}', '{"a": 1}'])
def test_a_line_that_is_none_of_the_export_is_refused(work: Workplace, line: str) -> None:
    path = exported(work.root.parent / "export.ndjson", whole()[:2])
    path.write_text(path.read_text() + line + "\n")
    engine = DuckDB(threads=1, memory_mb=500, spill=work.root / "spill")
    with pytest.raises(UnreadableSource):
        reconciling.reconcile(work, engine, portal=path)
    engine.close()


def test_the_command_fails_loudly(
    work: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINKAGE_WORK", str(work.root))
    monkeypatch.setenv("LINKAGE_OPERATOR", "tests")
    lines = whole()
    path = exported(work.root.parent / "export.ndjson", lines)
    assert main(["reconcile", "--portal", str(path)]) == 0
    lines[0]["things"].pop(0)
    exported(path, lines)
    assert main(["reconcile", "--portal", str(path)]) == 1
    assert "thing lost: 1 (dossier d-0)" in capsys.readouterr().err
