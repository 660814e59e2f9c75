"""npm oidc-provider gets the same hostile requests; where the verdicts differ, docs/eid/differences.md says why."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eid_harness.hostile_requests import CALLBACK, Target, cases, verdict
from eid_harness.npm import Conversation
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.running import RunningEid

from sandbox.testing import free_port
from wire import loopback

TABLE = Path(__file__).parents[3] / "docs/eid/differences.md"
ROW = re.compile(r"^\| `(?P<case>[^`]+)` \| (?P<ours>\w+) \| (?P<theirs>\w+) \| (?P<why>.{9,}) \|$", re.MULTILINE)


def target(issuer: str, strict: RelyingParty | None = None, simple: RelyingParty | None = None) -> Target:
    return Target(
        loopback.client(base_url=issuer, timeout=30),
        strict or RelyingParty(issuer, "national", CALLBACK, "portal-national"),
        simple or RelyingParty(issuer, "simple", CALLBACK, "portal-national"),
    )


@pytest.fixture(scope="module")
def ours(new_eid: Callable[..., RunningEid], register: Register) -> Target:
    eid = new_eid(register.origin)
    made = target(eid.issuer)
    eid.register(made.strict.metadata(), made.simple.metadata() | {"profile": "oidc"})
    eid.start()
    return made


@pytest.fixture(scope="module")
def theirs() -> Iterator[Target]:
    port = free_port()
    made = target(f"http://peer.localhost:{port}")
    signing = new_key().as_dict(private=True) | {"alg": "ES256"}
    clients = [
        {
            "client_id": rp.client_id,
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": ["https://portal.example/"],
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "id_token_signed_response_alg": "ES256",
            "jwks": {"keys": [rp.key.as_dict(private=False)]},
            "scope": "openid phone email",
        }
        for rp in (made.strict, made.simple)
    ]
    with Conversation("peer.mjs", issuer=made.issuer, port=port, clients=clients, keys=[signing]) as talk:
        talk.hear()
        yield made


@pytest.fixture(scope="module")
def verdicts(ours: Target, theirs: Target) -> dict[str, tuple[str, str]]:
    return {case.name: (verdict(case.ask(ours)), verdict(case.ask(theirs))) for case in cases()}


def explained() -> list[dict[str, str]]:
    return [match.groupdict() for match in ROW.finditer(TABLE.read_text(encoding="utf-8"))]


def test_the_table_of_requests_is_large_and_names_each_once() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) >= 300


def test_ours_never_breaks(verdicts: dict[str, tuple[str, str]]) -> None:
    assert [name for name, (ours, _) in verdicts.items() if ours == "broken"] == []


def test_what_is_right_is_taken_by_both(verdicts: dict[str, tuple[str, str]]) -> None:
    for name in ("assertion right", "par nonce=nothing", "authorize prompt=login", "par unheard_of=x"):
        assert verdicts[name] == ("taken", "taken"), name


def test_every_difference_is_explained(verdicts: dict[str, tuple[str, str]]) -> None:
    rows = explained()
    unexplained = [
        f"| `{name}` | {ours} | {theirs} | |"
        for name, (ours, theirs) in verdicts.items()
        if ours != theirs
        and not [
            row for row in rows
            if fnmatch.fnmatchcase(name, row["case"]) and (row["ours"], row["theirs"]) == (ours, theirs)
        ]
    ]  # fmt: skip
    assert unexplained == [], "\n".join(unexplained)


def test_every_explanation_is_needed(verdicts: dict[str, tuple[str, str]]) -> None:
    idle = [
        row["case"]
        for row in explained()
        if not any(
            fnmatch.fnmatchcase(name, row["case"]) and pair == (row["ours"], row["theirs"])
            for name, pair in verdicts.items()
        )
    ]
    assert idle == []
