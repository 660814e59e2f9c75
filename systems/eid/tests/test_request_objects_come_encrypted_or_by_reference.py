"""Request objects that are encrypted to us, or fetched from the client (RFC 9101 5.2 and 6.1, Core 6.2, RFC 8725)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from eid_harness.browser import Browser
from eid_harness.register import Register
from eid_harness.relying_party import RelyingParty, new_key
from eid_harness.running import RunningEid
from eid_harness.tls import PrivateCA, Publisher
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, RSAKey

from eid import keys as key_files
from eid.clients import RegistrationRefused, register
from eid.oidc import algorithms
from eid.tokens import decryption

ALGORITHMS = [*algorithms.KEY_MANAGEMENT, *algorithms.CONTENT_ENCRYPTION, "A192GCM", "DEF"]
EC = decryption.DecryptionKey("ec", ec.generate_private_key(ec.SECP256R1()))
RSA = decryption.DecryptionKey("rsa", rsa.generate_private_key(65537, 2048))


def encrypted(content: str, jwk: dict[str, Any], enc: str = "A256GCM", **header: Any) -> str:
    key = RSAKey.import_key(jwk) if jwk["kty"] == "RSA" else ECKey.import_key(jwk)
    head = {"alg": jwk["alg"], "enc": enc, "kid": jwk["kid"], "cty": "JWT"} | header
    registry = jwe.JWERegistry(algorithms=ALGORITHMS)
    return jwe.encrypt_compact(
        {k: v for k, v in head.items() if v is not None}, content.encode(), key, registry=registry
    )


def opens(text: str) -> str | None:
    try:
        return decryption.decrypt(text, [EC, RSA])
    except decryption.NotForUs:
        return None


@pytest.mark.parametrize("enc", algorithms.CONTENT_ENCRYPTION)
@pytest.mark.parametrize("key", [EC, RSA])
def test_what_is_encrypted_to_us_is_read(key: decryption.DecryptionKey, enc: str) -> None:
    assert opens(encrypted("a.b.c", key.jwk, enc)) == "a.b.c"
    assert opens(encrypted("a.b.c", key.jwk, enc, kid=None)) == "a.b.c"


def test_each_key_is_for_one_algorithm() -> None:
    """RFC 8725 3.1: what metadata do not name is not tried, whatever the key could do."""
    for alg in ("ECDH-ES+A128KW", "ECDH-ES+A256KW"):
        assert opens(encrypted("x", EC.jwk | {"alg": alg})) is None
    assert opens(encrypted("x", RSA.jwk | {"alg": "RSA-OAEP"})) is None
    assert opens(encrypted("x", EC.jwk, "A192GCM")) is None


def test_a_key_to_encrypt_to_is_published_whole() -> None:
    """RFC 7518 6.2.1 and 6.3.1: its public members, what it is for, and nothing of its private half."""
    about = {"use": "enc"}
    curve, modulus = (decryption.DecryptionKey(each.kid, each.private.private_key) for each in (EC, RSA))
    assert curve.jwk == about | EC.private.as_dict(private=False) | {"kid": "ec", "alg": "ECDH-ES"}
    assert modulus.jwk == about | RSA.private.as_dict(private=False) | {"kid": "rsa", "alg": "RSA-OAEP-256"}
    assert (set(curve.jwk), set(modulus.jwk)) == (
        {"kty", "crv", "x", "y", "kid", "use", "alg"}, {"kty", "n", "e", "kid", "use", "alg"})  # fmt: skip


def test_five_parts_are_encrypted_and_three_are_signed() -> None:
    """RFC 7516 9."""
    assert [decryption.is_encrypted(".".join("x" * parts)) for parts in (1, 3, 4, 5, 6)] == [
        False, False, False, True, False]  # fmt: skip


def test_the_length_of_what_is_opened_has_an_end() -> None:
    short, long = encrypted("x" * 24_000, EC.jwk), encrypted("x" * 25_000, EC.jwk)
    assert len(short) < decryption.MAX_LENGTH == 32 * 1024 < len(long)
    assert opens(short) is not None
    assert opens(long) is None
    assert opens(encrypted("é", EC.jwk)) is None, "what is inside is a JWS: ASCII"


def test_nothing_is_inflated_and_no_extension_is_believed() -> None:
    """RFC 8725 2.4: a few bytes would become gigabytes."""
    assert opens(encrypted("x" * 9000, EC.jwk, zip="DEF")) is None
    for critical in ([], ["alg"]):  # RFC 7516 4.1.13: never empty, never a word that the RFC itself defines
        assert opens(encrypted("x", EC.jwk, crit=critical)) is None
    assert opens(encrypted("x", EC.jwk, kid="another")) is None
    assert opens("x" * (decryption.MAX_LENGTH + 1)) is None
    head, rest = encrypted("x", EC.jwk).split(".", 1)
    assert opens(f"{head[:-2]}AA.{rest}") is None


@given(st.text(alphabet="abcABC019-_.", max_size=60))
def test_no_text_crashes_it(text: str) -> None:
    head = encrypted("x", EC.jwk).split(".")[0]
    assert opens(text) is None
    assert opens(f"{head}.{text}") is None


def test_a_rotated_key_opens_what_is_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "_SEEN_BY_ALL", 0)
    key_files.ensure(tmp_path)
    before = key_files.KeyRing(tmp_path)
    old = before.decryption[0].jwk
    key_files.rotate(tmp_path, at_once=True)
    ring = key_files.KeyRing(tmp_path)
    assert old["kid"] not in ring.jwks.decode()
    assert decryption.decrypt(encrypted("x", old), ring.decryption) == "x"
    assert b'"d"' not in ring.jwks


@pytest.mark.parametrize(
    "more",
    [
        {"request_object_encryption_alg": "RSA1_5"},
        {"request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A192GCM"},
        {"request_object_encryption_enc": "A128GCM"},
        {"request_uris": ["http://portal.example/r"]},
        {"request_uris": ["https://user@portal.example/r"]},
    ],
)
def test_what_cannot_be_read_is_not_registered(more: dict[str, Any]) -> None:
    metadata = RelyingParty("https://eid.example", "a", "https://portal.example/cb", "a").metadata()
    register(metadata | {"request_object_encryption_alg": "ECDH-ES", "request_uris": ["https://portal.example/r#hash"]})
    with pytest.raises(RegistrationRefused):
        register(metadata | more)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> PrivateCA:
    return PrivateCA(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def portal(authority: PrivateCA) -> Iterator[Publisher]:
    """A client's https site with a certificate of a private authority."""
    publisher = Publisher(authority.serving("client.localhost"))
    yield publisher
    publisher.close()


