"""Promise: the claim desk checks an old password against the hash of the portal that made it, whatever its kind,
with few tries and bounded cost; nobody signs in with such a hash, and nothing new is made of it.

The hashes were computed with other code than ours: PyCA bcrypt, passlib, argon2-cffi, OpenSSL, Apache's htpasswd, and
Node's crypto for scrypt, Drupal 7 and ASP.NET Identity.
"""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest
from claim_kit import Claimant, claimant

from portal.accounts import legacy_passwords
from portal.accounts.actions import import_old, sign_in
from portal.accounts.legacy_passwords import CHECKS, NotCheckable
from portal.accounts.models import PortalAccount
from portal.claims.actions import prove
from portal.claims.models import Proof
from portal.claims.states import StepRefused

pytest_plugins = ["dossier_fixtures"]
PASSWORD = "Mật-khẩu cũ 1"
VECTORS = [
    ("bcrypt", "$2b$05$QtzTGrm.EJMT6nlv8ipzyeA2SxIB1ZgTU//sYuDGw7v/s6ZihUKPu", ""),
    ("bcrypt", "bcrypt$$2a$05$6K9rG0BkN3OjhHx3CxX4B.qx/dKf68eIVuozm8.Tk73qQxNzT6rrS", ""),
    ("bcrypt", "{bcrypt}$2y$05$XlnJUqR4zO7GvBVukPANP..yN3LpOEtHqL7sGpsV2ekWMPD4hW5UC", ""),
    ("argon2", "$argon2id$v=19$m=1024,t=1,p=4$HsRVNucXPsxWQyicjcL11g$lQQW14UZfGnijyWHGMuTYyOIynMqs46eImi+Y3Rkddo", ""),
    (
        "argon2",
        "argon2$argon2i$v=19$m=1024,t=1,p=4$1+ML/W5I1+1cvroQ/ZxjCg$K4h2u9g1SumimfwXpIRITBpJVvoTqIQyXFL8YWEu39I",
        "",
    ),
    (
        "django-scrypt",
        "scrypt$1024$Xy7pQ2mZ9aB1$8$1$"
        "AVahQ+eeK1dT5TAaCpr8U0LpeSfyiAjOqwFT38o5GjwBhP1U5Eloau2gI5b6oomS4bUf7KyM499TDGCQ21RXgw==",
        "",
    ),
    ("django-pbkdf2-sha256", "pbkdf2_sha256$2000$enFkJDrVeypd$S2YTisYETcEHspkFOP3BR4LxOc2zMyinG8/A++EPCc0=", ""),
    ("phpass", "$P$6MHu44XrlRuC/Sqx6cagwjbPhmUXh21", ""),
    ("drupal7", "$S$7Q3rTz81ksUDf51sdHQeH00Cbadwpzifx.DVE4XxQXQUa5pyamZ7", ""),
    ("md5-crypt", "$1$6Uodtp3G$5qn2FTNi6py6gjSZ8X.Bm/", ""),
    ("md5-crypt", "$1$xCi9wl1h$.iogh/Z9njE6DxSCwD0pe.", ""),
    ("sha256-crypt", "$5$rounds=2000$Ok0KdUko9TjocF3Q$N5WVS4IWD2..zh.vhiZCPwpGWu2DvZZf90IHqZLHqw5", ""),
    ("sha256-crypt", "$5$Yxru89ilnCRRBhoH$9shJhsejqTOYw7EUki3j8anJJ7ir3t6LPsKDkxWWEx9", ""),
    (
        "sha512-crypt",
        "$6$rounds=2000$Us12YEwpEv.9/JNT$"
        "8iFbokHAxzrHScD.KuIth1H0KXZE/GSkQ5IRwdQtd4qqnOkLWAYh5WG7Vg70gehNNSKJUOBOp6CJ3X4OPkV3M0",
        "",
    ),
    (
        "sha512-crypt",
        "$6$ALanK6GAk7d5briG$kR1k3efcbUwNi/hJU0cZYWCj/DabQKU6v4rFJIMMy9dTV3gHl3.RUsqMY9C0Vi.WrOYhXRQdf.NNdTOMEvXtk1",
        "",
    ),
    ("ldap-ssha", "{SSHA}6XLAS7mpy8A4SIKYoqrkQc7qW95+L8U4", ""),
    ("mysql41", "*67EF31538A3766769AE254454E4299C117DDF3E4", ""),
    ("sha256-hex", "0171ef0a80b034de10766041e32fcc797ca5cee18f8a390f56552b8af141f83b", ""),
    ("sha256-hex", "bbb2a455e498bcdc27d8c3771ba047d1ee9ca4a96877c6e8107105b772f5e71f", "s4lt"),
    ("md5-hex", "74973B6CD3DE2B5ABE8AADE98A88783B", ""),
    ("md5-hex", "8c463320b20f3123af2d8094aed927ad", "s4lt"),
    ("aspnet-identity", "ANlZi7gvg/Xm1eg5q1gRue+j5V6GLdNBzESa3qc5PKBda7VL5rsfxl8vwOdte5zhhw==", ""),
    (
        "aspnet-identity",
        "AQAAAAEAACcQAAAAENlZi7gvg/Xm1eg5q1gRue/bwEQFZk3Ximq2BZJRpFanuDXu3M8gbP3UoQMjvi4J9g==",
        "",
    ),
    (
        "aspnet-identity",
        "AQAAAAIAACcQAAAAENlZi7gvg/Xm1eg5q1gRue+iN3msgGIJpeZqsCpq4aGwi92wGWlOTXCOf7EilU489A==",
        "",
    ),
]
DEAR = [
    ("sha512-crypt", "$6$rounds=999999999$Us12YEwpEv.9/JNT$" + "a" * 86),
    ("bcrypt", "$2b$31$" + "a" * 53),
    ("django-pbkdf2-sha256", "pbkdf2_sha256$999999999$salt$aGFzaA=="),
    ("django-scrypt", "scrypt$1073741824$salt$8$1$aGFzaA=="),
    ("phpass", "$P$z" + "a" * 30),
    ("argon2", "$argon2id$v=19$m=4194304,t=1,p=1$HsRVNucXPsxWQyicjcL11g$lQQW14UZfGnijyWHGMuTYyOIynMqs46eImi+Y3Rkddo"),
    ("aspnet-identity", "AX////8////////AAAAQ2VmLuC+D9ebV6DmrWBG579vARAVmTdeKarYFklGkVqe4Ne7czyBs/dShAyO+Lgn2"),
]


