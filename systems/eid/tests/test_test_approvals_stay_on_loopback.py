"""architecture.md 8.10: the setting that answers in the owner's place is named, seen, and stays on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid
from eid_harness.world import World, made_up

from eid import settings
from eid.settings import SettingsRefused

CIBA = "urn:openid:params:grant-type:ciba"
GOOD = {
    "EID_ISSUER": "https://eid.example.vn",
    "EID_LISTEN": "127.0.0.1:8601",
    "EID_DATABASE_URL": "postgresql://x:y@127.0.0.1:1/x",
    "EID_KEYS_DIR": "/nowhere",
    "EID_POPULATION_URL": "https://population.example.vn",
    "SMS_GATEWAY_URL": "https://sms.example.vn",
    "SMTP_URL": "smtp://mail.example.vn:25",
}


@pytest.fixture(scope="module")
def conformance(new_eid: Callable[..., RunningEid], register: Register) -> Iterator[RunningEid]:
    eid = new_eid(register.origin, EID_TEST_APPROVALS="1")
    yield eid
    eid.stop()


def test_it_refuses_to_start_elsewhere() -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.read(GOOD | {"EID_TEST_APPROVALS": "1"})
    assert "EID_TEST_APPROVALS=1 is refused outside loopback" in refused.value.faults


def test_it_needs_the_banner_of_the_test_environment() -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings.read(GOOD | {"EID_ISSUER": "http://eid.localhost:1", "EID_TEST_APPROVALS": "1"})
    assert len(refused.value.faults) == 1


def test_a_tool_answers_and_every_page_says_so(conformance: RunningEid) -> None:
    rp = RelyingParty(
        conformance.issuer,
        "suite",
        "http://suite.localhost:9000/cb",
        "suite",
        more={
            "profile": "oidc",
            "id_token_signed_response_alg": "ES256",
            "grant_types": [CIBA],
            "backchannel_token_delivery_mode": "poll",
        },
    )
    conformance.register(rp.metadata())
    person = made_up(990001)
    conformance.import_people(person.line())
    conformance.start()
    for page in ("/", "/device"):
        said = rp.http.get(page, headers={"accept-language": "en"}).text.replace("&#39;", "'")
        assert "A test tool may answer in the owner's place." in said
    for action, error in (("deny", "access_denied"), ("allow", None)):
        form = rp.authenticated(scope="openid", login_hint=person.personal_id)
        auth_req_id = rp.http.post("/bc-authorize", data=form).json()["auth_req_id"]
        answer = rp.http.post(f"/test/ciba?auth_req_id={auth_req_id}&action={action}")
        assert answer.json() == {"done": True}
        again = rp.http.post(f"/test/ciba?auth_req_id={auth_req_id}&action=allow")
        assert again.status_code == 400
        polled = rp.http.post("/token", data=rp.authenticated(grant_type=CIBA, auth_req_id=auth_req_id)).json()
        assert polled.get("error") == error
    assert rp.claims(polled["id_token"])["acr"] == "urn:motcua:acr:eid2"


def test_without_the_setting_there_is_no_such_address(world: World) -> None:
    assert world.national.http.post("/test/ciba?auth_req_id=x&action=allow").status_code == 404
