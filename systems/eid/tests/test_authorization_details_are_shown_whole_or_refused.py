"""RFC 9396 5 and 12, RFC 8707 2, RFC 8693 2: details, resources and types of tokens, to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty

from eid.clients import register
from eid.grants import exchange
from eid.grants.exchange import Subject
from eid.oidc import acr, authorization_details, grant_types, resources, scopes
from eid.oidc.errors import InvalidAuthorizationDetails, OAuthError
from eid.tokens.confirmation import Confirmation

BOTH = ("vn_dossier_act", "vn_document_signature")
ACT = {"type": "vn_dossier_act", "actions": ["sign"], "dossier_code": "G22.99"}
SIGNATURE = {"type": "vn_document_signature", "document_name": "Đơn", "sha256": "ab"}
WHOLE = ACT | {"locations": ["https://a.example"], "procedure_code": "1.2", "amount_vnd": 0, "note": "n"}
TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def taken(*details: Any, allowed: tuple[str, ...] = BOTH) -> bool:
    try:
        kept = authorization_details.parse(json.dumps(list(details)), allowed)
    except InvalidAuthorizationDetails:
        return False
    assert authorization_details.read(kept) == list(details)
    return True


def test_a_whole_detail_is_kept_as_it_came() -> None:
    assert taken(ACT)
    assert taken(WHOLE)
    assert taken(SIGNATURE | {"locations": ["https://a.example"]})
    assert taken(*[ACT] * 10)
    assert not taken(*[ACT] * 11)
    assert not taken()


def test_the_length_of_details_has_an_end() -> None:
    text = json.dumps([ACT])
    assert authorization_details.parse(text.ljust(8192), BOTH) == authorization_details.parse(text, BOTH)
    with pytest.raises(InvalidAuthorizationDetails, match="too long"):
        authorization_details.parse(text.ljust(8193), BOTH)


def test_a_token_request_names_details_that_were_granted_and_no_others() -> None:
    """RFC 9396 6: word by word, fewer or all, never more, never none."""

    def left(granted: list[Any] | None, asked: Any) -> Any:
        kept = authorization_details.narrowed(None if granted is None else json.dumps(granted), asked)
        return None if kept is None else json.loads(kept)

    assert left(None, None) is None
    assert left([ACT, SIGNATURE], None) == [ACT, SIGNATURE]
    assert left([ACT, SIGNATURE], json.dumps([SIGNATURE])) == [SIGNATURE]
    assert left([ACT, SIGNATURE], json.dumps([SIGNATURE, ACT])) == [SIGNATURE, ACT]
    for granted, asked in (
        ([ACT], []),
        ([ACT], [SIGNATURE]),
        ([ACT], [ACT, SIGNATURE]),
        ([ACT], [ACT | {"amount_vnd": 1}]),
        ([WHOLE], [ACT]),
        (None, [ACT]),
    ):
        with pytest.raises(InvalidAuthorizationDetails, match="beyond what was granted"):
            left(granted, json.dumps(asked))
    for broken in ("", "{}", "[1]", "[" * 5000, '[{"type":"\\ud800"}]', json.dumps([ACT | {"note": "n" * 8192}])):
        with pytest.raises(InvalidAuthorizationDetails, match="not a JSON array of objects"):
            left([ACT], broken)


def test_a_type_has_to_be_known_and_registered() -> None:
    assert not taken(ACT, allowed=("vn_document_signature",))
    assert not taken(ACT | {"type": "unknown"}, allowed=("unknown",))
    assert not taken(ACT | {"type": ["vn_dossier_act"]})
    assert not taken({})
    assert not taken(ACT, SIGNATURE, allowed=("vn_dossier_act",))


@pytest.mark.parametrize(("detail", "name"), [(ACT, "actions"), (ACT, "dossier_code"), (SIGNATURE, "document_name"),
                                              (SIGNATURE, "sha256")])  # fmt: skip
def test_what_a_type_needs_has_to_be_there(detail: dict[str, Any], name: str) -> None:
    assert not taken({key: value for key, value in detail.items() if key != name})


def test_a_member_of_another_type_or_kind_is_refused() -> None:
    for name in ("unheard_of", "sha256", "document_name"):
        assert not taken(ACT | {name: "x"})
    for name in ("actions", "procedure_code", "dossier_code", "amount_vnd", "note"):
        assert not taken(SIGNATURE | {name: WHOLE[name]})
    for text in ("dossier_code", "procedure_code", "note"):
        assert taken(WHOLE | {text: "x" * 300})
        for value in ("", "x" * 301, 1, None, ["x"], True):
            assert not taken(WHOLE | {text: value}), (text, value)
    for many in ("actions", "locations"):
        assert taken(WHOLE | {many: ["x"] * 20})
        for value in ([], ["x"] * 21, [""], [1], ["x", 1], "x", None):
            assert not taken(WHOLE | {many: value}), (many, value)
    for value in (-1, True, 1.5, "1", None):
        assert not taken(WHOLE | {"amount_vnd": value}), value
    assert taken(WHOLE | {"amount_vnd": 1})


def test_text_that_is_no_list_of_objects_is_refused() -> None:
    for text in ("", "{}", "[1]", "null", "[[]]", json.dumps([ACT]) + " " * 9000):
        with pytest.raises(InvalidAuthorizationDetails):
            authorization_details.parse(text, BOTH)


def test_resources_are_absolute_addresses_without_a_fragment() -> None:
    assert resources.parse("") == ()
    assert resources.parse("https://a.example/ https://b.example/ https://a.example/") == (
        "https://a.example/",
        "https://b.example/",
    )
    for good in ("https://a.example", "urn:vn:tax", "https://a.example/x?y=z"):
        assert resources.is_resource(good)
    for bad in ("", "a", "/a", "//a.example", "https:", "https://a.example/#", "https://a.example/#x", "https://đ.vn/",
                "https://[", "#"):  # fmt: skip
        assert not resources.is_resource(bad), bad
        if bad:
            with pytest.raises(OAuthError):
                resources.parse(bad)


CLIENT = register(
    RelyingParty("https://eid.example", "files", "https://files.example/cb", "files").metadata()
    | {"resource_server": "https://files.example/", "resources": ["https://tax.example/"], "scope": "openid phone"}
)
SUBJECT = Subject("app", ("https://files.example/",), ("openid", "phone", "email"), 1000, "acr", 900)


def exchanged(subject: Subject = SUBJECT, scope: str = "", **more: Any) -> exchange.Exchanged:
    facts: dict[str, Any] = {"target": "https://tax.example/", "actor": {"sub": "files"}, "latest": 2000}
    return exchange.exchange(CLIENT, subject, scope=scope, **facts | more)


def test_an_exchange_gives_at_most_what_was_there() -> None:
    made = exchanged()
    assert (made.audience, made.scope, made.exp) == ("https://tax.example/", ("openid", "phone"), 1000)
    assert (made.acr, made.auth_time, made.act) == ("acr", 900, {"sub": "files"})
    assert exchanged(latest=500).exp == 500
    assert exchanged(scope="phone").scope == ("phone",)
    for scope in ("email", "phone email", "unheard-of"):  # beyond the registration, or beyond the token
        with pytest.raises(OAuthError, match="invalid_scope"):
            exchanged(scope=scope)


def test_an_exchange_wants_a_token_that_is_for_its_client() -> None:
    own = Subject("files", ("https://other.example/",), ("openid",), 1000)
    assert exchanged(own).act == {"sub": "files"}
    stranger = Subject("app", ("https://other.example/",), ("openid",), 1000)
    with pytest.raises(OAuthError, match="invalid_request"):
        exchanged(stranger)


def test_a_chain_of_actors_has_an_end() -> None:
    chain: dict[str, Any] | None = None
    for number in range(1, 6):
        chain = {"sub": str(number)} | ({"act": chain} if chain else {})
        subject = Subject("app", SUBJECT.audience, SUBJECT.scope, 1000, act=chain)
        if number < 4:
            assert exchanged(subject).act == {"sub": "files", "act": chain}
        else:
            with pytest.raises(OAuthError, match="invalid_request"):
                exchanged(subject)


@pytest.mark.parametrize("form", [
    {}, {"subject_token": "x"}, {"subject_token_type": TOKEN},
    {"subject_token": "x", "subject_token_type": TOKEN, "actor_token": "y"},
    {"subject_token": "x", "subject_token_type": TOKEN, "actor_token_type": TOKEN},
    {"subject_token": "x", "subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
    {"subject_token": "x", "subject_token_type": TOKEN, "actor_token": "y", "actor_token_type": "x"},
    {"subject_token": "x", "subject_token_type": TOKEN, "requested_token_type": "x"},
])  # fmt: skip
def test_types_of_tokens_are_said_and_known(form: dict[str, str]) -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        exchange.asked_types(form)


def test_types_that_we_have_are_taken() -> None:
    right = {"subject_token": "x", "subject_token_type": TOKEN}
    exchange.asked_types(right)
    exchange.asked_types(right | {"requested_token_type": TOKEN, "actor_token": "y", "actor_token_type": TOKEN})
    exchange.asked_types(right | {"subject_token_type": "urn:ietf:params:oauth:token-type:jwt"})


def test_one_target_is_named_and_registered() -> None:
    assert exchange.target_of(CLIENT, {"resource": "https://tax.example/"}) == "https://tax.example/"
    assert exchange.target_of(CLIENT, {"audience": "https://tax.example/"}) == "https://tax.example/"
    same = {"audience": "https://tax.example/", "resource": "https://tax.example/"}
    assert exchange.target_of(CLIENT, same) == "https://tax.example/"
    for form in ({}, same | {"audience": "https://files.example/"}, {"resource": "https://files.example/"}):
        with pytest.raises(OAuthError, match="invalid_target"):
            exchange.target_of(CLIENT, form)


def test_the_words_are_the_specs() -> None:
    assert (acr.EID1, acr.EID2) == ("urn:motcua:acr:eid1", "urn:motcua:acr:eid2")
    assert acr.AMR == ("pwd", "otp", "mfa")  # RFC 8176
    assert {
        grant_types.AUTHORIZATION_CODE: "authorization_code",
        grant_types.REFRESH_TOKEN: "refresh_token",
        grant_types.CLIENT_CREDENTIALS: "client_credentials",
        grant_types.TOKEN_EXCHANGE: "urn:ietf:params:oauth:grant-type:token-exchange",
        grant_types.DEVICE_CODE: "urn:ietf:params:oauth:grant-type:device_code",
        grant_types.CIBA: "urn:openid:params:grant-type:ciba",
    }.items() >= {(word, word) for word in grant_types.KNOWN}
    assert {"openid", "phone", "email", "offline_access"} <= set(scopes.SUPPORTED)
    assert scopes.known("openid unheard-of phone openid") == ("openid", "phone")


def test_a_confirmation_says_how_a_token_is_presented() -> None:
    key, certificate = Confirmation(jkt="k"), Confirmation(x5t_s256="c")
    assert (key.token_type, certificate.token_type) == ("DPoP", "Bearer")
    assert key.is_met_by(Confirmation(jkt="k"))
    assert certificate.is_met_by(Confirmation(x5t_s256="c"))
    for bound, proven in ((key, None), (key, certificate), (certificate, key), (key, Confirmation(jkt="x")),
                          (certificate, Confirmation(x5t_s256="x")), (Confirmation(), Confirmation()),
                          (Confirmation(), key), (certificate, Confirmation()), (key, Confirmation())):  # fmt: skip
        assert not bound.is_met_by(proven), (bound, proven)
