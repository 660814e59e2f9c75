"""A checked request becomes a record, the record says what the person is asked, and the answer finds its way back.

RFC 6749 4.1.1 and 4.1.2, RFC 9207 2, Core 3.1.2, 5.5 and 5.5.1, JARM 2, without a provider around them.
"""

from __future__ import annotations

import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import KeySet

from eid.clients import Client, Name
from eid.grants import authorization_request, response
from eid.grants.authorization_request import AuthorizationRequest, build, build_for_another_screen
from eid.grants.response import ReplyTo, reply_to
from eid.oidc.claims import Asked
from eid.oidc.errors import AccessDenied, InvalidRequest, OAuthError
from eid.tokens.jws import SigningKey

ISSUER = "https://eid.example"
KEY = SigningKey("k", ec.generate_private_key(ec.SECP256R1()))
CLIENT = Client(client_id="national", client_name="n", organization=Name("n", "n"), sector="s", system="national")
PLAIN = Client(
    client_id="plain", client_name="n", organization=Name("n", "n"), sector="s", system="sandbox", profile="oidc"
)
SIGNED = Client(
    client_id="signed",
    client_name="n",
    organization=Name("n", "n"),
    sector="s",
    system="sandbox",
    authorization_signed_response_alg="ES256",
)
LEAST = {
    "client_id": "national",
    "redirect_uri": "https://portal.example/cb",
    "response_type": "code",
    "scope": "openid",
}


def test_the_least_request_asks_for_nothing_more() -> None:
    assert build(CLIENT, LEAST) == AuthorizationRequest("national", "https://portal.example/cb", ("openid",), "")


def test_every_parameter_is_kept_under_its_name() -> None:
    claims = {
        "userinfo": {
            "email": {"essential": True},
            "verified_claims": {
                "verification": {"trust_framework": {"value": "vn_eid"}, "time": {"max_age": 60}},
                "claims": {"personal_id": None},
            },
        },
        "id_token": {"acr": {"essential": True, "values": ["urn:motcua:acr:eid2"]}, "sub": {"value": "abc"}},
    }
    asked = LEAST | {
        "scope": "openid unheard phone",
        "code_challenge": "c" * 43,
        "state": "st",
        "nonce": "no",
        "prompt": "login consent",
        "max_age": "0",
        "acr_values": "urn:motcua:acr:eid1",
        "ui_locales": "fr EN-gb vi",
        "login_hint": "hint",
        "id_token_hint": "token",
        "response_mode": "form_post",
        "resource": "https://a.example/ https://b.example/",
        "dpop_jkt": "jkt",
        "claims": json.dumps(claims),
    }
    assert build(CLIENT, asked) == AuthorizationRequest(
        client_id="national",
        redirect_uri="https://portal.example/cb",
        scope=("openid", "phone"),
        code_challenge="c" * 43,
        state="st",
        nonce="no",
        prompt=("login", "consent"),
        max_age=0,
        acr_values=("urn:motcua:acr:eid2",),
        acr_essential=True,
        verified=("personal_id",),
        verified_max_age=60,
        ui_locale="en",
        login_hint="hint",
        id_token_hint="token",
        response_type="code",
        response_mode="form_post",
        response_alg="ES256",
        resource=("https://a.example/", "https://b.example/"),
        dpop_jkt="jkt",
        asked=Asked(("email",), (), ("email",), ("time",)),
        only_sub="abc",
        optional_scopes=True,
    )


def test_what_the_client_registered_stands_in_for_what_it_does_not_say() -> None:
    client = Client(
        client_id="national",
        client_name="n",
        organization=Name("n", "n"),
        sector="s",
        system="national",
        default_max_age=30,
        default_acr_values=("urn:motcua:acr:eid2",),
    )
    quiet, loud = build(client, LEAST), build(client, LEAST | {"max_age": "5", "acr_values": "a b"})
    assert (quiet.max_age, quiet.acr_values) == (30, ("urn:motcua:acr:eid2",))
    assert (loud.max_age, loud.acr_values) == (5, ("a", "b"))
    assert build(PLAIN, LEAST).optional_scopes is False


@pytest.mark.parametrize(
    ("asked", "spoken"), [("", None), ("fr de", None), ("vi", "vi"), ("VI-VN", "vi"), ("fr en-US vi", "en")]
)
def test_the_first_language_that_we_speak_is_taken(asked: str, spoken: str | None) -> None:
    assert build(CLIENT, LEAST | {"ui_locales": asked}).ui_locale == spoken


def test_another_screen_sends_nobody_anywhere_and_always_asks() -> None:
    """RFC 8628 5.4: hints and prompts of the asking side do not count, nor does an address."""
    kept = build_for_another_screen(
        CLIENT,
        {
            "client_id": "national",
            "redirect_uri": "https://evil.example/",
            "response_type": "token",
            "scope": "openid email",
            "login_hint": "h",
            "id_token_hint": "t",
            "prompt": "none",
            "nonce": "n",
        },
    )
    assert kept == AuthorizationRequest(
        "national", "", ("openid", "email"), "", nonce="n", prompt=("consent",), response_type=""
    )
    assert build_for_another_screen(CLIENT, {"client_id": "national"}).scope == ("openid",)


def test_details_are_kept_as_they_were_understood() -> None:
    """RFC 9396 5: of types that the client registered; another request holds none."""
    client = msgspec.structs.replace(CLIENT, authorization_details_types=("vn_dossier_act",))
    details = '[{"type": "vn_dossier_act", "actions": ["sign"], "dossier_code": "G22"}]'
    for make in (build, build_for_another_screen):
        kept = make(client, LEAST | {"authorization_details": details}).authorization_details
        assert kept == details.replace(": ", ":").replace(", ", ",")
        assert make(client, LEAST).authorization_details is None
        with pytest.raises(OAuthError):
            make(CLIENT, LEAST | {"authorization_details": details})


