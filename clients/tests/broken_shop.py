"""The example shop with one thing broken on purpose: `SHOP_BROKEN=name python -m broken_shop …`."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable
from typing import Any

from portalkit import door, sign_in, tokens
from portalkit.provider import Provider


def _finish_with(change: Callable[[Any, dict[str, str]], dict[str, str]]) -> None:
    kept = sign_in.finish

    def finish(provider: Any, pending: Any, answer: dict[str, str]) -> Any:
        return kept(provider, pending, change((provider, pending), answer))

    sign_in.finish = finish


def takes_any_state() -> None:
    _finish_with(lambda of, answer: answer | {"state": of[1].state if of[1] else ""})


def takes_any_issuer() -> None:
    _finish_with(lambda of, answer: answer | {"iss": of[0].configuration.issuer})


def takes_any_nonce() -> None:
    kept = tokens.id_token
    tokens.id_token = lambda token, keys, **more: kept(token, keys, **(more | {"nonce": _claim(token, "nonce")}))


def takes_any_audience() -> None:
    kept = tokens._addressed
    tokens._addressed = lambda claims, **more: kept(claims | {"aud": more["client_id"]}, **more)


def takes_any_signature() -> None:
    tokens.signed = lambda token, _keys, _typ: _payload(token)


def takes_any_userinfo() -> None:
    kept = Provider.userinfo

    def userinfo(self: Provider, access_token: str) -> dict[str, Any]:
        told = kept(self, access_token)
        return told | {"sub": told["sub"] if told["sub"] != "sim-other" else _LAST.get("sub", "")}

    Provider.userinfo = userinfo  # type: ignore[method-assign]
    checked = tokens.id_token

    def remembering(token: str, keys: Any, **more: Any) -> dict[str, Any]:
        claims = checked(token, keys, **more)
        _LAST["sub"] = claims["sub"]
        return claims

    tokens.id_token = remembering


def ignores_logout() -> None:
    door.Door._logout = lambda self, request: door.Answer(200)  # type: ignore[method-assign]


def ignores_signals() -> None:
    door.Door._signal = lambda self, request: door.Answer(202)  # type: ignore[method-assign]


def links_anybody() -> None:
    kept = door.linking.decide
    door.linking.decide = lambda facts: kept(dataclasses.replace(facts, identity_personal_id=facts.matched_personal_id))


def keeps_the_old_password() -> None:
    from shop import eid

    kept = eid.Shop.link

    def link(self: Any, request: Any, account: Any, identity: Any) -> None:
        from shop.models import Customer

        before = Customer.objects.get(pk=account.id)
        kept(self, request, account, identity)
        Customer.objects.filter(pk=account.id).update(login=before.login, password=before.password)

    eid.Shop.link = link


_LAST: dict[str, str] = {}


def _payload(token: str) -> dict[str, Any]:
    import base64
    import json

    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def _claim(token: str, name: str) -> str:
    return str(_payload(token).get(name, ""))


def main() -> None:
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    if wanted := os.environ.get("SHOP_BROKEN"):
        globals()[wanted]()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