@pytest.fixture(scope="module")
def eid(new_eid: Callable[..., RunningEid], register: Register, authority: PrivateCA, portal: Publisher) -> RunningEid:
    allowed = f"client.localhost:{portal.port}"
    made = new_eid(register.origin, EID_OUTBOUND_ALLOW=allowed, EXTRA_CA=str(authority.path))
    made.start()
    return made


@pytest.fixture(scope="module")
def parties(eid: RunningEid, portal: Publisher) -> dict[str, RelyingParty]:
    address = f"https://client.localhost:{portal.port}/request.jwt"
    wanted: dict[str, dict[str, Any]] = {
        "free": {"profile": "oidc", "request_uris": [address, f"{address}2"]},
        "choosy": {"profile": "oidc", "request_object_encryption_alg": "RSA-OAEP-256"},
        "fapi": {"require_signed_request_object": True},
    }
    made = {
        name: RelyingParty(eid.issuer, name, f"http://{name}.localhost:8603/cb", name, more=more)
        for name, more in wanted.items()
    }
    eid.register(*(rp.metadata() for rp in made.values()))
    return made


def signed(rp: RelyingParty, **more: Any) -> str:
    now = int(time.time())
    claims = {"iss": rp.client_id, "aud": rp.issuer, "nbf": now, "exp": now + 300, "client_id": rp.client_id}
    claims |= rp.parameters(prompt="none")[0] | more
    return jwt.encode({"alg": "ES256", "kid": rp.key.kid, "typ": "oauth-authz-req+jwt"}, claims, rp.key)


def asked(rp: RelyingParty, **query: str) -> tuple[str, str]:
    """What the client hears at its address ("" when nothing), and the code on our own page."""
    browser = Browser(rp.issuer)
    page = browser.get(f"/authorize?{urlencode({'client_id': rp.client_id} | query)}")
    return (
        rp.response(browser.landed).get("state", "") if browser.landed else "",
        "" if browser.landed else page.error_code,
    )


def to_us(rp: RelyingParty) -> dict[str, dict[str, Any]]:
    return {key["alg"]: key for key in rp.http.get("/jwks").json()["keys"] if key["use"] == "enc"}


def test_encrypted_to_a_published_key_it_comes_by_browser_and_by_par(parties: dict[str, RelyingParty]) -> None:
    rp, fapi = parties["free"], parties["fapi"]
    published = to_us(rp)
    said = rp.http.get("/.well-known/openid-configuration").json()
    assert set(said["request_object_encryption_alg_values_supported"]) == set(published)
    for alg in published:
        for enc in said["request_object_encryption_enc_values_supported"]:
            assert asked(rp, request=encrypted(signed(rp, state=alg), published[alg], enc)) == (alg, "")
    pushed = fapi.push(request=encrypted(signed(fapi), published["ECDH-ES"]))
    assert pushed.status_code == 201, pushed.text


