"""Mutual TLS (RFC 8705) behind a proxy (RFC 9440): who is believed, whose certificate counts, what it binds."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from eid_harness.certificates import Certificate, make
from eid_harness.relying_party import RelyingParty
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st

from eid.clients import Client, certificate, dynamic, register
from eid.clients.certificate import ClientCertificate
from eid.endpoints.http import Scope
from eid.endpoints.proxies import TrustedProxies, certificate_of
from eid.oidc.errors import InvalidClient, InvalidRequest
from sandbox.testing import free_port
from sandbox.tls import Authority
from wire import loopback

AUTHORITY = make("CN=Authority,O=Test", ca=True)
PORTAL = make("CN=portal,O=Agency,C=VN", by=AUTHORITY)
NOW = datetime.now(UTC)
RP = RelyingParty("https://eid.example", "tls", "https://portal.example/cb", "portal")


def client(**more: Any) -> Client:
    said = RP.metadata() | {"token_endpoint_auth_method": "tls_client_auth", "jwks": None}
    return register(said | {"tls_client_auth_subject_dn": "CN=portal,O=Agency,C=VN"} | more)


def by_authority(shown: Certificate, who: Client, authorities: list[Certificate] | None = None) -> bool:
    known = [each.certificate for each in authorities if each] if authorities is not None else [AUTHORITY.certificate]
    try:
        certificate.prove_by_authority(ClientCertificate(shown.certificate), who, known, NOW)
    except InvalidClient:
        return False
    return True


def self_signed(shown: Certificate, keys: list[dict[str, Any]], now: datetime = NOW) -> bool:
    try:
        certificate.prove_self_signed(ClientCertificate(shown.certificate), keys, now)
    except InvalidClient:
        return False
    return True


def test_the_subject_is_compared_as_a_name() -> None:
    assert by_authority(PORTAL, client(tls_client_auth_subject_dn="CN=portal,O=Agency,C=VN"))
    for other in (
        "CN=portal,O=Agency",
        "CN=portal,O=agency,C=VN",
        "CN=x,O=Agency,C=VN",
        "C=VN,O=Agency,CN=portal",
        "no name at all",
        "",
    ):
        assert not by_authority(PORTAL, client(tls_client_auth_subject_dn=other))


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("tls_client_auth_san_dns", "Portal.example", "evil.example"),
        ("tls_client_auth_san_uri", "urn:portal", "urn:Portal"),
        ("tls_client_auth_san_ip", "192.0.2.7", "192.0.2.8"),
        ("tls_client_auth_san_email", "portal@example.vn", "x@example.vn"),
    ],
)
def test_each_alternative_name_is_compared(field: str, good: str, bad: str) -> None:
    without = {"tls_client_auth_subject_dn": None}
    assert by_authority(PORTAL, client(**without, **{field: good}))
    assert not by_authority(PORTAL, client(**without, **{field: bad}))


def test_only_our_authorities_vouch() -> None:
    stranger = make("CN=Authority,O=Test", ca=True)
    assert by_authority(PORTAL, client())
    assert not by_authority(make("CN=portal,O=Agency,C=VN", by=stranger), client())
    assert not by_authority(make("CN=portal,O=Agency,C=VN"), client())
    assert not by_authority(PORTAL, client(), [])
    leaf = make("CN=Authority,O=Test", by=AUTHORITY)  # no authority, whatever it is called
    assert not by_authority(make("CN=portal,O=Agency,C=VN", by=leaf), client(), [leaf])
    assert not by_authority(make("CN=portal,O=Agency,C=VN", by=AUTHORITY, server_only=True), client())
    over = make("CN=portal,O=Agency,C=VN", by=AUTHORITY, age=30, days=-1)
    assert not by_authority(over, client())


def test_an_authority_vouches_in_its_own_time_and_for_any_use_that_is_not_ruled_out(tmp_path: Path) -> None:
    """RFC 5280 4.2.1.12: without extended key usage a certificate is for every use."""
    old = make("CN=Authority,O=Test", ca=True, age=30, days=-1)
    assert not by_authority(make("CN=portal,O=Agency,C=VN", by=old), client(), [old])
    usable = make("CN=portal,O=Agency,C=VN", by=AUTHORITY, ca=True)
    assert by_authority(usable, client())
    assert not by_authority(
        usable, client(tls_client_auth_subject_dn=None, tls_client_auth_san_dns="portal.example")
    ), "no alternative names at all"
    file = tmp_path / "authorities.pem"
    file.write_bytes(old.pem + AUTHORITY.pem)
    assert certificate.read_authorities(None) == ()
    assert certificate.read_authorities(file) == (old.certificate, AUTHORITY.certificate)


def test_a_self_signed_certificate_is_the_registered_one() -> None:
    mine, other = make("CN=anything"), make("CN=anything")
    assert self_signed(mine, [mine.jwk()])
    assert self_signed(mine, [{"kty": "EC", "x5c": [base64.b64encode(mine.der).decode()]}])
    assert not self_signed(mine, [other.jwk()])
    assert not self_signed(mine, [mine.jwk() | {"x5c": [base64.b64encode(other.der).decode()]}])
    assert not self_signed(mine, [])
    assert not self_signed(mine, [mine.jwk()], NOW + timedelta(days=60))


def admitted(peer: str, *headers: tuple[bytes, bytes], networks: str = "10.0.0.0/8,127.0.0.1") -> Scope:
    scope: Scope = {"client": (peer, 1), "headers": list(headers), "scheme": "http"}
    TrustedProxies(networks, "Client-Cert", "rfc9440").admit(scope)
    return scope


def test_a_proxy_is_believed_only_from_its_address() -> None:
    said = (b"client-cert", PORTAL.header["client-cert"].encode())
    trusted, forged = admitted("10.1.2.3", said), admitted("192.0.2.9", said)
    shown = certificate_of(trusted)
    assert shown is not None
    assert shown.der == PORTAL.der
    assert certificate_of(forged) is None
    for scope in (trusted, forged):
        assert not scope["headers"], "nobody reads the header but the guard at the door"


def test_the_caller_is_the_nearest_stranger() -> None:
    forwarded = (b"x-forwarded-for", b"203.0.113.1, 198.51.100.7, 10.0.0.5")
    assert admitted("10.1.2.3", forwarded)["client"][0] == "198.51.100.7"
    assert admitted("192.0.2.9", forwarded)["client"][0] == "192.0.2.9"
    assert admitted("10.1.2.3", (b"x-forwarded-proto", b"https"))["scheme"] == "https"
    assert admitted("192.0.2.9", (b"x-forwarded-proto", b"https"))["scheme"] == "http"


def test_a_certificate_given_twice_or_malformed_is_refused() -> None:
    good = PORTAL.header["client-cert"].encode()
    for values in ((good, good), (good[1:],), (b":AAAA:",), (b"::",), (b":" + b"A" * 20_000 + b":",)):
        with pytest.raises(InvalidRequest):
            certificate_of(admitted("127.0.0.1", *((b"client-cert", value) for value in values)))
    assert certificate_of(admitted("127.0.0.1", (b"client-cert", b""))) is None


@given(st.binary(max_size=200))
def test_no_bytes_in_the_header_crash_it(value: bytes) -> None:
    with contextlib.suppress(InvalidRequest):
        assert certificate_of(admitted("127.0.0.1", (b"client-cert", value))) is None


@pytest.fixture(scope="module")
def addresses(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same provider behind a proxy that it trusts (this test), behind one that it does not, and behind nginx."""
    folder: Path = tmp_path_factory.mktemp("tls")
    (folder / "ca.pem").write_bytes(AUTHORITY.pem)
    here, settings = {}, {"EID_CLIENT_CERT_HEADER": "Client-Cert", "EID_CLIENT_CERT_CA": str(folder / "ca.pem")}
    for name, more in {
        "trusted": {"EID_TRUSTED_PROXIES": "127.0.0.1", "EID_MTLS_ORIGIN": "https://mtls.eid.localhost:8443"},
        "stranger": {"EID_TRUSTED_PROXIES": "192.0.2.1"},
        "nginx": {"EID_TRUSTED_PROXIES": "127.0.0.0/8", "EID_CLIENT_CERT_FORMAT": "escaped-pem"},
    }.items():
        port = free_port()
        world.eid.start(f"127.0.0.1:{port}", **settings, **more)
        here[name] = f"http://127.0.0.1:{port}"
    mine = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": "CN=portal,O=Agency,C=VN"}
    bound = {"tls_client_certificate_bound_access_tokens": True, "jwks": None}
    world.eid.register(relying(world).metadata() | mine | bound)
    return here


