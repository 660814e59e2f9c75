"""The checks on a request: one table, a check per row, a column per place that a request can come by.

The order counts: until `redirect_uri` has passed, an error stays on our own page and is never sent to an address
(RFC 9700 4.11). A request object (RFC 9101) is opened first and what it holds goes through the same rows; what is not
in it does not count.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from eid.clients import Client
from eid.grants import request_checks as is_right
from eid.grants.authorization_request import AuthorizationRequest, build
from eid.grants.request_checks import Check, Parameters

Place = Literal["par", "direct", "object", "pushed", "device", "ciba"]


class Row(NamedTuple):
    """One check, and where it is applied."""

    check: Check
    par: bool  # POST /par: parameters, or those of a request object (RFC 9126)
    direct: bool  # /authorize with the parameters themselves
    object: bool  # /authorize with a request object (RFC 9101)
    pushed: bool  # /authorize with a request_uri of ours
    device: bool  # POST /device_authorization (RFC 8628)
    ciba: bool  # POST /bc-authorize (CIBA Core 1.0)


# fmt: off
ON_OUR_PAGE: Final = (
    #   check                                         par    direct object pushed device ciba
    Row(is_right.client_is_named,                     True,  True,  True,  True,  True,  True),
    Row(is_right.request_uri_is_ours,                 False, False, False, True,  False, False),
    Row(is_right.no_request_uri,                      True,  False, True,  False, True,  True),
    Row(is_right.redirect_uri_is_registered,          True,  True,  True,  False, False, False),
)
AT_THE_CLIENT: Final = (
    Row(is_right.is_pushed,                           False, True,  True,  False, False, False),
    Row(is_right.no_request_object,                   True,  True,  True,  False, True,  True),
    Row(is_right.no_registration,                     True,  True,  True,  False, False, False),
    Row(is_right.no_login_hint_in_address,            False, True,  True,  False, False, False),
    Row(is_right.may_ask_for_codes,                   True,  True,  True,  False, False, False),
    Row(is_right.response_type_is_registered,         True,  True,  True,  False, False, False),
    Row(is_right.response_mode_is_allowed,            True,  True,  True,  False, False, False),
    Row(is_right.scope_is_allowed,                    True,  True,  True,  False, True,  True),
    Row(is_right.pkce_is_s256,                        True,  True,  True,  False, False, False),
    Row(is_right.dpop_jkt_is_a_thumbprint,            True,  True,  True,  False, False, False),
    Row(is_right.state_and_nonce_are_short,           True,  True,  True,  False, False, False),
    Row(is_right.prompt_is_known,                     True,  True,  True,  False, False, False),
    Row(is_right.max_age_is_seconds,                  True,  True,  True,  False, False, False),
    Row(is_right.claims_can_be_read,                  True,  True,  True,  False, False, True),
    Row(is_right.resource_is_registered,              True,  True,  True,  False, True,  True),
    Row(is_right.authorization_details_are_registered, True, True,  True,  False, True,  True),
)
# fmt: on


def _column(rows: tuple[Row, ...], place: Place) -> tuple[Check, ...]:
    return tuple(row.check for row in rows if getattr(row, place))


_PLACES: Final[tuple[Place, ...]] = ("par", "direct", "object", "pushed", "device", "ciba")
_ON_OUR_PAGE: Final = {place: _column(ON_OUR_PAGE, place) for place in _PLACES}
_AT_THE_CLIENT: Final = {place: _column(AT_THE_CLIENT, place) for place in _PLACES}


def check_on_our_page(place: Place, client: Client, params: Parameters) -> None:
    """The checks whose errors may not leave our page. Raises the first one."""
    for check in _ON_OUR_PAGE[place]:
        check(client, params)


def check_at_the_client(place: Place, client: Client, params: Parameters) -> None:
    """The checks whose errors go to the (now verified) redirect_uri. Raises the first one."""
    for check in _AT_THE_CLIENT[place]:
        check(client, params)


def check(place: Place, client: Client, params: Parameters) -> None:
    """Both, for places where every error is JSON for the client: PAR, device, CIBA."""
    check_on_our_page(place, client, params)
    check_at_the_client(place, client, params)


def check_pushed(client: Client, params: Parameters) -> AuthorizationRequest:
    """All checks of PAR, and the request that passed them."""
    check("par", client, params)
    return build(client, params)
