"""A table of hostile requests that two providers get alike: each has a name, an endpoint and one thing wrong."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from eid_harness.relying_party import ASSERTION, RelyingParty, new_key

FORM = {"content-type": "application/x-www-form-urlencoded"}
CALLBACK = "https://portal.example/cb"
Ask = Callable[["Target"], httpx.Response]


@dataclass(frozen=True)
class Target:
    """One provider, with the two clients registered there under the same names and keys."""

    http: httpx.Client
    strict: RelyingParty  # profile fapi2: PAR, PKCE, private_key_jwt
    simple: RelyingParty  # profile oidc: parameters in the address are allowed

    @property
    def issuer(self) -> str:
        return self.strict.issuer


@dataclass(frozen=True)
class Case:
    """One request."""

    name: str
    ask: Ask


def verdict(answer: httpx.Response) -> str:
    """`taken`, `refused` (here, in JSON or on a page), `told` (an error goes to the client), or `broken`."""
    if answer.status_code >= 500:
        return "broken"
    if answer.is_redirect:
        location = answer.headers["location"]
        if location.startswith(CALLBACK):
            return "told" if "error=" in location else "taken"
        return "taken"
    return "taken" if answer.status_code < 300 else "refused"


# One wrong value of one parameter of a pushed request. None leaves the parameter out.
PUSHED: dict[str, list[Any]] = {
    "response_type": [None, "", "token", "id_token", "code id_token", "code token", "none", "code code", "Code",
                      "code ",                      "CODE", "code\x00", "xyz"],
    "redirect_uri": [None, "", "https://portal.example/cb/", "https://portal.example/CB", "https://PORTAL.example/cb",
                     "https://portal.example:443/cb", "https://portal.example/cb?", "https://portal.example/cb#",
                     "https://portal.example/cb?a=b", "https://portal.example/cb/../cb", "https://portal.example/%63b",
                     "https://portal.example//cb", "https://user@portal.example/cb", "http://portal.example/cb",
                     "https://portal.example.evil.example/cb", "https://portal.example\\@evil.example/cb",
                     "https://portal.example/cb\r\nx: y", " https://portal.example/cb", "https://portal.example/cb ",
                     "//portal.example/cb", "/cb", "javascript:alert(1)//https://portal.example/cb", "https://portal",
                     "https://portal.example/cb;x", "https://portal.example/cb%00", "https://portal.example./cb",
                     "https://xn--portal.example/cb", "custom:/cb", "data:text/html,x"],
    "scope": [None, "", " ", "OPENID", "profile", "openid profile", "openid unheard-of", "openid  phone",
              "openid\tphone",
              "openid offline_access", "openid openid", "openid \"", "openid\\", "phone", "openid address"],
    "code_challenge": [None, "", "short", "A" * 42, "A" * 44, "A" * 43 + "=", "A" * 42 + "+", "A" * 42 + "!",
                       "Ä" * 43, "A" * 128, "A" * 129],
    "code_challenge_method": [None, "", "plain", "s256", "S512", "S256 ", "none", "PLAIN"],
    "response_mode": ["query", "fragment", "form_post", "web_message", "jwt", "query.jwt", "QUERY", "", "xyz"],
    "prompt": ["none", "login", "consent", "login consent", "none login", "none none", "select_account", "create",
               "LOGIN", "xyz", "", " login", "login  consent"],
    "max_age": ["0", "1", "-1", "1.5", "1e3", "abc", "", " 1", "+1", "9" * 9, "9" * 20, "0x10", "٣"],
    "claims": ["{}", "{", "[]", "null", '"x"', "1", '{"userinfo":null}', '{"userinfo":[]}', '{"id_token":1}',
               '{"userinfo":{"name":null}}', '{"userinfo":{"name":1}}', '{"userinfo":{"name":{"essential":true}}}',
               '{"id_token":{"acr":{"values":"x"}}}', '{"id_token":{"acr":{"values":["urn:motcua:acr:eid1"]}}}',
               '{"unknown":{}}', '{"userinfo":{"a":{"value":{}}}}', "{}{}", "", '{"id_token":{"sub":{"value":"x"}}}',
               "[" * 3000],
    "request_uri": ["urn:ietf:params:oauth:request_uri:" + "A" * 43, "https://evil.example/x", "http://127.0.0.1/", "",
                    "file:///etc/passwd", "x"],
    "request": ["", "x", "a.b.c", "e30.e30."],
    "client_id": [None, "", "simple", "nobody", "NATIONAL", "national "],
    "state": ["", "x" * 512, "x" * 5000, "đ", "a\nb", "\x00", "<script>"],
    "nonce": [None, "", "x" * 64, "x" * 5000, "đ", "\x00"],
    "ui_locales": ["vi", "xx", "", "*", "a" * 500, "vi en fr de"],
    "display": ["page", "popup", "xyz", ""],
    "acr_values": ["urn:motcua:acr:eid2", "unknown", "", "a b c"],
    "id_token_hint": ["", "x", "a.b.c", "e30.e30.e30"],
    "login_hint": ["", "someone", "x" * 3000],
    "unheard_of": ["", "x"],
    "registration": ["{}", "x"],
    "resource": ["", "x", "https://api.example/", "https://api.example/#f", "urn:x", "//x"],
    "authorization_details": ["", "[]", "{}", "x", '[{"type":"unknown"}]'],
    "dpop_jkt": ["", "x", "A" * 43, "A" * 44],
    "client_secret": ["", "guess"],
}  # fmt: skip

# What the token endpoint gets of a client that has proven itself.
TOKEN: dict[str, dict[str, str]] = {
    "nothing": {},
    "empty-grant-type": {"grant_type": ""},
    "no-code": {"grant_type": "authorization_code"},
    "no-verifier": {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK},
    "unknown-code": {"grant_type": "authorization_code", "code": "x", "code_verifier": "v" * 43},
    "short-verifier": {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "code_verifier": "v"},
    "nul-code": {"grant_type": "authorization_code", "code": "\x00", "code_verifier": "v" * 43},
    "long-code": {"grant_type": "authorization_code", "code": "x" * 9000, "code_verifier": "v" * 43},
    "password": {"grant_type": "password", "username": "a", "password": "b"},
    "implicit": {"grant_type": "implicit"},
    "client-credentials": {"grant_type": "client_credentials"},
    "refresh": {"grant_type": "refresh_token", "refresh_token": "x"},
    "refresh-nothing": {"grant_type": "refresh_token"},
    "jwt-bearer": {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"},
    "device": {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
    "ciba": {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": "x"},
    "capital": {"grant_type": "Authorization_Code", "code": "x"},
    "space": {"grant_type": "authorization_code ", "code": "x"},
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Every case, by name."""
    yield from _pushed()
    yield from _direct()
    yield from _assertions()
    yield from _token()
    yield from _bodies()
    yield from _bearers()
    yield from _logouts()


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)[1:-1].replace("|", "!")
    return (text if len(text) <= 44 else f"{text[:24]}({len(text)})") or "empty"


