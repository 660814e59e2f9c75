"""Promise: a message between portals counts once, from whom it says, and is read by its receiver only."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from joserfc.jwk import ECKey

from portal.accounts import between_portals
from portal.accounts.between_portals import Said, SaidNo
from portal.config import CONFIG
from portal.exchange import messages, outbox, trust
from portal.exchange.models import IncomingMessage, OutgoingMessage, TrustedPortal
from wire import signed
from wire.assertion import public_jwks

pytestmark = pytest.mark.django_db
PROVINCE = "http://quangtri.localhost:8604"
HEARD: list[Said] = []


@between_portals.hears("test-event")
def hear_event(said: Said) -> dict[str, Any]:
    if said.body.get("refuse"):
        raise SaidNo("test_no")
    HEARD.append(said)
    return {"count": len(HEARD)}


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)


@pytest.fixture
def province() -> ECKey:
    """A trusted province; the test holds its key."""
    HEARD.clear()
    key = new_key()
    TrustedPortal.objects.create(name="quangtri", origin=PROVINCE, jwks=public_jwks(key), trusted_at=datetime.now(UTC))
    return key


def message(key: ECKey, **changes: Any) -> str:
    claims = {
        "iss": PROVINCE,
        "aud": CONFIG.origin,
        "iat": time.time(),
        "exp": time.time() + 60,
        "jti": "m-1",
        "type": "test-event",
        "body": {"dossier": "x"},
    }
    return signed.sign(claims | changes, key, messages.TYP)


def post(client: Client, token: str, path: str = "/exchange/events") -> Any:
    return client.post(path, data=token, content_type="application/exchange+jwt", headers={"origin": ""})


def test_a_signed_message_is_heard_and_answered_signed(client: Client, province: ECKey) -> None:
    answer = post(client, message(province))
    assert answer.status_code == 200
    claims = signed.verify(
        answer.content.decode(), messages.own_jwks(), messages.TYP, issuer=CONFIG.origin, audience=PROVINCE
    )
    assert (claims["type"], claims["of"], claims["body"]) == ("heard", "m-1", {"count": 1})


def test_a_replayed_message_has_its_effect_once(client: Client, province: ECKey) -> None:
    token = message(province)
    first, second = post(client, token), post(client, token)
    again = post(client, message(province, iat=time.time() + 1))
    assert len(HEARD) == 1
    bodies = [_claims(each.content.decode())["body"] for each in (first, second, again)]
    assert bodies == [{"count": 1}] * 3
    assert IncomingMessage.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://hue.localhost:8605"},
        {"aud": "http://hue.localhost:8605"},
        {"exp": time.time() - 3600, "iat": time.time() - 7200},
        {"iat": time.time() + 3600},
        {"jti": ""},
        {"body": "text"},
    ],
)
def test_a_message_that_does_not_fit_is_refused(client: Client, province: ECKey, changes: dict[str, Any]) -> None:
    assert post(client, message(province, **changes)).status_code == 401
    assert not HEARD


def test_a_stranger_in_a_trusted_name_is_refused(client: Client, province: ECKey) -> None:
    assert post(client, message(new_key())).status_code == 401
    assert not HEARD


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 300_000, "eyJhbGciOiJub25lIn0.e30."])
def test_no_message_at_all_is_refused(client: Client, province: ECKey, token: str) -> None:
    assert post(client, token).status_code == 401


def test_alg_none_is_refused(client: Client, province: ECKey) -> None:
    import base64

    def part(what: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(what).encode()).rstrip(b"=").decode()

    claims = json.loads(base64.urlsafe_b64decode(message(province).split(".")[1] + "=="))
    token = f"{part({'alg': 'none', 'typ': messages.TYP})}.{part(claims)}."
    assert post(client, token).status_code == 401
    assert not HEARD


def test_a_message_of_another_type_of_token_is_refused(client: Client, province: ECKey) -> None:
    claims = {"iss": PROVINCE, "aud": CONFIG.origin, "iat": time.time(), "exp": time.time() + 60, "jti": "a"}
    token = signed.sign(claims | {"type": "test-event", "body": {}}, province, "policy+jwt")
    assert post(client, token).status_code == 401


def test_a_message_at_another_path_is_not_heard(client: Client, province: ECKey) -> None:
    answer = _claims(post(client, message(province), "/exchange/dossiers").content.decode())
    assert (answer["type"], answer["body"]) == ("refused", {"code": "unknown_type"})
    assert not HEARD


def test_a_refusal_is_signed_and_kept(client: Client, province: ECKey) -> None:
    answer = _claims(post(client, message(province, body={"refuse": True})).content.decode())
    assert (answer["type"], answer["body"]) == ("refused", {"code": "test_no"})


def test_an_answer_answers_its_own_question(province: ECKey) -> None:
    answer = message(province, type="heard", of="question-1")
    assert messages.read(answer, of="question-1").type == "heard"
    with pytest.raises(messages.MessageRefused):
        messages.read(answer, of="question-2")


def test_what_is_sealed_to_one_province_no_other_can_read(province: ECKey) -> None:
    quangtri = TrustedPortal.objects.get()
    sealed = messages.seal(quangtri, {"personal_id": "045185000123"})
    assert "045185000123" not in sealed
    assert signed.open_sealed(sealed, province) == {"personal_id": "045185000123"}
    with pytest.raises(signed.SignatureRefused):
        signed.open_sealed(sealed, new_key())
    with pytest.raises(messages.MessageRefused):
        messages.open_sealed(sealed)


def test_a_message_waiting_to_be_sent_shows_no_identity(province: ECKey) -> None:
    with transaction.atomic():
        between_portals.tell("quangtri", "account-linked", {"sub": "s"}, secret={"personal_id": "045185000123"})
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select body from exchange_outgoingmessage")
        assert b"045185000123" not in bytes(cursor.fetchone()[0])
        cursor.execute("select args::text from procrastinate_jobs order by id desc limit 1")
        assert "045185000123" not in cursor.fetchone()[0]


def test_a_portal_that_does_not_answer_is_tried_again(province: ECKey) -> None:
    """Nobody listens at that address: the message stays, the job fails and comes again."""
    from portal.exchange.calls import PortalUnavailable

    TrustedPortal.objects.update(origin="http://quangtri.localhost:1")
    made = between_portals.tell("quangtri", "test-event", {})
    with pytest.raises(PortalUnavailable):
        outbox.send(made)
    waiting = OutgoingMessage.objects.get()
    assert waiting.delivered_at is None
    assert waiting.body is not None


def test_keys_are_pinned_on_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from portal.config import Peer

    monkeypatch.setattr(trust, "CONFIG", replace(CONFIG, exchange_peers=(Peer("quangtri", PROVINCE),)))
    first, second = public_jwks(new_key()), public_jwks(new_key())
    trust.trust(PROVINCE, first)
    with pytest.raises(trust.TrustRefused):
        trust.trust(PROVINCE, second)
    assert TrustedPortal.objects.get().jwks == first
    trust.trust(PROVINCE, second, replace=True)
    assert TrustedPortal.objects.get().jwks == second
    with pytest.raises(trust.TrustRefused):
        trust.trust("http://not-configured.localhost:1", first)


def _claims(token: str) -> dict[str, Any]:
    return signed.verify(token, messages.own_jwks(), messages.TYP, issuer=CONFIG.origin, audience=PROVINCE)
