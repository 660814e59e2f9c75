"""Each check on a request by name, one reason each. Where they apply and in which order says grants/checks.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from eid.clients import Client, redirection
from eid.oidc import authorization_details, claims, errors, grant_types, pkce, prompt, resources, scopes

Parameters = Mapping[str, str]
Check = Callable[[Client, Parameters], None]

MAX_STATE: Final = 1024
MAX_NONCE: Final = 512
_REQUEST_URI: Final = re.compile(r"urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,9}", re.ASCII)
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def client_is_named(client: Client, params: Parameters) -> None:
    """RFC 9126 2.1: client_id is there and is the authenticated client's."""
    if params.get("client_id") != client.client_id:
        raise errors.InvalidRequest("client_id is missing or another client's")


def redirect_uri_is_registered(client: Client, params: Parameters) -> None:
    """Core 3.1.2.1, RFC 9700 2.1: required, and exactly one that is registered."""
    if not redirection.is_registered(params.get("redirect_uri", ""), client.redirect_uris):
        raise errors.InvalidRequest("redirect_uri is missing or not registered")


def is_pushed(client: Client, params: Parameters) -> None:
    """RFC 9126 5: a client that has to push may not send parameters through the browser."""
    # guard: eid-par-required
    if client.must_push:
        raise errors.InvalidRequest("this client pushes its requests (PAR)")


def request_uri_is_ours(client: Client, params: Parameters) -> None:
    """RFC 9126 2.2: one that we made; never an address to fetch (no SSRF)."""
    # guard: eid-request-uri-is-never-fetched
    if not _REQUEST_URI.fullmatch(params.get("request_uri", "")):
        raise errors.InvalidRequestUri("request_uri was not made here")


def no_request_uri(client: Client, params: Parameters) -> None:
    """RFC 9126 2.1, RFC 9101 4: neither a pushed request nor a request object points to another."""
    if "request_uri" in params:
        raise errors.InvalidRequest("request_uri may not stand here")


def no_request_object(client: Client, params: Parameters) -> None:
    """RFC 9101 4: a request object holds none, and where one is taken it was opened before this table is asked."""
    if "request" in params:
        raise errors.RequestNotSupported("request objects are not taken here")


def no_registration(client: Client, params: Parameters) -> None:
    """Core 3.1.2.6, 7.2.1: what a client is, its registration says."""
    if "registration" in params:
        raise errors.RegistrationNotSupported("registration is not taken in requests")


def no_login_hint_in_address(client: Client, params: Parameters) -> None:
    """architecture.md 6: a personal number never stands in an address."""
    # guard: eid-login-hint-by-par-only
    if "login_hint" in params:
        raise errors.InvalidRequest("login_hint is taken by PAR only")


def may_ask_for_codes(client: Client, params: Parameters) -> None:
    """RFC 6749 4.1.2.1: a client that is registered for other grant types only gets no code."""
    if grant_types.AUTHORIZATION_CODE not in client.grant_types:
        raise errors.UnauthorizedClient("this client is not registered for codes")


def response_type_is_registered(client: Client, params: Parameters) -> None:
    """RFC 6749 4.1.1 and 4.1.2.1."""
    if "response_type" not in params:
        raise errors.InvalidRequest("response_type is missing")
    if params["response_type"] not in client.demands.response_types:
        raise errors.UnsupportedResponseType("response_type is not offered")
    if params["response_type"] not in client.response_types:
        raise errors.UnauthorizedClient("response_type is not registered for this client")


def response_mode_is_allowed(client: Client, params: Parameters) -> None:
    """OAuth 2.0 Multiple Response Types 2.1, JARM 2.3. A client registered for JARM gets signed answers only."""
    mode = params.get("response_mode")
    if mode is not None and mode not in client.allowed_response_modes:
        raise errors.InvalidRequest("response_mode is not offered")


def scope_is_allowed(client: Client, params: Parameters) -> None:
    """Core 3.1.2.1: openid is there, unknown words are ignored; RFC 6749 3.3: nothing beyond the registration."""
    asked = scopes.known(params.get("scope", ""))
    if scopes.OPENID not in asked:
        raise errors.InvalidScope("scope lacks openid")
    if not set(asked) <= set(client.scopes):
        raise errors.InvalidScope("scope goes beyond the registration")


def pkce_is_s256(client: Client, params: Parameters) -> None:
    """RFC 7636 4.3, RFC 9700 2.1.1: S256 is said, never guessed; plain is refused."""
    # guard: eid-pkce-required
    if client.demands.require_pkce and "code_challenge" not in params:
        raise errors.InvalidRequest("code_challenge is missing")
    # guard: eid-pkce-s256-only
    if "code_challenge" in params and params.get("code_challenge_method") != pkce.METHOD:
        raise errors.InvalidRequest("code_challenge_method is not S256")
    if "code_challenge" in params and not pkce.is_challenge(params["code_challenge"]):
        raise errors.InvalidRequest("code_challenge is malformed")


def dpop_jkt_is_a_thumbprint(client: Client, params: Parameters) -> None:
    """RFC 9449 10."""
    if "dpop_jkt" in params and not _THUMBPRINT.fullmatch(params["dpop_jkt"]):
        raise errors.InvalidRequest("dpop_jkt is not a SHA-256 thumbprint")


def state_and_nonce_are_short(client: Client, params: Parameters) -> None:
    """Opaque to us; only bounded."""
    if len(params.get("state", "")) > MAX_STATE or len(params.get("nonce", "")) > MAX_NONCE:
        raise errors.InvalidRequest("state or nonce is too long")


def prompt_is_known(client: Client, params: Parameters) -> None:
    """Core 3.1.2.1."""
    prompt.parse(params.get("prompt", ""))


def max_age_is_seconds(client: Client, params: Parameters) -> None:
    """Core 3.1.2.1."""
    if "max_age" in params and not _SECONDS.fullmatch(params["max_age"]):
        raise errors.InvalidRequest("max_age is not a number of seconds")


def claims_can_be_read(client: Client, params: Parameters) -> None:
    """Core 5.5."""
    if "claims" in params:
        claims.parse(params["claims"])


def resource_is_registered(client: Client, params: Parameters) -> None:
    """RFC 8707 2: absolute addresses without a fragment, and only those that this client may ask for."""
    if "resource" in params and not set(resources.parse(params["resource"])) <= set(client.resources):
        raise errors.InvalidTarget("resource is not registered for this client")


def authorization_details_are_registered(client: Client, params: Parameters) -> None:
    """RFC 9396 5: known types, registered for this client, each with the members that its type has."""
    if "authorization_details" in params:
        authorization_details.parse(params["authorization_details"], client.authorization_details_types)
