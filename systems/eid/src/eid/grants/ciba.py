"""Client-initiated backchannel authentication: what a request has to be like (CIBA Core 1.0 7, FAPI-CIBA 5.2.2).

Owns the words of the request and the hint that names the person. The life of a request is `pending`; who the hint
means is looked up above, in storage.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, NamedTuple

from eid.clients import Client
from eid.oidc.errors import InvalidBindingMessage, InvalidRequest

LIFETIME: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(minutes=15)
MAX_BINDING_MESSAGE: Final = 80  # it has to fit one line of a telephone
POLL, PING = "poll", "ping"
MODES: Final = (POLL, PING)
_NOTIFICATION_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]{22,1024}=*", re.ASCII)  # RFC 6750 2.1, 128 bits
_SECONDS: Final = re.compile(r"[1-9]\d{0,5}", re.ASCII)

HintKind = Literal["login_hint", "id_token_hint", "login_hint_token"]
_HINTS: Final[tuple[HintKind, ...]] = ("login_hint", "id_token_hint", "login_hint_token")


class Hint(NamedTuple):
    """The one hint of a request."""

    kind: HintKind
    value: str


def hint_of(params: Mapping[str, str]) -> Hint:
    """CIBA 7.1: exactly one hint says who is meant. Raises InvalidRequest."""
    given = [kind for kind in _HINTS if kind in params]
    if len(given) != 1:
        raise InvalidRequest("exactly one of login_hint, id_token_hint and login_hint_token is needed")
    return Hint(given[0], params[given[0]])


def binding_message_of(client: Client, params: Mapping[str, str]) -> str | None:
    """The words that both screens show. FAPI-CIBA 5.2.2: there have to be some. Raises InvalidBindingMessage.

    Plain text of one line: no control characters, no text direction tricks, nothing that could pose as more.
    """
    message = params.get("binding_message")
    if message is None:
        # guard: eid-ciba-binding-message-required
        if client.demands.binding_message:
            raise InvalidRequest("binding_message is missing")
        return None
    strange = any(
        unicodedata.category(letter)[0] == "C" or unicodedata.category(letter) in {"Zl", "Zp"} for letter in message
    )
    # guard: eid-ciba-binding-message-plain
    if strange or len(message) > MAX_BINDING_MESSAGE or message != message.strip():
        raise InvalidBindingMessage("binding_message is longer than one line or holds strange characters")
    return message


def expiry_of(params: Mapping[str, str]) -> timedelta:
    """CIBA 7.1 `requested_expiry`, in bounds of ours. Raises InvalidRequest."""
    asked = params.get("requested_expiry")
    if asked is None:
        return LIFETIME
    if not _SECONDS.fullmatch(asked):
        raise InvalidRequest("requested_expiry is not a positive number of seconds")
    return min(timedelta(seconds=int(asked)), LONGEST)


def notification_token_of(client: Client, params: Mapping[str, str]) -> str | None:
    """CIBA 7.1: a client that is pinged gives a bearer token for it. Raises InvalidRequest."""
    token = params.get("client_notification_token")
    if client.backchannel_token_delivery_mode != PING:
        return None
    if token is None or not _NOTIFICATION_TOKEN.fullmatch(token) or len(token) > 1024:
        raise InvalidRequest("client_notification_token is missing or no bearer token of at least 128 bits")
    return token
