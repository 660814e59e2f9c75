"""Every parser of outside input, fed with anything: an answer or the spec's error, quickly, never a crash.

`./motcua prove protocol` runs the same with large counts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eid_harness import hostile
from eid_harness.relying_party import RelyingParty, new_key
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as theirs

from eid.clients import (
    RegistrationRefused,
    assertion,
    dynamic,
    redirection,
    register,
    request_object,
    signed_request,
    software_statement,
)
from eid.endpoints import client_authentication
from eid.endpoints.proxies import TrustedProxies, certificate_of
from eid.endpoints.signals import poll, push
from eid.endpoints.signals.receiver import json_object
from eid.grants import authorization_request, ciba
from eid.oidc import authorization_details, claims, dpop, foreign_jws, parameters, pkce, prompt, resources, scopes
from eid.oidc.errors import OAuthError
from eid.outbound import client as outbound
from eid.outbound import remote_keys
from eid.signals import streams, subjects
from eid.tokens import decryption, issue, jws
from sandbox import standards
from wire import signed

pytestmark = pytest.mark.protocol
ISSUER = "https://eid.example"
RP = RelyingParty(ISSUER, "national", "https://portal.example/cb", "portal")
CLIENT = register(RP.metadata())
KEY = jws.SigningKey("k", ec.generate_private_key(ec.SECP256R1()))
REFUSALS = (
    OAuthError,
    RegistrationRefused,
    foreign_jws.Malformed,
    decryption.NotForUs,
    streams.StreamRefused,
    subjects.SubjectRefused,
    signed.SignatureRefused,
)
GROWTH = 150 * 2**20  # bytes
OPENERS = [decryption.DecryptionKey("e", ec.generate_private_key(ec.SECP256R1()))]
STREAM = streams.Stream(UUID(int=1), "national", "s")
NONCES = dpop.Nonces(b"secret")
SECONDS = 2.0  # generous: the machine may be busy; a parser takes microseconds


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """What all these inputs leave behind: caches of bounded size, and what Hypothesis keeps of its examples."""
    process = psutil.Process()
    before = process.memory_info().rss
    yield
    assert process.memory_info().rss - before < GROWTH


def quickly(parse: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """Its answer, or the OAuthError it raised; any other fault goes through."""
    began = time.perf_counter()
    try:
        return parse(*arguments, **more)
    except REFUSALS as refused:
        return refused
    finally:
        assert time.perf_counter() - began < SECONDS


def payload() -> dict[str, Any]:
    now = int(time.time())
    return {"iss": "national", "sub": "national", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "j"}


@given(hostile.tokens(RP, payload()))
def test_client_assertions(token: str) -> None:
    read = quickly(assertion.read, token)
    if isinstance(read, OAuthError):
        return
    quickly(assertion.client_id_of, read)
    proven = quickly(assertion.prove, read, CLIENT, CLIENT.jwks, audiences=(ISSUER,), now=int(time.time()))
    if isinstance(proven, assertion.Proven):  # only our own key over our own claims
        assert token.count(".") == 2
        assert proven.jti


@given(hostile.tokens(RP, payload()))
def test_our_own_tokens(token: str) -> None:
    for kind in ("JWT", "at+jwt", "logout+jwt", ""):
        assert quickly(jws.read_own, token, kind, [KEY]) is None
    assert quickly(issue.read_id_token_hint, token, [KEY], issuer=ISSUER) is None


@given(hostile.forms(RP.parameters()[0]) | st.binary(max_size=400))
def test_forms(raw: bytes) -> None:
    read = quickly(parameters.parse, raw)
    if isinstance(read, dict):
        assert all(name is not None and value for name, value in read.items())
        again = quickly(parameters.parse, urlencode(read).encode())
        assert again == read  # what was read once is read the same again


@given(hostile.CLAIMS_JSON.map(lambda value: json.dumps(value)) | hostile.TEXTS)
def test_the_claims_parameter(text: str) -> None:
    quickly(claims.parse, text)


@given(hostile.CLAIMS_JSON.map(lambda value: json.dumps([value])) | hostile.TEXTS)
def test_authorization_details(text: str) -> None:
    read = quickly(authorization_details.parse, text, tuple(authorization_details.TYPES))
    if isinstance(read, str):
        assert authorization_details.parse(read, tuple(authorization_details.TYPES)) == read


@given(hostile.TEXTS)
def test_words(text: str) -> None:
    quickly(prompt.parse, text)
    quickly(scopes.known, text)
    quickly(resources.parse, text)
    assert not (pkce.is_verifier(text) and not 43 <= len(text) <= 128)
    assert not pkce.matches(text, text)
    fault = quickly(redirection.fault_of, text)
    if fault is None:
        assert text.startswith(("https://", "http://"))
        assert text.isascii()
        assert not set(text) & set('\\#\r\n\t <>"{}|^`')


@given(st.sampled_from(["https", "http", "HTTPS"]), st.text(alphabet="ab.:@[]/\\?#%-_~1", max_size=24))
def test_addresses_that_pass_lead_where_they_say(scheme: str, rest: str) -> None:
    """What may be registered is read alike by Python's and by a browser's rules: no user, no backslash, one host."""
    import httpx

    uri = f"{scheme}://{rest}"
    if redirection.fault_of(uri) is None:
        host = httpx.URL(uri).host
        assert host
        assert uri.split("/")[2].rpartition(":")[0] in {host, ""} or uri.split("/")[2].startswith(host)


@given(st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "d", "x5c", "key_ops"]),
                       st.sampled_from(["EC", "RSA", "OKP", "oct", "P-256", "Ed25519", "secp256k1", "AQAB", "AAAA", ""])
                       | hostile.JSON, max_size=7))  # fmt: skip
def test_keys_of_clients(jwk: dict[str, Any]) -> None:
    """A key that may be registered is either usable or never fits; it breaks nothing."""
    made = quickly(register, RP.metadata() | {"jwks": {"keys": [jwk]}})
    if isinstance(made, RegistrationRefused):
        return
    key = new_key()
    token = RP.assertion({"kid": jwk.get("kid")} if isinstance(jwk.get("kid"), str) else {"kid": key.kid}, key)
    read = assertion.read(token)
    refused = quickly(assertion.prove, read, made, made.jwks, audiences=(ISSUER,), now=int(time.time()))
    assert isinstance(refused, OAuthError)


@given(st.dictionaries(st.sampled_from(sorted({*RP.metadata(), "grant_types", "response_types", "response_modes",
                                               "resources", "authorization_details_types", "default_max_age",
                                               "sector_identifier_uri", "jwks_uri", "subject_type", "client_secret"})),
                       hostile.JSON, max_size=4))  # fmt: skip
def test_client_metadata(more: dict[str, Any]) -> None:
    quickly(register, RP.metadata() | more)


@given(hostile.tokens(RP, payload() | {"nbf": int(time.time()), "scope": "openid"}))
def test_request_objects(token: str) -> None:
    now = int(time.time())
    read = quickly(request_object.read, token)
    if not isinstance(read, OAuthError):
        held = quickly(request_object.parameters, read, CLIENT, CLIENT.jwks, issuer=ISSUER, now=now)
        assert isinstance(held, OAuthError) or all(isinstance(value, str) for value in held.values())
    asked = quickly(signed_request.read, token)
    if not isinstance(asked, OAuthError):
        quickly(signed_request.prove, asked, CLIENT, CLIENT.jwks, issuer=ISSUER, now=now)
        quickly(signed_request.prove_login_hint, asked, CLIENT, CLIENT.jwks, issuer=ISSUER, now=now)
    trusted = {"national": CLIENT.jwks}
    quickly(software_statement.vouched, token, trusted, now=now)


@given(hostile.tokens(RP, payload()), st.text(alphabet="abcABC019-_.", max_size=60))
def test_encrypted_requests(token: str, rest: str) -> None:
    for text in (token, f"{token}.{rest}", rest):
        refused = quickly(decryption.decrypt, text, OPENERS)
        assert isinstance(refused, decryption.NotForUs)


@given(
    hostile.tokens(RP, {"jti": "j", "htm": "POST", "htu": f"{ISSUER}/token", "iat": int(time.time())}), st.booleans()
)
def test_proofs_of_possession(token: str, needed: bool) -> None:
    made = quickly(
        dpop.prove,
        token,
        method="POST",
        addresses=(f"{ISSUER}/token",),
        algorithms=("ES256", "PS256", "EdDSA"),
        now=int(time.time()),
        nonces=NONCES,
        nonce_needed=needed,
        access_token=None,
    )
    assert isinstance(made, OAuthError), "no token of the strategy carries a key that signed it"


@given(st.lists(st.binary(max_size=300) | st.just(b":" + b"QUJD" * 30 + b":"), max_size=3), st.sampled_from(
    ["rfc9440", "escaped-pem"]))  # fmt: skip
def test_client_certificates_in_headers(values: list[bytes], written: Any) -> None:
    scope: Any = {
        "client": ("127.0.0.1", 1),
        "headers": [(b"client-cert", value) for value in values],
        "scheme": "http",
    }
    TrustedProxies("127.0.0.1", "Client-Cert", written).admit(scope)
    shown = quickly(certificate_of, scope)
    assert shown is None or isinstance(shown, OAuthError)


@given(hostile.JSON | st.dictionaries(
    st.sampled_from(["delivery", "events_requested", "description", "iss", "aud", "stream_id", "events_supported"]),
    hostile.JSON | st.fixed_dictionaries({"method": hostile.TEXTS, "endpoint_url": hostile.TEXTS})),
    st.booleans())  # fmt: skip
def test_streams_of_signals(asked: Any, whole: bool) -> None:
    if isinstance(asked, dict):
        made = quickly(streams.changed, STREAM, asked, whole=whole, issuer=ISSUER)
        assert isinstance(made, (streams.Stream, streams.StreamRefused))
    quickly(subjects.sub_of, asked, ISSUER)


@given(st.dictionaries(st.sampled_from(sorted({*RP.metadata(), "client_name#vi", "software_statement", "scope"})),
                       hostile.JSON, max_size=4))  # fmt: skip
def test_metadata_of_strangers(more: dict[str, Any]) -> None:
    made = quickly(dynamic.judge, RP.metadata() | {"token_endpoint_auth_method": "private_key_jwt"} | more)
    if not isinstance(made, RegistrationRefused):
        client, secret = made
        assert client.system == "sandbox"
        json.dumps(dynamic.told(client, secret), default=list)


@given(hostile.AUTHORIZATION | hostile.TEXTS)
def test_basic_credentials(text: str) -> None:
    read = quickly(client_authentication._basic, text)
    assert isinstance(read, OAuthError) or all(isinstance(half, str) for half in read)


@given(hostile.TEXTS | st.lists(st.sampled_from(["vi", "en-US", "xx", "*", "-", "a" * 300]), max_size=9).map(" ".join))
def test_languages_of_a_request(tags: str) -> None:
    form = RP.parameters()[0] | {"client_id": "national", "ui_locales": tags}
    assert quickly(authorization_request.build, CLIENT, form).ui_locale in {None, "vi", "en"}


BACKCHANNEL = ("binding_message", "requested_expiry", "client_notification_token", *ciba._HINTS)


@given(st.dictionaries(st.sampled_from(BACKCHANNEL), hostile.TEXTS))
def test_words_of_a_backchannel_request(params: dict[str, str]) -> None:
    quickly(ciba.hint_of, params)
    quickly(ciba.binding_message_of, CLIENT, params)
    quickly(ciba.expiry_of, params)
    quickly(ciba.notification_token_of, CLIENT, params)


PROOF = {"jti": "j", "htm": "POST", "htu": f"{ISSUER}/token"}


@given(
    st.dictionaries(st.sampled_from([*PROOF, "iat", "ath", "nonce"]), hostile.JSON | hostile.TEXTS, max_size=3),
    st.dictionaries(st.sampled_from(["kid", "use", "alg", "x", "crv", "d", "key_ops"]), hostile.JSON, max_size=1),
)
def test_proofs_by_a_key_of_their_own(claims: dict[str, Any], members: dict[str, Any]) -> None:
    """Anybody can make a key and sign what he likes with it: everything behind the signature is outside input too."""
    head = {
        "alg": "ES256",
        "typ": "dpop+jwt",
        "jwk": {name: KEY.jwk[name] for name in ("kty", "crv", "x", "y")} | members,
    }
    body = json.dumps(PROOF | {"iat": int(time.time())} | claims).encode("utf-8", "surrogatepass")
    signing_input = f"{hostile.base64url(json.dumps(head).encode())}.{hostile.base64url(body)}"
    made = quickly(
        dpop.prove, f"{signing_input}.{hostile.base64url(KEY._signature(signing_input.encode()))}", method="POST",
        addresses=(f"{ISSUER}/token",), algorithms=("ES256",), now=int(time.time()), nonces=NONCES,
        nonce_needed=False, access_token="token" if "ath" in claims else None,
    )  # fmt: skip
    assert isinstance(made, (dpop.Proof, OAuthError))
    if not claims and not members:
        assert isinstance(made, dpop.Proof), "the strategy reaches everything behind the signature"


KEYS = st.fixed_dictionaries({"keys": st.lists(hostile.JSON | st.just(RP.key.as_dict(private=False)), max_size=3)})


@given(hostile.documents(KEYS | st.just({"err": "invalid_key", "description": "d"}) | hostile.JSON))
def test_documents_that_clients_publish(body: bytes) -> None:
    """A JWK Set at a jwks_uri, and what a receiver of signals answers to a push."""
    found = quickly(remote_keys.read, body)
    assert found is None or all(isinstance(key, dict) for key in found)
    if found:
        quickly(assertion.prove, assertion.read(RP.assertion()), CLIENT, found, audiences=(ISSUER,), now=0)
    refusal = quickly(push._refusal, outbound.Answer(400, "application/json", body))
    assert refusal is None or isinstance(refusal, str)


NAMED = st.sampled_from(["maxEvents", "returnImmediately", "ack", "setErrs"])
POLLED = {"maxEvents": 3, "ack": ["a", "b"], "setErrs": {"c": {"err": "jwtHdr", "description": "d"}}}


@given(hostile.documents(st.just(POLLED) | st.dictionaries(NAMED, hostile.JSON, max_size=3) | hostile.JSON))
def test_bodies_of_json(body: bytes) -> None:
    scope: Any = {"headers": [(b"content-type", b"application/json")]}
    quickly(poll._read, scope, body)
    quickly(json_object, body)


@given(hostile.tokens(RP, payload()), hostile.documents(hostile.JSON))
def test_events_of_the_register(token: str, body: bytes) -> None:
    """Anybody may post there; and what the register signs is not believed to be well made either."""
    jwks = {"keys": [RP.key.as_dict(private=False)]}
    ours = theirs.serialize_compact({"alg": "ES256", "typ": "secevent+jwt", "kid": RP.key.kid}, body, RP.key)
    for text in (token, ours):
        quickly(signed.verify, text, jwks, "secevent+jwt", issuer=ISSUER, audience=ISSUER, expires=False)


RUNNING = "test_no_input_breaks_the_provider"
#: What comes from outside, and the fuzzers that feed its parsers; the running provider gets all of it once more.
FED = {
    "JWT": ["test_client_assertions", "test_our_own_tokens", "test_request_objects", "test_encrypted_requests"],
    "JWK": ["test_keys_of_clients", "test_documents_that_clients_publish", "test_proofs_by_a_key_of_their_own"],
    "form": ["test_forms", f"{RUNNING}::test_forms_at_every_endpoint", f"{RUNNING}::test_queries_at_every_endpoint"],
    "Basic": ["test_basic_credentials", f"{RUNNING}::test_tokens_and_headers"],
    "DPoP": ["test_proofs_of_possession", "test_proofs_by_a_key_of_their_own"],
    "claims JSON": ["test_the_claims_parameter", "test_authorization_details"],
    "redirect_uri": ["test_words", "test_addresses_that_pass_lead_where_they_say"],
    "ui_locales": ["test_languages_of_a_request", f"{RUNNING}::test_languages"],
    "client metadata": ["test_client_metadata", "test_metadata_of_strangers"],
    "client certificate": ["test_client_certificates_in_headers"],
    "CIBA": ["test_words_of_a_backchannel_request"],
    "signals": ["test_streams_of_signals", "test_bodies_of_json", f"{RUNNING}::test_bodies_of_a_receiver_of_signals"],
    "events of the register": ["test_events_of_the_register", f"{RUNNING}::test_bodies_of_another_kind"],
}


def test_every_kind_of_outside_input_is_fed() -> None:
    known = standards.known_tests(Path(__file__).parents[3])
    named = [test if "::" in test else f"{Path(__file__).stem}::{test}" for tests in FED.values() for test in tests]
    assert not set(named) - set(known)
