"""docs/eid/standards: each requirement names a test that exists, or says that it is open, or why it is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import standards

ROOT = Path(__file__).resolve().parents[2]
SPECS = standards.load(ROOT)
KNOWN = standards.known_tests(ROOT)
LISTED = {  # issue 3: what the provider speaks
    "oidc-core", "oidc-discovery", "oidc-registration", "oauth-form-post", "oidc-rp-initiated-logout",
    "oidc-backchannel-logout", "oidc-frontchannel-logout", "oidc-session-management", "oidc-ida", "jarm",
    "fapi2-security-profile", "fapi2-message-signing", "ciba-core", "fapi-ciba", "ssf", "caep", "risc",
    "rfc6749", "rfc6750", "rfc7009", "rfc7515", "rfc7519", "rfc7521", "rfc7523", "rfc7591", "rfc7592", "rfc7636",
    "rfc7662", "rfc8414", "rfc8417", "rfc8628", "rfc8693", "rfc8705", "rfc8707", "rfc8935", "rfc8936", "rfc9068",
    "rfc9101", "rfc9126", "rfc9207", "rfc9396", "rfc9449", "rfc9470", "rfc9493", "rfc9700", "rfc9701", "rfc9728",
}  # fmt: skip


def test_every_listed_spec_has_its_table() -> None:
    assert {spec.name for spec in SPECS} >= LISTED


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_named_test_exists(spec: standards.Spec) -> None:
    named = {test for row in spec.rows for test in row.tests}
    assert named - KNOWN == set()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_rows_are_whole_and_said_once(spec: standards.Spec) -> None:
    said = [(row.section, row.requirement) for row in spec.rows]
    assert len(said) == len(set(said))
    for row in spec.rows:
        assert row.section
        assert row.requirement.endswith(".")
        assert "|" not in row.requirement


def test_the_pages_are_made_from_the_tables() -> None:
    made = standards.pages(ROOT)
    old = [str(path) for path, text in made.items() if not (ROOT / path).is_file() or (ROOT / path).read_text() != text]
    assert old == [], "run python -m sandbox.standards"
    assert {p.relative_to(ROOT) for p in (ROOT / standards.FOLDER).glob("*.md")} <= set(made)


def test_rows_are_counted_by_state() -> None:
    rows = [row for spec in SPECS for row in spec.rows]
    counted = [int(word) for word in standards.counts(SPECS).split() if word.isdigit()]
    assert sum(counted) == len(rows)
    assert counted[0] > counted[1] > 0 or counted[1] == 0  # most is proven, and what is open says so
    print(standards.counts(SPECS))