def relying(world: World) -> RelyingParty:
    return RelyingParty(world.eid.issuer, "tls", "http://national.localhost:8603/vneid/tro-ve", "portal-tls")


def push(world: World, address: str, **headers: str) -> httpx.Response:
    form, _ = relying(world).parameters()
    with loopback.client() as http:
        return http.post(f"{address}/par", data=form | {"client_id": "tls"}, headers=headers)


def test_a_forged_certificate_header_proves_nothing(world: World, addresses: dict[str, str]) -> None:
    assert push(world, addresses["trusted"], **PORTAL.header).status_code == 201
    for address in (addresses["stranger"], world.eid.issuer):
        forged = push(world, address, **PORTAL.header)
        assert (forged.status_code, forged.json()["error"]) == (401, "invalid_client")
    assert push(world, addresses["trusted"]).status_code == 401
    other = make("CN=other,O=Agency,C=VN", by=AUTHORITY)
    assert push(world, addresses["trusted"], **other.header).status_code == 401


def test_nginx_writes_it_another_way(world: World, addresses: dict[str, str]) -> None:
    assert push(world, addresses["nginx"], **{"client-cert": PORTAL.escaped}).status_code == 201
    assert push(world, addresses["nginx"], **PORTAL.header).status_code == 400


def test_tokens_are_bound_to_the_certificate(world: World, addresses: dict[str, str]) -> None:
    """RFC 8705 3: the same certificate at userinfo, or nothing."""
    rp, person, browser = relying(world), world.person(), world.browser()
    form, verifier = rp.parameters()
    there = {"data": form | {"client_id": "tls"}, "headers": PORTAL.header}
    with loopback.client() as http:
        request_uri = http.post(f"{addresses['trusted']}/par", **there).json()["request_uri"]
        browser.get(f"/authorize?client_id=tls&request_uri={request_uri}")
        world.sign_in(browser, person)
        browser.submit("consent-accept")
        redeem = {
            "client_id": "tls",
            "grant_type": "authorization_code",
            "code": rp.response(browser.landed)["code"],
            "code_verifier": verifier,
        }
        answer = http.post(f"{addresses['trusted']}/token", data=redeem, headers=PORTAL.header).json()
        token = answer["access_token"]
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        digest = base64.urlsafe_b64encode(hashlib.sha256(PORTAL.der).digest()).rstrip(b"=").decode()
        assert (answer["token_type"], claims["cnf"]) == ("Bearer", {"x5t#S256": digest})
        bearer = {"authorization": f"Bearer {token}"}
        other = make("CN=portal,O=Agency,C=VN", by=AUTHORITY)
        use = f"{addresses['trusted']}/userinfo"
        assert http.get(use, headers=bearer | PORTAL.header).status_code == 200
        assert http.get(use, headers=bearer).status_code == 401
        assert http.get(use, headers=bearer | other.header).status_code == 401
        forged = http.get(f"{addresses['stranger']}/userinfo", headers=bearer | PORTAL.header)
        assert forged.status_code == 401
        assert 'error="invalid_token"' in forged.headers["www-authenticate"]


