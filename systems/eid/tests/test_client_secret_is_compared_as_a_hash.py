"""Client secrets (clients/secret.py): random, kept as a hash, told once; short ones are not taken."""

from __future__ import annotations

import pytest
from eid_harness.relying_party import RelyingParty
from hypothesis import given
from hypothesis import strategies as st

from eid.clients import Client, RegistrationRefused, register, secret

RP = RelyingParty("https://eid.example", "old-portal", "https://portal.example/cb", "portal")
SECRET = secret.make()


def client(**more: object) -> Client:
    said = RP.metadata() | {"profile": "oidc", "token_endpoint_auth_method": "client_secret_basic", "jwks": None}
    return register(said | {"client_secret": SECRET} | more)


@given(st.text(max_size=60))
def test_only_the_secret_itself_is_believed(guess: str) -> None:
    assert secret.matches(client(), SECRET, now=0)
    assert secret.matches(client(), guess, now=0) == (guess == SECRET)


def test_it_is_not_kept_in_clear() -> None:
    assert SECRET not in repr(client())


def test_it_ends_when_it_says_so() -> None:
    ending = client(client_secret_expires_at=100)
    assert secret.matches(ending, SECRET, now=99)
    assert not secret.matches(ending, SECRET, now=100)


def test_a_client_that_nobody_knows_is_no_exception_and_no_yes() -> None:
    assert not secret.matches(None, SECRET, now=0)


def test_a_hash_cannot_be_slipped_in_and_a_short_secret_is_refused() -> None:
    with pytest.raises(RegistrationRefused):
        client(client_secret=None, client_secret_hash=secret.digest("x"))
    with pytest.raises(RegistrationRefused):
        client(client_secret="short")


def test_the_default_profile_takes_no_secret() -> None:
    with pytest.raises(RegistrationRefused):
        client(profile="fapi2")
