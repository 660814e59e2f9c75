"""RFC 8417, RFC 9493, CAEP 1.0, RISC 1.0: the form of every event and subject that we tell, and of those we read."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eid_harness.relying_party import RelyingParty
from joserfc import jws

from eid.clients import assertion, register
from eid.oidc.errors import InvalidClient
from eid.signals import events, subjects
from eid.tokens import issue
from eid.tokens.jws import SigningKey

ISSUER = "https://eid.example"
KEY = SigningKey("k", ec.generate_private_key(ec.SECP256R1()))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
EVERY = (
    events.session_revoked(uuid4(), NOW, "user"),
    events.credential_change("password", "update", NOW, "admin"),
    events.assurance_level_change("urn:motcua:acr:eid1", "urn:motcua:acr:eid2", NOW, "system"),
    events.account_disabled(NOW),
    events.account_enabled(NOW),
    events.identifier_changed(NOW),
    events.person_deceased(NOW),
    events.personal_number_changed(NOW),
)


def told(signal: events.Signal, subject: dict[str, Any]) -> str:
    return issue.security_event_token(
        KEY, issuer=ISSUER, client_id="national", jti="j", txn="t", issued_at=int(time.time()),
        happened_at=int(time.time()), subject=subject, events={signal.type: signal.body},
    )  # fmt: skip


def test_every_kind_of_event_is_looked_at_here() -> None:
    assert {signal.type for signal in EVERY} == set(events.SUPPORTED)


@pytest.mark.parametrize("signal", EVERY, ids=lambda signal: signal.type.rpartition("/")[2])
def test_members_of_an_event_are_of_their_types(signal: events.Signal) -> None:
    """CAEP 2: a whole number of seconds, one of four words; reasons only as texts by language, and none is given."""
    if "/caep/" in signal.type:
        assert type(signal.body["event_timestamp"]) is int
        assert signal.body["event_timestamp"] == int(NOW.timestamp())
        assert signal.body["initiating_entity"] in {"admin", "user", "policy", "system"}
    assert not {"reason_admin", "reason_user", "subject"} & set(signal.body)
    assert all(isinstance(value, str) for name, value in signal.body.items() if name != "event_timestamp")


@pytest.mark.parametrize("subject", [subjects.of_person(ISSUER, "s"), subjects.of_session(ISSUER, "s", "sid")])
def test_a_subject_has_its_format_and_exactly_the_members_of_it(subject: dict[str, Any]) -> None:
    """RFC 9493 3, 3.2 and 4.1; SSF 3: `sub_id` says whom, and no `sub` stands beside it; nothing is null or empty."""
    members = {"iss_sub": {"iss", "sub"}, "opaque": {"id"}, "complex": {"user", "session"}}
    pieces = [subject, *(value for value in subject.values() if isinstance(value, dict))]
    for piece in pieces:
        assert set(piece) - {"format"} == members[piece["format"]]
        assert all(piece.values())
    claims = jws.extract_compact(told(EVERY[0], subject).encode())
    document = json.loads(claims.payload)
    assert document["sub_id"] == subject
    assert not {"sub", "exp"} & set(document)


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "iss_sub", "iss": ISSUER},
        {"format": "iss_sub", "iss": ISSUER, "sub": "s", "more": 1},
        {"format": "iss_sub", "iss": ISSUER, "sub": None},
        {"format": "iss_sub", "iss": "https://other.example", "sub": "s"},
        {"iss": ISSUER, "sub": "s"},
        {"format": "complex"},
        {"format": "email", "email": "a@example.vn"},
        {"format": "opaque", "id": 7},
    ],
)
def test_a_subject_with_more_or_less_is_not_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(subjects.SubjectRefused):
        subjects.sub_of(wrong, ISSUER)


def test_a_signal_is_no_other_token() -> None:
    """RFC 8417 4.1 and 4.6: not an access token, not an ID token, not a client's assertion."""
    token = told(EVERY[0], subjects.of_person(ISSUER, "s"))
    assert issue.read_access_token(token, [KEY], issuer=ISSUER, now=int(time.time())) is None
    assert issue.read_id_token_hint(token, [KEY], issuer=ISSUER) is None
    client = register(RelyingParty(ISSUER, "national", "https://portal.example/cb", "p").metadata())
    with pytest.raises(InvalidClient):
        assertion.prove(assertion.read(token), client, [KEY.jwk], audiences=[ISSUER], now=int(time.time()))