def test_what_is_encrypted_is_signed_all_the_same(parties: dict[str, RelyingParty]) -> None:
    """RFC 9101 4 and 6.1: our key is public, so encryption proves nothing of who asks."""
    rp, fapi = parties["free"], parties["fapi"]
    key, other = to_us(rp)["ECDH-ES"], new_key().as_dict(private=False) | {"alg": "ECDH-ES", "use": "enc"}
    bare = json.dumps(rp.parameters(prompt="none")[0] | {"client_id": "free"})
    forged = jwt.encode({"alg": "ES256"}, rp.parameters(prompt="none")[0], new_key())
    for inside in (bare, forged, encrypted(signed(rp), key)):
        assert asked(rp, request=encrypted(inside, key)) == ("", "EID_REQUEST_INVALID")
    assert asked(rp, request=encrypted(signed(rp), other)) == ("", "EID_REQUEST_INVALID")
    for text in (encrypted(signed(fapi), other), encrypted("{}", key)):
        assert fapi.push(request=text).json()["error"] == "invalid_request_object"


def test_a_client_that_chose_an_algorithm_uses_no_other(parties: dict[str, RelyingParty]) -> None:
    rp = parties["choosy"]
    published = to_us(rp)
    assert asked(rp, request=encrypted(signed(rp, state="s"), published["RSA-OAEP-256"])) == ("s", "")
    assert asked(rp, request=encrypted(signed(rp), published["ECDH-ES"])) == ("", "EID_REQUEST_INVALID")
    assert asked(rp, request=signed(rp, state="plain")) == ("plain", ""), "it may encrypt, it need not"


def test_a_reference_is_fetched_over_https_and_is_the_request(
    parties: dict[str, RelyingParty], portal: Publisher
) -> None:
    rp = parties["free"]
    address = rp.more["request_uris"][0]
    portal.publish("/request.jwt", signed(rp, state="by reference").encode(), content_type="application/jwt")
    assert asked(rp, request_uri=address, state="outside") == ("by reference", "")
    assert asked(rp, request_uri=f"{address}#{'A' * 43}") == ("by reference", ""), "Core 6.2: a fragment may change"
    portal.publish("/request.jwt", encrypted(signed(rp, state="sealed"), to_us(rp)["ECDH-ES"]).encode())
    assert asked(rp, request_uri=address) == ("sealed", "")
    method, _, headers, _ = portal.requests[-1]
    assert (method, "cookie" in {name.lower() for name in headers}) == ("GET", False)


def test_a_reference_that_is_not_good_stays_on_our_page(parties: dict[str, RelyingParty], portal: Publisher) -> None:
    """RFC 9101 6.2 and 10.4: away, redirected, too long, unsigned, or next to another request."""
    rp = parties["free"]
    address = rp.more["request_uris"][0]
    for status, body in ((404, b""), (500, b""), (302, b"")):
        portal.publish("/request.jwt", body, status, location="https://evil.example/")
        assert asked(rp, request_uri=address) == ("", "EID_REQUEST_URI")
    portal.publish("/request.jwt", b"x" * 70_000)
    assert asked(rp, request_uri=address) == ("", "EID_REQUEST_URI")
    portal.publish("/request.jwt", b"{}")
    assert asked(rp, request_uri=address) == ("", "EID_REQUEST_INVALID")
    portal.publish("/request.jwt", signed(rp, request_uri=address).encode())
    assert asked(rp, request_uri=address)[0] == ""
    portal.publish("/request.jwt", signed(rp).encode())
    assert asked(rp, request_uri=address, request=signed(rp)) == ("", "EID_REQUEST_INVALID")
    assert asked(parties["choosy"], request_uri=address) == ("", "EID_REQUEST_URI")


def test_a_reference_that_was_not_registered_is_not_fetched(
    parties: dict[str, RelyingParty], portal: Publisher
) -> None:
    """RFC 9101 10.4: also where the client's own site would answer it with a good request."""
    rp = parties["free"]
    portal.publish("/another.jwt", signed(rp).encode())
    seen = len(portal.requests)
    address = rp.more["request_uris"][0].replace("request.jwt", "another.jwt")
    assert asked(rp, request_uri=address) == ("", "EID_REQUEST_URI")
    assert len(portal.requests) == seen


def test_what_stands_outside_says_nothing_else(parties: dict[str, RelyingParty]) -> None:
    """Core 6.1: response_type and client_id outside are those inside, where they stand there."""
    rp, fapi = parties["free"], parties["fapi"]
    assert asked(rp, request=signed(rp, state="s"), response_type="code", scope="openid") == ("s", "")
    assert asked(rp, request=signed(rp), response_type="token") == ("", "EID_REQUEST_INVALID")
    assert asked(rp, request=signed(rp, client_id="choosy")) == ("", "EID_REQUEST_INVALID")
    assert fapi.push(request=signed(fapi), response_type="token").json()["error"] == "invalid_request"


def test_registration_in_a_request_is_told_to_be_unknown(parties: dict[str, RelyingParty]) -> None:
    """Core 3.1.2.6 and 7.2.1."""
    rp = parties["free"]
    browser = Browser(rp.issuer)
    params = rp.parameters(registration=json.dumps({"client_name": "x"}))[0]
    browser.get(f"/authorize?{urlencode({'client_id': rp.client_id} | params)}")
    assert rp.response(browser.landed)["error"] == "registration_not_supported"
    refused = parties["fapi"].push(request=signed(parties["fapi"], registration={"client_name": "x"}))
    assert refused.json()["error"] == "registration_not_supported"