def test_over_real_tls_the_handshake_proves_the_key(world: World, addresses: dict[str, str], tmp_path: Path) -> None:
    """A proxy that ends TLS asks for the certificate; a caller's own header does not get past it."""
    authority, port = Authority(tmp_path / "tls"), free_port()
    authority.ensure(["eid.localhost"])
    (tmp_path / "client-ca.pem").write_bytes(AUTHORITY.pem)
    (tmp_path / "client.pem").write_bytes(PORTAL.private_pem + PORTAL.pem)
    behind = addresses["trusted"].rpartition(":")[2]
    words = [sys.executable, "-m", "sandbox.tls", str(authority.folder)]
    words += ["--client-ca", str(tmp_path / "client-ca.pem"), f"{port}={behind}"]
    proxy = subprocess.Popen(words)
    try:
        with_key = ssl.create_default_context(cafile=str(authority.certificate))
        with_key.load_cert_chain(tmp_path / "client.pem")
        without = ssl.create_default_context(cafile=str(authority.certificate))
        form = relying(world).parameters()[0] | {"client_id": "tls"}
        statuses = []
        for context in (with_key, without):
            transport = loopback.LoopbackTransport(verify=context, retries=20)
            with httpx.Client(transport=transport, trust_env=False, timeout=20) as http:
                answer = http.post(f"https://eid.localhost:{port}/par", data=form, headers=PORTAL.header)
                statuses.append(answer.status_code)
        assert statuses == [201, 401]
    finally:
        proxy.terminate()
        proxy.wait(10)


def test_the_proxys_other_origin_is_published_and_clients_say_that_they_bind(
    world: World, addresses: dict[str, str]
) -> None:
    """RFC 8705 3.3, 3.4 and 5."""
    with loopback.client() as http:
        said = http.get(f"{addresses['trusted']}/.well-known/openid-configuration").json()
        other = http.get(f"{addresses['nginx']}/.well-known/openid-configuration").json()
    assert said["mtls_endpoint_aliases"]["token_endpoint"] == "https://mtls.eid.localhost:8443/token"
    assert said["tls_client_certificate_bound_access_tokens"] is True
    assert "mtls_endpoint_aliases" not in other
    bound = register(relying(world).metadata() | {"tls_client_certificate_bound_access_tokens": True})
    assert dynamic.told(bound, None)["tls_client_certificate_bound_access_tokens"] is True
