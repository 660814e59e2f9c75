"""What a client hears of a person: standard claims (Core 5.1), userinfo (5.3.2), identity assurance (IDA 1.0 5).

The pure rules; that the running provider follows them is in the tests of consent and of userinfo.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from eid.grants import standard_claims, userinfo
from eid.grants.grant import Grant, withheld_by, within
from eid.oidc.claims import Asked
from eid.oidc.errors import InsufficientScope

WHEN = datetime(2024, 5, 4, 14, 49, tzinfo=timezone(timedelta(hours=7)))
PERSON: dict[str, Any] = {
    "personal_id": "045185000001",
    "name": "Hồ Thị Mẫu",
    "family_name": "Hồ",
    "gender": "female",
    "birthdate": "1985",
    "partial_birthdate": "1985-02",
    "phone_number": "+84900000001",
    "phone_number_verified": True,
    "phone_number_since": "2020-01-01",
    "email": "",
    "locale": "vi-VN",
}


def grant(*granted: str, **more: Any) -> Grant:
    given = {
        "id": UUID(int=1), "client_id": "c", "sector": "s", "account_id": UUID(int=2), "session_id": None, "sub": "sub",
        "redirect_uri": "", "code_challenge": "", "scope": ("openid",), "granted": granted, "acr": "", "amr": (),
        "auth_time": WHEN, "code_expires_at": WHEN,
    }  # fmt: skip
    return Grant(**(given | more))


def composed(**more: Any) -> dict[str, Any]:
    given = {
        "full_name": "Nguyễn Thị Minh Khai", "birth_date": "1985-02-12", "sex": "F", "phone": "0900000001",
        "email": "a@example.vn", "extra": {}, "updated_at": None,
    }  # fmt: skip
    return standard_claims.compose(**(given | more))


def test_a_person_in_the_words_of_core() -> None:
    assert composed(updated_at=datetime(2024, 1, 1, tzinfo=UTC)) == {
        "name": "Nguyễn Thị Minh Khai",
        "family_name": "Nguyễn",
        "middle_name": "Thị Minh",
        "given_name": "Khai",
        "gender": "female",
        "birthdate": "1985-02-12",
        "zoneinfo": "Asia/Ho_Chi_Minh",
        "locale": "vi-VN",
        "updated_at": 1704067200,
        "email": "a@example.vn",
        "email_verified": False,
        "phone_number": "+84900000001",
        "phone_number_verified": True,
    }


def test_what_an_account_lacks_is_left_out() -> None:
    told = composed(full_name="Khai", sex="M", phone=None, email=None)
    assert told == {
        "name": "Khai",
        "family_name": "Khai",
        "gender": "male",
        "birthdate": "1985-02-12",
        "zoneinfo": "Asia/Ho_Chi_Minh",
        "locale": "vi-VN",
    }
    assert "middle_name" not in composed(full_name="Hồ Mẫu")
    assert composed(full_name="Hồ Mẫu")["given_name"] == "Mẫu"


@pytest.mark.parametrize(("known", "told"), [("1985-02-12", "1985-02-12"), ("1985-02", "1985"), ("1985", "1985")])
def test_a_birth_date_is_told_as_far_as_core_can_say_it(known: str, told: str) -> None:
    assert composed(birth_date=known)["birthdate"] == told


def test_made_up_claims_fill_what_is_missing_and_replace_nothing() -> None:
    told = composed(extra={"name": "Another", "nickname": "Mẫu", "email_verified": True, "unheard": 1, "locale": "en"})
    assert (told["name"], told["nickname"], told["email_verified"], told["locale"]) == (
        "Nguyễn Thị Minh Khai", "Mẫu", True, "en",
    )  # fmt: skip
    assert "unheard" not in told


def test_without_consent_userinfo_tells_sub_and_level_alone() -> None:
    assert userinfo.release(grant(), level=2, person=PERSON) == {"sub": "sub", "eid_level": 2}


def test_a_scope_opens_its_claims_and_those_alone() -> None:
    told = userinfo.release(grant("phone", "email"), level=1, person=PERSON)
    assert told == {
        "sub": "sub",
        "eid_level": 1,
        "phone_number": "+84900000001",
        "phone_number_verified": True,
        "phone_number_since": "2020-01-01",
    }
    assert "phone_number_since" not in userinfo.release(grant("profile"), level=1, person=PERSON)


def test_a_claim_by_name_needs_to_be_asked_and_let_go() -> None:
    asked = Asked(("gender", "family_name"), ("gender", "locale", "phone_number"), ())
    told = userinfo.release(grant("claim.gender", "claim.locale", claims=asked), level=2, person=PERSON)
    assert told == {"sub": "sub", "eid_level": 2, "gender": "female"}
    inside = userinfo.in_id_token(grant("claim.gender", "phone", claims=asked), person=PERSON)
    assert inside == {"gender": "female", "phone_number": "+84900000001"}
    assert userinfo.in_id_token(grant("claim.gender"), person=PERSON) == {}


def test_verified_claims_tell_what_the_register_vouched_for_and_when() -> None:
    """IDA 1.0 5.1 to 5.4: the record, the check, its time in UTC; a month without a day as the register knows it."""
    everything = Asked(verification=("assurance_level", "time", "evidence"))
    told = userinfo.release(
        grant("personal_id", "birthdate", checked_at=WHEN, claims=everything), level=2, person=PERSON
    )
    assert told["verified_claims"] == {
        "verification": {
            "trust_framework": "vn_eid",
            "assurance_level": "level2",
            "time": "2024-05-04T07:49:00Z",
            "evidence": [
                {
                    "type": "electronic_record",
                    "check_details": [
                        {
                            "check_method": "data",
                            "organization": "National Population Database",
                            "time": "2024-05-04T07:49:00Z",
                        }
                    ],
                    "record": {"type": "population_register"},
                }
            ],
        },
        "claims": {"personal_id": "045185000001", "birthdate": "1985-02"},
    }
    whole = {name: value for name, value in PERSON.items() if name != "partial_birthdate"}
    again = userinfo.release(grant("birthdate", checked_at=WHEN), level=2, person=whole)
    assert again["verified_claims"] == {
        "verification": {"trust_framework": "vn_eid"},
        "claims": {"birthdate": "1985"},
    }


def test_nothing_is_verified_that_no_register_vouched_for() -> None:
    assert "verified_claims" not in userinfo.release(grant("name"), level=2, person=PERSON)
    assert "verified_claims" not in userinfo.release(grant("phone", checked_at=WHEN), level=2, person=PERSON)


def test_a_narrower_token_opens_less() -> None:
    """RFC 6749 6; Core 5.3: userinfo wants openid."""
    whole = grant("phone", "email", "claim.gender", "personal_id")
    assert within(whole, withheld_by(("openid", "phone"))).granted == ("phone", "claim.gender", "personal_id")
    assert withheld_by(("openid", "phone")) == ("profile", "email", "address")
    assert within(whole, ()) == whole
    with pytest.raises(InsufficientScope):
        withheld_by(("phone",))
