"""Dynamic registration without a provider around it: what a stranger may say, and what he is told back.

RFC 7591 2 and 3.2.1, RFC 7592 2.2, OpenID Connect Registration 1.0.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from eid.clients import Client, RegistrationRefused, dynamic, secret
from eid.clients.issuing import complete

JWK = {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "kid": "one"}
LEAST: dict[str, Any] = {"redirect_uris": ["https://shop.example/cb"]}
KEYED = LEAST | {"jwks": {"keys": [JWK]}, "token_endpoint_auth_method": "private_key_jwt"}


def test_the_least_that_a_stranger_says_makes_a_plain_client_with_a_secret() -> None:
    client, told = dynamic.judge(LEAST)
    assert (client.profile, client.token_endpoint_auth_method, client.scope) == (
        "oidc", "client_secret_basic", "openid profile phone email address",
    )  # fmt: skip
    assert (client.system, client.sector) == ("sandbox", "shop.example")
    assert told is not None
    assert client.client_secret_hash == secret.digest(told)
    assert len(client.client_id) >= 20


def test_what_is_ours_to_decide_is_not_listened_to() -> None:
    """Who a client is for people, whose subs it gets, what it may do beyond signing people in."""
    ours = {
        "client_id": "national", "client_secret": "s" * 40, "client_secret_hash": "0" * 64,
        "client_secret_expires_at": 1, "sector": "portal-national", "system": "national",
        "organization": {"vi": "Cổng Dịch vụ công", "en": "Portal"}, "resources": ["https://a.example/"],
        "consent_with_code": True, "authorization_details_types": ["x"], "registration_access_token": "t",
        "registration_client_uri": "u", "client_id_issued_at": 1,
    }  # fmt: skip
    client, told = dynamic.judge(LEAST | ours)
    same, _ = dynamic.judge(LEAST)
    assert told != "s" * 40
    assert msgspec.structs.replace(
        client, client_id="x", client_secret_hash="x", client_name="x", organization=same.organization
    ) == msgspec.structs.replace(
        same, client_id="x", client_secret_hash="x", client_name="x"
    )  # fmt: skip
    assert client.organization.vi == "shop.example"


@pytest.mark.parametrize("grant", ["client_credentials", "urn:openid:params:grant-type:ciba", "password"])
def test_only_signing_people_in_is_registered_here(grant: str) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        dynamic.judge(LEAST | {"grant_types": ["authorization_code", grant]})
    assert refused.value.faults == ["grant_types: only authorization_code and refresh_token are registered here"]


def test_both_grant_types_of_people_are_taken() -> None:
    both = ["authorization_code", "refresh_token"]
    assert dynamic.judge(LEAST | {"grant_types": both})[0].grant_types == tuple(both)


def test_scopes_that_we_do_not_know_are_left_out() -> None:
    """RFC 7591 3.2.1: what is registered is told back."""
    assert dynamic.judge(LEAST | {"scope": "openid ssf.manage email made_up"})[0].scope == "openid email"
    with pytest.raises(RegistrationRefused):
        dynamic.judge(LEAST | {"scope": 7})


def test_a_strict_client_brings_its_key() -> None:
    client, told = dynamic.judge(KEYED | {"profile": "fapi2"})
    assert (client.profile, told, client.client_secret_hash) == ("fapi2", None, None)
    strict, _ = dynamic.judge(LEAST | {"jwks": {"keys": [JWK]}, "profile": "fapi2"})
    assert strict.token_endpoint_auth_method == "private_key_jwt"


def test_a_client_that_changes_itself_stays_itself() -> None:
    """RFC 7592 2.2: the same client_id, the same secret as long as it has one; never told again."""
    client, told = dynamic.judge(LEAST)
    changed, again = dynamic.judge(LEAST | {"client_name": "Shop", "client_id": "another"}, known=client)
    assert (changed.client_id, changed.client_name, again) == (client.client_id, "Shop", None)
    assert changed.client_secret_hash == client.client_secret_hash != ""
    keyed, none = dynamic.judge(KEYED, known=client)
    assert (keyed.client_id, keyed.client_secret_hash, none) == (client.client_id, None, None)
    back, fresh = dynamic.judge(LEAST, known=keyed)
    assert fresh is not None
    assert fresh != told
    assert back.client_secret_hash == secret.digest(fresh)


def test_everything_registered_is_told_back_and_nothing_of_ours() -> None:
    client, given = dynamic.judge(LEAST | {"client_name": "Shop", "contacts": ["a@shop.example"]})
    told = json.loads(msgspec.json.encode(dynamic.told(client, given)))
    said = {name: value for name, value in told.items() if value not in (False, None, [])}
    assert said == {
        "client_id": client.client_id,
        "client_name": "Shop",
        "contacts": ["a@shop.example"],
        "redirect_uris": ["https://shop.example/cb"],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "openid profile phone email address",
        "profile": "oidc",
        "subject_type": "pairwise",
        "application_type": "web",
        "id_token_signed_response_alg": "RS256",
        "client_secret": given,
    }
    assert told["client_secret_expires_at"] == 0
    assert "client_secret" not in dynamic.told(client, None)
    keyed = dynamic.told(dynamic.judge(KEYED)[0], None)
    assert keyed["jwks"] == {"keys": [JWK]}
    assert "client_secret_expires_at" not in keyed


def test_a_new_client_is_given_what_its_way_to_authenticate_needs() -> None:
    for method in ("client_secret_basic", "client_secret_post"):
        made = complete({"token_endpoint_auth_method": method})
        assert len(made["client_secret"]) >= secret.MIN_LENGTH
        assert len(made["client_id"]) >= 20
    assert "client_secret" not in complete({"token_endpoint_auth_method": "private_key_jwt"})
    assert "client_secret" not in complete({})
    kept = {"client_id": "a", "client_secret": "mine", "token_endpoint_auth_method": "client_secret_basic"}
    assert complete(kept) == kept
    assert complete({})["client_id"] != complete({})["client_id"]


def test_a_secret_is_believed_until_it_expires() -> None:
    """RFC 7591 3.2.1 `client_secret_expires_at`; 0 is never."""
    client, told = dynamic.judge(LEAST)
    assert told is not None
    ends: Client = msgspec.structs.replace(client, client_secret_expires_at=100)
    assert secret.matches(client, told, now=10**10) is True
    assert secret.matches(ends, told, now=99) is True
    assert secret.matches(ends, told, now=100) is False
    assert secret.matches(msgspec.structs.replace(client, client_secret_expires_at=1), told, now=0) is True
    assert secret.matches(client, told + "x", now=0) is False
    assert secret.matches(None, told, now=0) is False
    assert secret.matches(msgspec.structs.replace(client, client_secret_hash=None), told, now=0) is False
    assert len(secret.make()) == 43


@pytest.mark.parametrize(
    ("address", "is_good"),
    [("https://shop.example/start", True), ("http://shop.example/start", False), ("http://localhost/start", False),
     ("Xhttps://shop.example/", False), (7, False)],
)  # fmt: skip
def test_a_sign_in_that_others_start_begins_over_https(address: Any, is_good: bool) -> None:
    """Registration 1.0 2: initiate_login_uri."""
    asked = LEAST | {"initiate_login_uri": address}
    if is_good:
        assert dynamic.judge(asked)[0].initiate_login_uri == address
        return
    with pytest.raises(RegistrationRefused, match="initiate_login_uri"):
        dynamic.judge(asked)


def test_the_hosts_of_a_stranger_stand_before_its_name() -> None:
    """Each once, in order; what is no address is a fault of its own and nothing to show."""
    several = {
        "redirect_uris": ["https://b.example/1", "https://a.example/", "https://b.example/2"],
        "client_name": "N",
    }
    with pytest.raises(RegistrationRefused, match="several hosts"):
        dynamic.judge(several)
    shown = dynamic._shown(several | {"redirect_uris": [*several["redirect_uris"], "https://[::1]/", 7]}, {})
    assert shown["en"] == "a.example, b.example (N; the name is its own and not verified)"