def _pushed() -> Iterator[Case]:
    for name, values in PUSHED.items():
        for value in values:
            yield Case(f"par {name}={_short(value)}", _push(name, value))


def _push(name: str, value: Any) -> Ask:
    def ask(target: Target) -> httpx.Response:
        form = target.strict.parameters()[0] | {name: value}
        proof = target.strict.authenticated()
        sent = {k: v for k, v in (proof | form).items() if v is not None}
        return target.http.post("/par", data=sent)

    return ask


def _direct() -> Iterator[Case]:
    """The same through the browser, for the client that may; here the channel counts too."""
    for name in ("response_type", "redirect_uri", "scope", "prompt", "max_age", "claims", "client_id", "request_uri",
                 "response_mode", "code_challenge_method", "state", "request"):  # fmt: skip
        for value in PUSHED[name]:
            if name in {"state", "request"} and value == "":
                continue
            yield Case(f"authorize {name}={_short(value)}", _browse(name, value))
    for name in ("response_type", "redirect_uri", "client_id", "state", "scope"):
        yield Case(f"authorize {name} twice", _twice(name))
    yield Case("authorize a client that has to push", _unpushed)
    for method in ("PUT", "DELETE", "PATCH"):
        yield Case(f"authorize by {method}", lambda t, m=method: t.http.request(m, "/authorize", params=_simple(t)))
    yield Case("authorize by POST of JSON", lambda t: t.http.post("/authorize", json=_simple(t)))


