"""Profile `oidc`: mozilla-django-oidc and Debian's mod_auth_openidc sign people in at the running provider."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from eid_harness.relying_party import RelyingParty
from eid_harness.web_site import apache_site, django_site
from eid_harness.world import World

from sandbox.proofs import APACHE_HINT, find_apache
from sandbox.testing import free_port


def party(world: World, name: str, callback: str, **more: Any) -> tuple[RelyingParty, str]:
    """A client with a secret, and its secret."""
    secret = secrets.token_urlsafe(32)
    metadata = {
        "profile": "oidc",
        "jwks": None,
        "client_secret": secret,
        "scope": "openid email",
        "id_token_signed_response_alg": "ES256",
    } | more
    rp = RelyingParty(world.eid.issuer, name, callback, name, more=metadata)
    world.eid.register(rp.metadata())
    return rp, secret


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_mozilla_django_oidc_signs_in(world: World, method: str) -> None:
    port = free_port()
    rp, secret = party(
        world,
        f"django-{method[14:]}",
        f"http://django.localhost:{port}/oidc/callback/",
        token_endpoint_auth_method=method,
    )
    metadata = rp.http.get("/.well-known/openid-configuration").json()
    settings = {
        "OIDC_RP_CLIENT_ID": rp.client_id,
        "OIDC_RP_CLIENT_SECRET": secret,
        "OIDC_RP_SCOPES": "openid email",
        "OIDC_RP_SIGN_ALGO": "ES256",
        "OIDC_OP_JWKS_ENDPOINT": metadata["jwks_uri"],
        "OIDC_OP_AUTHORIZATION_ENDPOINT": metadata["authorization_endpoint"],
        "OIDC_OP_TOKEN_ENDPOINT": metadata["token_endpoint"],
        "OIDC_OP_USER_ENDPOINT": metadata["userinfo_endpoint"],
        "OIDC_TOKEN_USE_BASIC_AUTH": method == "client_secret_basic",
        "OIDC_USE_PKCE": method == "client_secret_post",
    }
    person, browser = world.person(), world.browser()
    with django_site(port, json.dumps(settings)) as site:
        assert site.http.get("/").json() == {"signed_in": False, "email": ""}
        page = site.sign_in(world, browser, person, "/oidc/authenticate/")
        assert page.status_code == 200, page.text[-800:]
        assert page.json() == {"signed_in": True, "email": person.email}


def test_mod_auth_openidc_signs_in(world: World) -> None:
    apache = find_apache(install=False)
    if apache is None:
        pytest.skip(APACHE_HINT)
    port = free_port()
    rp, secret = party(
        world,
        "apache",
        f"http://apache.localhost:{port}/cb",
        token_endpoint_auth_method="client_secret_basic",
    )
    more = f"OIDCClientSecret {secret}\nOIDCProviderTokenEndpointAuth client_secret_basic"
    person, browser = world.person(), world.browser()
    with apache_site(apache, port, issuer=rp.issuer, client_id=rp.client_id, more=more) as site:
        page = site.sign_in(world, browser, person, "/")
        assert page.status_code == 200, page.text[-800:]
        assert "inside" in page.text
        assert page.headers["x-email"] == person.email
        assert page.headers["x-acr"] == "urn:motcua:acr:eid2"
        assert len(page.headers["x-sub"]) == 22