def wanting(**more: object) -> AuthorizationRequest:
    given = {"client_id": "c", "redirect_uri": "r", "scope": ("openid",), "code_challenge": ""} | more
    return AuthorizationRequest(**given)  # type: ignore[arg-type]


def test_prompts_mean_what_they_say() -> None:
    for word, again, silent in (
        ("login", True, False),
        ("select_account", True, False),
        ("create", True, False),
        ("consent", False, False),
        ("none", False, True),
    ):
        asked = wanting(prompt=(word,))
        assert (asked.again, asked.silent) == (again, silent), word
    assert (wanting().again, wanting().silent) == (False, False)


def test_a_person_ticks_what_the_client_can_do_without() -> None:
    """Profile fapi2: scopes, and claims asked by name that no scope covers; essential ones cannot be let go."""
    asked = wanting(
        scope=("openid", "offline_access", "email", "phone"),
        verified=("personal_id",),
        asked=Asked(("email", "gender", "name"), ("gender", "locale"), ("name",)),
    )
    assert asked.optional_items == ("phone", "email", "offline_access", "claim.gender", "claim.locale")
    assert asked.required_items == ("personal_id", "eid_level", "claim.name")
    assert wanting().optional_items == ()
    assert wanting().required_items == ("eid_level",)


def test_with_profile_oidc_a_scope_is_wanted_whole() -> None:
    asked = wanting(scope=("openid", "phone"), asked=Asked(("gender",), (), ()), optional_scopes=False)
    assert asked.optional_items == ()
    assert asked.required_items == ("eid_level", "phone", "claim.gender")


def test_the_way_back_is_the_one_that_was_asked_and_allowed() -> None:
    def way(client: Client, mode: str | None) -> tuple[str, str]:
        to = reply_to(client, "https://a.example/", "s", mode)
        assert (to.client_id, to.redirect_uri, to.state) == (client.client_id, "https://a.example/", "s")
        return to.mode, to.signing_alg

    assert way(CLIENT, None) == ("query", "ES256")
    assert way(CLIENT, "fragment") == ("query", "ES256")
    assert way(CLIENT, "form_post") == ("form_post", "ES256")
    assert way(CLIENT, "jwt") == ("query.jwt", "ES256")
    assert way(SIGNED, None) == ("query.jwt", "ES256")
    assert way(SIGNED, "query") == ("query.jwt", "ES256")
    assert way(SIGNED, "form_post") == ("form_post.jwt", "ES256")
    assert way(SIGNED, "form_post.jwt") == ("form_post.jwt", "ES256")
    asked = build(SIGNED, LEAST | {"state": "s", "response_mode": "form_post"})
    assert asked.reply_to == ReplyTo("national", "https://portal.example/cb", "s", "form_post.jwt", "ES256")


def test_only_form_post_is_posted() -> None:
    posted = {mode: ReplyTo("c", "r", None, mode, "ES256").is_posted for mode in
              ("query", "query.jwt", "form_post", "form_post.jwt")}  # fmt: skip
    assert posted == {"query": False, "query.jwt": False, "form_post": True, "form_post.jwt": True}


def test_an_answer_names_its_issuer_and_nothing_that_is_not_there() -> None:
    """RFC 9207 2: `iss` in every response, errors too, against mix-up."""
    to, stateless = ReplyTo("c", "r", "st", "query", "ES256"), ReplyTo("c", "r", None, "query", "ES256")
    assert response.success(to, code="x", issuer=ISSUER) == {"code": "x", "state": "st", "iss": ISSUER}
    assert response.success(stateless, code="x", issuer=ISSUER) == {"code": "x", "iss": ISSUER}
    watched = response.success(stateless, code="x", issuer=ISSUER, session_state="w")
    assert watched == {"code": "x", "iss": ISSUER, "session_state": "w"}
    error = response.failure(to, InvalidRequest("why"), issuer=ISSUER)
    assert error == {"error": "invalid_request", "error_description": "why", "state": "st", "iss": ISSUER}
    denied = response.failure(stateless, AccessDenied(""), issuer=ISSUER)
    assert denied == {"error": "access_denied", "iss": ISSUER}


def test_a_signed_answer_holds_the_answer_for_its_client_for_five_minutes() -> None:
    """JARM 2.1."""
    plain = {"code": "x", "iss": ISSUER}
    assert response.sealed(ReplyTo("c", "r", None, "query", "ES256"), plain, KEY, now=1000) == plain
    sealed = response.sealed(ReplyTo("c", "r", None, "query.jwt", "ES256"), plain, KEY, now=1000)
    assert set(sealed) == {"response"}
    read = jwt.decode(sealed["response"], KeySet.import_key_set({"keys": [KEY.jwk]}), algorithms=["ES256"])
    assert read.claims == plain | {"aud": "c", "exp": 1300}
    assert read.header == {"alg": "ES256", "typ": "JWT", "kid": "k"}


def test_an_answer_is_added_to_the_query_that_is_there() -> None:
    """RFC 6749 3.1.2: a query component is retained; a fragment never was registered."""
    assert response.address("https://a.example/cb", {"code": "x y"}) == "https://a.example/cb?code=x+y"
    assert response.address("https://a.example/cb?a=1", {"code": "&"}) == "https://a.example/cb?a=1&code=%26"


def test_requests_wait_a_minute_for_their_browser() -> None:
    assert authorization_request.LIFETIME == 60