def test_there_is_a_vector_for_each_of_the_fourteen_kinds() -> None:
    assert {kind for kind, _, _ in VECTORS} == set(CHECKS)
    assert len(CHECKS) == 14


@pytest.mark.parametrize(("kind", "hashed", "salt"), VECTORS)
def test_the_password_fits_and_no_other_does(kind: str, hashed: str, salt: str) -> None:
    text = legacy_passwords.kept(kind, hashed, salt)
    assert legacy_passwords.matches(PASSWORD, text)
    for wrong in (PASSWORD + "x", PASSWORD[:-1], "", PASSWORD + "\0"):
        assert not legacy_passwords.matches(wrong, text)


@pytest.mark.parametrize(("kind", "hashed"), DEAR)
def test_what_costs_too_much_is_not_computed(kind: str, hashed: str) -> None:
    with pytest.raises(NotCheckable):
        legacy_passwords.matches(PASSWORD, legacy_passwords.kept(kind, hashed))


def test_the_bound_of_cost_is_where_it_is_said_to_be() -> None:
    for rounds, dear in ((legacy_passwords.MOST_ITERATIONS, False), (legacy_passwords.MOST_ITERATIONS + 1, True)):
        kept = legacy_passwords.kept("django-pbkdf2-sha256", f"pbkdf2_sha256${rounds}$salt$aGFzaA==")
        with pytest.raises(NotCheckable) if dear else nullcontext():
            assert not legacy_passwords.matches(PASSWORD, kept)


@pytest.mark.parametrize("hashed", ["", "x", "$2b$05$", "$5$", "scrypt$1$2", "{SSHA}!!", "AQAAAA==", "$P$"])
@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_a_spoilt_hash_fits_nothing(kind: str, hashed: str) -> None:
    try:
        assert not legacy_passwords.matches(PASSWORD, legacy_passwords.kept(kind, hashed))
    except NotCheckable:
        return


@pytest.mark.django_db
@pytest.mark.usefixtures("policy_until_july", "registry")
class TestAtTheDesk:
    """The account that was imported with such a hash."""

    def imported(self, kind: str = "sha512-crypt") -> PortalAccount:
        _, hashed, salt = next(one for one in VECTORS if one[0] == kind)
        row = {
            "kind": "citizen", "personal_id": "045185000123", "full_name": "Hồ Thị Mỹ Duyên",
            "birth_date": "1985-02-12", "phone": "0905000123", "created_at": "2020-01-01T00:00:00+07:00",
            "legacy_password": {"kind": kind, "hash": hashed, "salt": salt},
        }  # fmt: skip
        assert import_old.execute([json.dumps(row)]).made == 1
        return PortalAccount.objects.get(password_hash="")

    def test_nobody_signs_in_with_it(self) -> None:
        account = self.imported()
        assert sign_in.check_password("0905000123", PASSWORD, "127.0.0.1").account is None
        assert account.legacy_password

    def held(self, kind: str = "sha512-crypt", hashed: str = "") -> Claimant:
        found = hashed or next(one[1] for one in VECTORS if one[0] == kind)
        return claimant(password=None, legacy_password=legacy_passwords.kept(kind, found))

    def test_it_proves_control_and_makes_nothing_new(self) -> None:
        she = self.held()
        before = she.account.legacy_password
        claim = she.ask()
        assert not she.prove(claim, "Sai-mat-khau1")
        assert she.prove(claim, PASSWORD)
        she.account.refresh_from_db()
        assert (she.account.password_hash, she.account.legacy_password) == ("", before)

    def test_tries_end(self) -> None:
        she = self.held("phpass")
        claim = she.ask()
        for n in range(prove.rules.PASSWORD_TRIES):
            assert not she.prove(claim, f"Sai-mat-khau{n}")
        with pytest.raises(StepRefused, match="PROOF_TRIES_OVER"):
            she.prove(claim, PASSWORD)

    def test_what_cannot_be_checked_is_no_try(self) -> None:
        she = self.held("bcrypt", DEAR[1][1])
        claim = she.ask()
        with pytest.raises(StepRefused, match="PROOF_NO_PASSWORD"):
            she.prove(claim, PASSWORD)
        assert not Proof.objects.exists()

    def test_it_is_sealed_at_rest(self) -> None:
        from django.db import connection

        account = self.imported()
        with connection.cursor() as cursor:
            cursor.execute("select legacy_password::text from accounts_portalaccount where id = %s", [account.pk])
            assert "$6$" not in str(cursor.fetchone())

    def test_a_kind_that_nobody_knows_is_refused_at_the_import(self) -> None:
        row = {"kind": "citizen", "full_name": "X", "created_at": "2020-01-01T00:00:00+07:00"}
        row |= {"legacy_password": {"kind": "rot13", "hash": "x", "salt": ""}}  # type: ignore[dict-item]
        assert import_old.execute([json.dumps(row)]).faults == [(1, "NotCheckable")]