def _unpushed(target: Target) -> httpx.Response:
    return target.http.get("/authorize", params=target.strict.parameters()[0] | {"client_id": "national"})


def _simple(target: Target) -> dict[str, str]:
    return target.simple.parameters()[0] | {"client_id": "simple"}


def _browse(name: str, value: Any) -> Ask:
    def ask(target: Target) -> httpx.Response:
        query = {k: v for k, v in (_simple(target) | {name: value}).items() if v is not None}
        return target.http.get("/authorize", params=query)

    return ask


def _twice(name: str) -> Ask:
    def ask(target: Target) -> httpx.Response:
        query = _simple(target)
        return target.http.get(f"/authorize?{urlencode(query)}&{urlencode({name: query[name]})}")

    return ask


def _assertions() -> Iterator[Case]:
    other, now = new_key(), int(time.time())
    rsa = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    changes: dict[str, tuple[dict[str, Any], dict[str, Any], Any]] = {
        "right": ({}, {}, None),
        "iss of another": ({}, {"iss": "simple"}, None), "sub of another": ({}, {"sub": "simple"}, None),
        "no iss": ({}, {"iss": None}, None), "no sub": ({}, {"sub": None}, None), "no aud": ({}, {"aud": None}, None),
        "no exp": ({}, {"exp": None}, None), "no jti": ({}, {"jti": None}, None), "no iat": ({}, {"iat": None}, None),
        "aud elsewhere": ({}, {"aud": "https://elsewhere.example"}, None),
        "aud with slash": ({}, {"aud": "{issuer}/"}, None),
        "aud token endpoint": ({}, {"aud": "{issuer}/token"}, None),
        "aud PAR endpoint": ({}, {"aud": "{issuer}/par"}, None),
        "aud a list of one": ({}, {"aud": ["{issuer}"]}, None),
        "aud a list of two": ({}, {"aud": ["{issuer}", "https://elsewhere.example"]}, None),
        "aud a number": ({}, {"aud": 1}, None), "exp over": ({}, {"exp": now - 300}, None),
        "exp just over": ({}, {"exp": now - 30}, None), "exp in a day": ({}, {"exp": now + 86_400}, None),
        "exp in ten years": ({}, {"exp": now + 315_360_000}, None), "exp a text": ({}, {"exp": str(now + 60)}, None),
        "exp a fraction": ({}, {"exp": now + 60.5}, None), "exp negative": ({}, {"exp": -1}, None),
        "nbf in an hour": ({}, {"nbf": now + 3600}, None), "iat in an hour": ({}, {"iat": now + 3600}, None),
        "iat in eight seconds": ({}, {"iat": now + 8}, None), "nbf a text": ({}, {"nbf": "x"}, None),
        "jti empty": ({}, {"jti": ""}, None), "jti a number": ({}, {"jti": 1}, None),
        "jti long": ({}, {"jti": "j" * 3000}, None),
        "alg none": ({"alg": "none"}, {}, "none"), "alg HS256": ({"alg": "HS256"}, {}, "hmac"),
        "alg RS256": ({"alg": "RS256", "kid": rsa.kid}, {}, rsa), "alg ES256K": ({"alg": "ES256K"}, {}, "raw"),
        "alg missing": ({"alg": None}, {}, "raw"), "alg lower case": ({"alg": "es256"}, {}, "raw"),
        "another key with our kid": ({}, {}, other), "another key with its kid": ({"kid": other.kid}, {}, other),
        "no kid": ({"kid": None}, {}, None), "unknown kid": ({"kid": "unknown"}, {}, None),
        "kid a path": ({"kid": "../../dev/null"}, {}, None), "kid a number": ({"kid": 7}, {}, "raw"),
        "key in the header": ({"jwk": other.as_dict(private=False), "kid": None}, {}, other),
        "jku in the header": ({"jku": "https://evil.example/jwks"}, {}, None),
        "crit unknown": ({"crit": ["x"], "x": 1}, {}, "raw"), "crit empty": ({"crit": []}, {}, "raw"),
        "b64 false": ({"b64": False, "crit": ["b64"]}, {}, "raw"), "typ at+jwt": ({"typ": "at+jwt"}, {}, None),
        "typ client-authentication+jwt": ({"typ": "client-authentication+jwt"}, {}, None),
    }  # fmt: skip
    for name, (header, claims, key) in changes.items():
        yield Case(f"assertion {name}", _prove(header, claims, key))
    for name, change in _SHAPES.items():
        yield Case(f"assertion {name}", _reshape(change))
    yield Case("assertion used twice", _replay)
    for kind in ("", "x", ASSERTION.upper(), "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"):
        yield Case(f"assertion type {kind or 'empty'}", _typed(kind))


