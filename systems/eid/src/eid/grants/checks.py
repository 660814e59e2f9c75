"""The checks on an authorization request: one table, a check per row, a column per endpoint.

PAR checks what is pushed (RFC 9126 2.1); /authorize checks what comes in the address bar: parameters
themselves, for clients whose profile lets them, or the `request_uri` that stands for them. The order counts:
until `redirect_uri` has passed, an error stays on our own page and is never sent to an address (RFC 9700 4.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from eid.clients import Client, redirection
from eid.grants.authorization_request import AuthorizationRequest, build
from eid.oidc import claims, errors, pkce, prompt, scopes

Parameters = Mapping[str, str]
Check = Callable[[Client, Parameters], None]

MAX_STATE: Final = 1024
MAX_NONCE: Final = 512
_REQUEST_URI: Final = re.compile(r"urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{43}", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,9}", re.ASCII)


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
    if client.demands.require_par:
        raise errors.InvalidRequest("this client pushes its requests (PAR)")


def request_uri_is_ours(client: Client, params: Parameters) -> None:
    """RFC 9126 2.2: one that we made; never an address to fetch (no SSRF)."""
    # guard: eid-request-uri-is-never-fetched
    if not _REQUEST_URI.fullmatch(params.get("request_uri", "")):
        raise errors.InvalidRequestUri("request_uri was not made here")


def no_request_uri(client: Client, params: Parameters) -> None:
    """RFC 9126 2.1: a pushed request does not point to another."""
    if "request_uri" in params:
        raise errors.InvalidRequest("request_uri may not be pushed")


def no_request_object(client: Client, params: Parameters) -> None:
    """Core 6.1: request objects are not taken."""
    if "request" in params:
        raise errors.RequestNotSupported("request objects are not taken")


def no_login_hint_in_address(client: Client, params: Parameters) -> None:
    """architecture.md 6: a personal number never stands in an address."""
    # guard: eid-login-hint-by-par-only
    if "login_hint" in params:
        raise errors.InvalidRequest("login_hint is taken by PAR only")


def response_type_is_code(client: Client, params: Parameters) -> None:
    """RFC 6749 4.1.1."""
    if "response_type" not in params:
        raise errors.InvalidRequest("response_type is missing")
    if params["response_type"] != "code":
        raise errors.UnsupportedResponseType("only code")


def response_mode_is_query(client: Client, params: Parameters) -> None:
    """OAuth 2.0 Multiple Response Types 2.1."""
    if params.get("response_mode", "query") != "query":
        raise errors.InvalidRequest("only response_mode query")


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


class Row(NamedTuple):
    """One check, and the endpoints where it is applied."""

    check: Check
    par: bool  # POST /par
    direct: bool  # /authorize with the parameters themselves
    pushed: bool  # /authorize with a request_uri


ON_OUR_PAGE: Final = (
    #   check                        par    direct pushed
    Row(client_is_named,             True,  True,  True),
    Row(request_uri_is_ours,         False, False, True),
    Row(no_request_uri,              True,  False, False),
    Row(redirect_uri_is_registered,  True,  True,  False),
)  # fmt: skip
AT_THE_CLIENT: Final = (
    Row(is_pushed,                   False, True,  False),
    Row(no_request_object,           True,  True,  False),
    Row(no_login_hint_in_address,    False, True,  False),
    Row(response_type_is_code,       True,  True,  False),
    Row(response_mode_is_query,      True,  True,  False),
    Row(scope_is_allowed,            True,  True,  False),
    Row(pkce_is_s256,                True,  True,  False),
    Row(state_and_nonce_are_short,   True,  True,  False),
    Row(prompt_is_known,             True,  True,  False),
    Row(max_age_is_seconds,          True,  True,  False),
    Row(claims_can_be_read,          True,  True,  False),
)  # fmt: skip


def check_pushed(client: Client, params: Parameters) -> AuthorizationRequest:
    """All checks of PAR. Raises the first error; on PAR every error is JSON for the client."""
    for row in (*ON_OUR_PAGE, *AT_THE_CLIENT):
        if row.par:
            row.check(client, params)
    return build(params)


def check_direct_on_our_page(client: Client, params: Parameters) -> None:
    """The checks of /authorize whose errors may not leave our page."""
    column = "pushed" if "request_uri" in params else "direct"
    for row in ON_OUR_PAGE:
        if getattr(row, column):
            row.check(client, params)


def check_direct_at_the_client(client: Client, params: Parameters) -> AuthorizationRequest:
    """The checks whose errors go to the (now verified) redirect_uri."""
    for row in AT_THE_CLIENT:
        if row.direct:
            row.check(client, params)
    return build(params)
