"""The token endpoint: private_key_jwt, one audience, sixty seconds, once; and access tokens that cannot be made up."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from wire.signed import sign

from .conftest import ASSERTION_TYPE, DUYEN, Caller, Register


def claims(caller: Caller, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"iss": caller.client_id, "sub": caller.client_id, "aud": caller.register.origin}
    return told | {"iat": now, "exp": now + 60, "jti": f"jti-{time.time_ns()}"} | changes


def signed(caller: Caller, key: ECKey | None = None, **changes: Any) -> str:
    return sign({k: v for k, v in claims(caller, **changes).items() if v is not None}, key or caller.key, "JWT")


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def refused(answer: Any) -> bool:
    return (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_token_lives_five_minutes(national: Caller) -> None:
    answer = national.ask_token(national.assertion())
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"access_token", "token_type", "expires_in"}
    header, payload, _ = answer.json()["access_token"].split(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert json.loads(base64.urlsafe_b64decode(header + "=="))["typ"] == "at+jwt"
    assert told["exp"] - told["iat"] == 300
    assert told["aud"] == told["iss"] == national.register.origin


def test_an_assertion_works_once(national: Caller) -> None:
    assertion = national.assertion()
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: national.ask_token(assertion).status_code, range(8)))
    assert statuses == [200] + [401] * 7


def test_an_assertion_names_one_audience(national: Caller) -> None:
    origin = national.register.origin
    assert national.ask_token(signed(national, aud=[origin])).status_code == 200
    assert refused(national.ask_token(signed(national, aud=[origin, "http://eid.localhost:1"])))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://eid.localhost:8601"},
        {"aud": None},
        {"sub": "quangtri"},
        {"iss": "quangtri", "sub": "quangtri"},
        {"iss": "nobody", "sub": "nobody"},
        {"iss": 7},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": float("nan")},
        {"exp": 1e300},
        {"iat": int(time.time()) + 3600},
        {"jti": None},
        {"jti": "short"},
        {"jti": "x" * 300},
    ],
    ids=str,
)
def test_a_wrong_assertion_is_refused(national: Caller, changes: dict[str, Any]) -> None:
    assert refused(national.ask_token(signed(national, **changes)))


def test_an_assertion_is_short(national: Caller) -> None:
    assert refused(national.ask_token(signed(national, exp=int(time.time()) + 3600)))


def test_unsigned_and_foreign_signatures_are_refused(national: Caller) -> None:
    payload = encoded(claims(national))
    for unsigned in (f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}.", f"{payload}.{payload}", "x.y.z", "x", ""):
        assert refused(national.ask_token(unsigned))
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    assert refused(national.ask_token(signed(national, key=stranger)))
    # The public key used as a secret of HMAC, and a key brought along in the header.
    public = json.dumps(national.key.as_dict(private=False)).encode()
    hmac = jwt.encode({"alg": "HS256", "typ": "JWT"}, claims(national), OctKey.import_key(public))
    assert refused(national.ask_token(hmac))
    brought = {"alg": "ES256", "typ": "JWT", "jwk": stranger.as_dict(private=False)}
    assert refused(national.ask_token(jwt.encode(brought, claims(national), stranger)))


def test_other_grants_and_forms_are_refused(national: Caller) -> None:
    http = national.register.http
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    whole = form | {"client_assertion": national.assertion()}
    assert http.post("/token", data=whole | {"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    assert refused(http.post("/token", data=form))
    assert refused(http.post("/token", data=whole | {"client_id": "quangtri"}))
    assert http.post("/token", json=whole).json()["error"] == "invalid_request"
    assert http.post("/token", data=whole | {"audience": "x"}).json()["error"] == "invalid_request"
    twice = "grant_type=client_credentials&grant_type=client_credentials"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert http.post("/token", content=twice, headers=headers).json()["error"] == "invalid_request"
    assert http.get("/token").status_code == 405


def test_a_made_up_or_old_token_is_refused(register: Register, national: Caller) -> None:
    now = int(time.time())
    told = {"iss": register.origin, "aud": register.origin, "sub": "national", "client_id": "national", "iat": now}
    own_signing_key = json.loads((register.keys_dir / "signing.json").read_text())
    ours = ECKey.import_key(own_signing_key)
    body = told | {"exp": now + 300}
    tokens = {
        "stranger's key": sign(body, national.key, "at+jwt"),
        "expired": sign(told | {"iat": now - 400, "exp": now - 1}, ours, "at+jwt"),
        "another audience": sign(body | {"aud": "http://eid.localhost:1"}, ours, "at+jwt"),
        "an event": sign(body, ours, "secevent+jwt"),
        "no client": sign(body | {"client_id": "gone"}, ours, "at+jwt"),
        "none": f"{encoded({'alg': 'none', 'typ': 'at+jwt'})}.{encoded(body)}.",
        "nothing": "x",
    }
    for what, token in tokens.items():
        answer = national.call("PUT", "/npd/v1/references/sign_in/x", {}, token=token)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token"), what
        assert answer.headers["www-authenticate"].startswith("Bearer")
    fine = national.call("PUT", "/npd/v1/references/sign_in/x", {}, token=sign(body, ours, "at+jwt"))
    assert fine.status_code == 400


def test_a_token_that_was_taken_once_ends_in_time(register: Register, national: Caller) -> None:
    now = int(time.time())
    told = {"iss": register.origin, "aud": register.origin, "sub": "national", "client_id": "national", "iat": now}
    ours = ECKey.import_key(json.loads((register.keys_dir / "signing.json").read_text()))
    brief = sign(told | {"exp": now + 3}, ours, "at+jwt")
    body = {"purpose": {"code": "claim", "reference": national.account()}, "subject": DUYEN}
    assert national.call("POST", "/npd/v1/verify", body, token=brief).status_code == 200
    time.sleep(3.1)
    assert national.call("POST", "/npd/v1/verify", body, token=brief).status_code == 401


def test_a_client_that_is_taken_away_may_not_ask_with_its_token(register: Register) -> None:
    leaving = register.callers["leaving"]
    path = "/npd/v1/references/sign_in/0b5e3d1c-1f7a-4b1e-9c53-0a8e3a3b7f11"
    assert leaving.call("PUT", path, {}).status_code == 200
    register.sql("delete from reference where client_id = 'leaving'")
    register.sql("delete from client where client_id = 'leaving'")
    assert leaving.call("PUT", path, {}).status_code == 401