_SHAPES: dict[str, Callable[[str], str]] = {
    "padded": lambda token: ".".join(part + "=" for part in token.split(".")),
    "with a space": lambda token: token.replace(".", " .", 1),
    "with a line break": lambda token: token.replace(".", "\n.", 1),
    "of two parts": lambda token: token.rpartition(".")[0],
    "of four parts": lambda token: f"{token}.x",
    "without signature": lambda token: token.rpartition(".")[0] + ".",
    "with a byte more": lambda token: f"{token}A",
    "in JSON serialisation": lambda token: json.dumps({"payload": token.split(".")[1]}),
    "empty": lambda token: "",
    "very long": lambda token: token + "A" * 20_000,
    "with a changed signature": lambda token: token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
}


def _claims(target: Target, changed: dict[str, Any]) -> dict[str, Any]:
    now, issuer = int(time.time()), target.issuer
    right = {
        "iss": "national",
        "sub": "national",
        "aud": issuer,
        "iat": now,
        "exp": now + 60,
        "jti": f"j{time.time_ns()}",
    }

    def placed(value: Any) -> Any:
        if isinstance(value, list):
            return [placed(item) for item in value]
        return value.replace("{issuer}", issuer) if isinstance(value, str) else value

    return {name: placed(value) for name, value in (right | changed).items() if value is not None}


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any, own: ECKey) -> str:
    head = {name: value for name, value in ({"alg": "ES256", "kid": own.kid} | header).items() if value is not None}
    body = json.dumps(claims).encode()
    if isinstance(key, str):  # an algorithm or header that a library would not write: put together by hand
        signing = ".".join(
            base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in (json.dumps(head).encode(), body)
        )
        if key == "none":
            return f"{signing}."
        signature = jws.serialize_compact({"alg": "ES256"}, body, own).rpartition(".")[2]
        return f"{signing}.{signature}"
    return jws.serialize_compact(head, body, key or own, algorithms=["ES256", "RS256"], registry=_LAX)


_LAX = jws.JWSRegistry(algorithms=["ES256", "RS256"], strict_check_header=False)


def _posted(target: Target, assertion: str, kind: str = ASSERTION) -> httpx.Response:
    form = target.strict.parameters()[0] | {"client_id": "national"}
    return target.http.post("/par", data=form | {"client_assertion_type": kind, "client_assertion": assertion})


def _prove(header: dict[str, Any], claims: dict[str, Any], key: Any) -> Ask:
    return lambda target: _posted(target, _signed(header, _claims(target, claims), key, target.strict.key))


def _reshape(change: Callable[[str], str]) -> Ask:
    return lambda target: _posted(target, change(target.strict.assertion()))


def _typed(kind: str) -> Ask:
    return lambda target: _posted(target, target.strict.assertion(), kind)


def _replay(target: Target) -> httpx.Response:
    assertion = target.strict.assertion()
    assert _posted(target, assertion).status_code == 201
    return _posted(target, assertion)


def _token() -> Iterator[Case]:
    for name, form in TOKEN.items():
        yield Case(f"token {name}", lambda t, f=form: t.http.post("/token", data=t.strict.authenticated(**f)))
    plain = {"grant_type": "authorization_code", "code": "x"}
    yield Case("token without a client", lambda t: t.http.post("/token", data=plain))
    yield Case("token with a client_id only", lambda t: t.http.post("/token", data=plain | {"client_id": "national"}))
    for name, auth in {"basic": ("national", "x"), "basic empty": ("", ""), "basic nobody": ("nobody", "x")}.items():
        yield Case(f"token {name}", lambda t, a=auth: t.http.post("/token", data=plain, auth=a))
    for value in (
        "Basic",
        "Basic !!!",
        "Basic Og==",
        "Basic YQ==",
        "Basic /w==",
        "Bearer x",
        "Digest x",
        "Basic  YTpi",
    ):
        yield Case(
            f"token header {value}", lambda t, v=value: t.http.post("/token", data=plain, headers={"authorization": v})
        )


