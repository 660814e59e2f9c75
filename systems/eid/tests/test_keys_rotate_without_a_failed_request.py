"""`eid keys rotate` while the provider runs: the next key was published before it signs, old ones stay."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty
from eid_harness.running import RunningEid
from eid_harness.world import World
from joserfc import jwt
from joserfc.jwk import KeySet

from eid import keys


def test_a_rotation_is_seen_and_breaks_nothing(world: World) -> None:
    person, browser = world.person(), world.browser()
    before = world.national.http.get("/jwks").json()
    old = world.tokens(browser, person)
    now = world.eid.verb("keys", "rotate", "--at-once").stdout.strip()
    assert now in {key["kid"] for key in before["keys"]}, "the key that signs now was published before"
    listed = [line.split("\t") for line in world.eid.verb("keys", "list").stdout.splitlines()]
    assert [kid for kid, alg, state, _ in listed if (alg, state) == ("ES256", "current")] == [now]
    assert {"current", "next", "retired"} == {state for _, _, state, _ in listed}
    assert world.national.userinfo(old["access_token"]).status_code == 200
    time.sleep(1.2)
    new = world.tokens(browser, person)
    header = jwt.decode(new["id_token"], KeySet.import_key_set(before), algorithms=["ES256"]).header
    assert header["kid"] == now
    assert world.national.userinfo(old["access_token"]).status_code == 200
    assert world.national.userinfo(new["access_token"]).status_code == 200
    after = world.national.http.get("/jwks").json()
    signing = {key["kid"] for key in before["keys"] if key["use"] == "sig"}
    assert signing <= {key["kid"] for key in after["keys"]}
    to_us = [{key["alg"]: key["kid"] for key in keys["keys"] if key["use"] == "enc"} for keys in (before, after)]
    assert set(to_us[0]) == set(to_us[1]) == {"ECDH-ES", "RSA-OAEP-256"}
    assert not set(to_us[0].values()) & set(to_us[1].values()), "nobody encrypts to a retired key"
    members = {"EC": {"crv", "x", "y"}, "RSA": {"n", "e"}}
    assert all(set(key) == {"kty", "kid", "use", "alg"} | members[key["kty"]] for key in after["keys"])
    browser.get(world.national.start(id_token_hint=old["id_token"], prompt="none").url)
    assert "code" in world.national.response(browser.landed)


def test_ensure_changes_nothing_that_is_there(world: World) -> None:
    first = world.eid.verb("keys", "ensure").stdout
    assert world.eid.verb("keys", "ensure").stdout == first
    assert '"d"' not in first


def test_a_retired_key_keeps_no_private_half_and_is_forgotten_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.ensure(tmp_path)
    first = keys.KeyRing(tmp_path).current.kid
    monkeypatch.setattr(keys, "_SEEN_BY_ALL", 0)
    keys.rotate(tmp_path, at_once=True)
    keys.rotate(tmp_path, at_once=True)
    ring = keys.KeyRing(tmp_path)
    assert first in {key.kid for key in ring.all}
    assert not hasattr(next(key for key in ring.all if key.kid == first), "private")
    assert keys.forget_retired(tmp_path) == 0
    path = tmp_path / keys.SIGNING_FILE
    stored = keys._read(path)
    aged = [key if key.state != "retired" else msgspec.structs.replace(key, since=0) for key in stored]
    keys._replace(path, aged)
    assert keys.forget_retired(tmp_path) == 8
    kept = {(alg, state) for alg in keys.ALGORITHMS for state in ("current", "next")}
    assert {(key.alg, key.state) for key in keys._read(path)} == kept | {(alg, "current") for alg in keys.DECRYPTION}
    assert not any(key.pem or key.d for key in stored if key.state == "retired" and key.alg in keys.ALGORITHMS)


def test_the_next_key_signs_only_after_every_copy_of_the_list_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The JWKS may be kept for five minutes: ten must have passed since the next key was published."""
    waited: list[float] = []
    monkeypatch.setattr(keys.time, "sleep", waited.append)
    keys.ensure(tmp_path)
    path = tmp_path / keys.SIGNING_FILE
    before = path.read_bytes()
    with pytest.raises(keys.NotPublishedLongEnough):
        keys.rotate(tmp_path)
    assert path.read_bytes() == before
    stored, now = keys._read(path), int(time.time())
    for age, is_refused in ((keys.PUBLISHED_FOR - 5, True), (keys.PUBLISHED_FOR, False)):
        keys._replace(path, [msgspec.structs.replace(key, since=now - age) for key in stored])
        if is_refused:
            with pytest.raises(keys.NotPublishedLongEnough):
                keys.rotate(tmp_path)
        else:
            assert keys.rotate(tmp_path) == next(key.kid for key in stored if key.state == "next")
    assert waited == [0.0]
    keys.rotate(tmp_path, at_once=True)
    assert waited[1] > keys._LOOK_AGAIN, "a process that has not looked again would not publish what another signs with"


def test_a_new_registration_reaches_the_running_process(new_eid: Callable[..., RunningEid], register: Register) -> None:
    eid = new_eid(register.origin)
    rp = RelyingParty(eid.issuer, "changing", "http://national.localhost:8603/cb", "changing")
    eid.register(rp.metadata())
    eid.start()
    form, _ = rp.parameters()
    time.sleep(0.3)
    assert rp.push(**form).status_code == 201
    eid.register(rp.metadata() | {"redirect_uris": ["http://national.localhost:8603/other"]})
    time.sleep(0.3)
    assert rp.push(**form).status_code == 400
    eid.verb("clients", "remove", "changing")
    time.sleep(0.3)
    assert rp.push(**form).status_code == 401
    assert eid.verb("clients", "remove", "changing", check=False).returncode == 1
