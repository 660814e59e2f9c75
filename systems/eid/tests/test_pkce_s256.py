"""RFC 7636: only the verifier whose SHA-256 was announced opens the code."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from eid.oidc import pkce

verifiers = st.text(string.ascii_letters + string.digits + "-._~", min_size=43, max_size=128)


def test_the_example_of_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert pkce.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert pkce.matches(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")


@given(verifiers, verifiers)
def test_two_verifiers_agree_only_when_equal(one: str, other: str) -> None:
    assert pkce.is_challenge(pkce.challenge_of(one))
    assert pkce.matches(one, pkce.challenge_of(other)) == (one == other)


@given(verifiers)
def test_plain_never_passes(verifier: str) -> None:
    assert not pkce.matches(verifier, verifier)


@given(st.text(max_size=200))
def test_nothing_else_is_a_verifier_or_crashes(text: str) -> None:
    allowed = set(string.ascii_letters + string.digits + "-._~")
    assert pkce.is_verifier(text) == (43 <= len(text) <= 128 and set(text) <= allowed)
    pkce.matches(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")


def test_a_verifier_that_is_malformed_fits_nothing_even_its_own_challenge() -> None:
    for verifier in ("", "short", "v" * 42, "v" * 129, "v" * 42 + "!"):
        assert pkce.matches(verifier, pkce.challenge_of(verifier)) is False
    assert pkce.matches("v" * 43, pkce.challenge_of("v" * 43)) is True