def _bodies() -> Iterator[Case]:
    for path in ("/par", "/token", "/introspect", "/revoke"):
        yield Case(f"{path} by GET", lambda t, p=path: t.http.get(p, params=t.strict.authenticated()))
        yield Case(f"{path} as JSON", lambda t, p=path: t.http.post(p, json=t.strict.authenticated(token="x")))
        yield Case(
            f"{path} without a type",
            lambda t, p=path: t.http.post(p, content=urlencode(t.strict.authenticated()).encode()),
        )
        yield Case(
            f"{path} as multipart", lambda t, p=path: t.http.post(p, data=t.strict.authenticated(), files={"x": b"y"})
        )
        yield Case(f"{path} with an empty body", lambda t, p=path: t.http.post(p, content=b"", headers=FORM))
        yield Case(f"{path} with bytes", lambda t, p=path: t.http.post(p, content=b"\xff\xfe=\x00", headers=FORM))
        yield Case(
            f"{path} with a huge body", lambda t, p=path: t.http.post(p, content=b"a=" + b"x" * 200_000, headers=FORM)
        )
        yield Case(f"{path} with client_id twice", _client_twice(path))
    for name, form in {"unknown": {"token": "x"}, "no": {}, "empty": {"token": ""}}.items():
        yield Case(
            f"/introspect {name} token", lambda t, f=form: t.http.post("/introspect", data=t.strict.authenticated(**f))
        )
        yield Case(f"/revoke {name} token", lambda t, f=form: t.http.post("/revoke", data=t.strict.authenticated(**f)))


def _client_twice(path: str) -> Ask:
    def ask(target: Target) -> httpx.Response:
        body = urlencode(target.strict.authenticated()) + "&client_id=national"
        return target.http.post(path, content=body.encode(), headers=FORM)

    return ask


def _bearing(method: str, value: str) -> Ask:
    return lambda target: target.http.request(method, "/userinfo", headers={"authorization": value})


def _bearers() -> Iterator[Case]:
    for value in (
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "bearer x",
        "Basic YTpi",
        "DPoP x",
        "Bearer x y",
        "Bearer " + "x" * 6000,
    ):
        for method in ("GET", "POST"):
            yield Case(f"userinfo {method} {_short(value)}", _bearing(method, value))
    yield Case("userinfo without a token", lambda t: t.http.get("/userinfo"))
    yield Case("userinfo with a token in the address", lambda t: t.http.get("/userinfo", params={"access_token": "x"}))
    yield Case("userinfo with a token in the body", lambda t: t.http.post("/userinfo", data={"access_token": "x"}))
    yield Case("userinfo by PUT", lambda t: t.http.put("/userinfo"))


def _logouts() -> Iterator[Case]:
    back = "https://portal.example/"
    for name, query in {
        "nothing": {}, "unknown client": {"client_id": "nobody"}, "known client": {"client_id": "national"},
        "address without client": {"post_logout_redirect_uri": back},
        "address of evil": {"client_id": "national", "post_logout_redirect_uri": "https://evil.example/"},
        "address almost": {"client_id": "national", "post_logout_redirect_uri": back + "?"},
        "javascript": {"client_id": "national", "post_logout_redirect_uri": "javascript:alert(1)"},
        "hint garbage": {"id_token_hint": "x"}, "hint unsigned": {"id_token_hint": "e30.e30."},
        "hint of another issuer": {"id_token_hint": "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AAAA"},
    }.items():  # fmt: skip
        yield Case(f"logout {name}", lambda t, q=query: t.http.get("/logout", params=q))
        yield Case(f"logout {name}, posted", lambda t, q=query: t.http.post("/logout", data=q))
