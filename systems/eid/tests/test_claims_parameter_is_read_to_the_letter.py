"""Core 5.1, 5.4, 5.5 and IDA 1.0 section 6: every word of the claims parameter that counts, and what it comes to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eid.oidc import claims, identity_assurance
from eid.oidc.errors import InvalidRequest

PROFILE = ("name family_name given_name middle_name nickname preferred_username profile picture website gender "
           "birthdate zoneinfo locale updated_at")  # fmt: skip


def read(userinfo: Any = None, id_token: Any = None) -> claims.ClaimsRequest:
    return claims.parse(json.dumps({"userinfo": userinfo, "id_token": id_token}))


def verified(verification: Any = None, names: Any = None) -> claims.ClaimsRequest:
    wanted = {"verification": {"trust_framework": {"value": "vn_eid"}} if verification is None else verification}
    return read({"verified_claims": wanted | {"claims": {"name": None, "gender": None} if names is None else names}})


def test_each_scope_stands_for_the_claims_of_core_5_4() -> None:
    assert claims.OF_SCOPE["profile"] == tuple(PROFILE.split())
    assert claims.OF_SCOPE["email"] == ("email", "email_verified")
    assert claims.OF_SCOPE["phone"] == ("phone_number", "phone_number_verified")
    assert claims.OF_SCOPE["address"] == ("address",)
    assert identity_assurance.VERIFIED == ("personal_id", "name", "birthdate", "gender")


def test_nothing_asked_is_nothing() -> None:
    assert read() == read({}, {}) == claims.parse("{}") == claims.ClaimsRequest()


def test_claims_by_name_are_told_apart_by_place() -> None:
    asked = read({"name": None, "email": {"essential": True}, "shoe": None}, {"nickname": {"essential": False}}).asked
    assert (asked.userinfo, asked.id_token, asked.essential) == (("name", "email"), ("nickname",), ("email",))
    for value in (1, "true", None, {}):
        assert read({"name": {"essential": value}}).asked.essential == ()
    assert read({}, {"auth_time": {"essential": True}}).auth_time_essential is True
    assert read({"auth_time": {"essential": True}}).auth_time_essential is False


def test_one_sub_may_be_asked_for() -> None:
    assert read({}, {"sub": {"value": "s"}}).sub == "s"
    assert read({"sub": {"value": "u"}}).sub == "u"
    assert read({"sub": {"value": "u"}}, {"sub": {"value": "s"}}).sub == "s"
    assert read({}, {"sub": {"value": 1}}).sub is None
    assert read({}, {"sub": None}).sub is None


def test_acr_values_and_whether_they_are_essential() -> None:
    for acr, expected in (
        ({"values": ["a", "b"], "essential": True}, (("a", "b"), True)),
        ({"value": "a", "essential": True}, (("a",), True)),
        ({"values": ["a"]}, (("a",), False)),
        ({"essential": True}, ((), False)),
        ({"values": [], "essential": True}, ((), False)),
        (None, ((), False)),
    ):
        got = read({}, {"acr": acr})
        assert (got.acr_values, got.acr_essential) == expected, acr
    for bad in ({"values": "a"}, {"values": [1]}, {"value": 1}, "a", ["a"]):
        with pytest.raises(InvalidRequest):
            read({}, {"acr": bad})


def test_verified_claims_are_ours_or_left_out() -> None:
    assert verified().verified == ("name", "gender")
    assert verified({}).verified == ("name", "gender")
    for name, ours in (("trust_framework", "vn_eid"), ("assurance_level", "level2")):
        assert verified({name: {"value": ours}}).verified
        assert verified({name: {"values": ["x", ours]}}).verified
        assert verified({name: None}).verified
        for other in ({"value": "x"}, {"values": ["x"]}, {"values": []}, {"values": ours}, {"value": None}):
            assert verified({name: other}).verified == (), (name, other)
    assert verified(names={"shoe": None}).verified == ()
    one = {"verification": {}, "claims": {"name": None}}
    assert read({"verified_claims": [one]}).verified == ("name",)
    other = {"verification": {"trust_framework": {"value": "eidas"}}, "claims": {"gender": None}}
    assert (
        read({"verified_claims": [other, one]}).verified == read({"verified_claims": [one, one]}).verified == ("name",)
    )
    assert read({"verified_claims": [other, other]}).verified == read({"verified_claims": []}).verified == ()
    assert read({}, {"verified_claims": one}).verified == ()


def test_the_age_of_a_check_is_a_number_of_seconds() -> None:
    assert verified({"time": {"max_age": 0}}).verified_max_age == 0
    assert verified({"time": {"max_age": 60}}).verified_max_age == 60
    assert verified({"time": {}}).verified_max_age is None
    for bad in (-1, True, 1.5, "60"):
        with pytest.raises(InvalidRequest):
            verified({"time": {"max_age": bad}})


@pytest.mark.parametrize(
    "text",
    ["[]", "null", '"x"', "1", '{"userinfo":1}', '{"id_token":[]}', '{"userinfo":{"name":1}}',
     '{"userinfo":{"verified_claims":1}}', '{"userinfo":{"verified_claims":{"verification":1}}}',
     '{"userinfo":{"verified_claims":{"claims":1}}}', '{"userinfo":{"verified_claims":{"verification":{"time":1}}}}',
     '{"id_token":{"sub":1}}', '{"userinfo":{"verified_claims":{"verification":{"trust_framework":"vn_eid"}}}}',
     " " * 8193],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_object_where_one_belongs_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        claims.parse(text)


def test_the_length_has_an_end() -> None:
    assert claims.parse("{}" + " " * 8190) == claims.ClaimsRequest()
