"""IDA 1.0 sections 5 to 7: filters are kept, nothing is given that was not asked, and what is given is valid."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from eid_harness import identity_assurance as schema
from eid_harness.relying_party import VERIFIED
from eid_harness.world import World
from hypothesis import given
from hypothesis import strategies as st

from eid.oidc import claims, identity_assurance
from eid.oidc.errors import InvalidRequest

TIME = "2026-11-23T08:00:00Z"
EVERYTHING = ("assurance_level", "time", "evidence")


def asked(verification: Any, names: Any = None) -> claims.ClaimsRequest:
    wanted = {"verification": verification, "claims": names or {"name": None, "gender": None}}
    return claims.parse(json.dumps({"userinfo": {"verified_claims": wanted}}))


@pytest.mark.parametrize(
    "verification",
    [
        {"trust_framework": {"value": "eidas"}},
        {"trust_framework": {"values": []}},
        {"assurance_level": {"values": ["level1", "level3"]}},
        {"evidence": [{"type": {"value": "document"}}]},
        {"evidence": [{"type": {"value": "electronic_record"}, "record": {"type": {"value": "bank_account"}}}]},
        {"evidence": [{"type": {"value": "electronic_record"}, "check_details": [{"check_method": {"value": "pvp"}}]}]},
        {"assurance_process": {"policy": {"value": "gpg45"}}},
        {"verification_process": {"value": "x"}},
    ],
)
def test_a_filter_that_we_do_not_meet_leaves_the_whole_out(verification: dict[str, Any]) -> None:
    """6.4.1 and 6.5: without an error."""
    assert asked(verification).verified == ()


@pytest.mark.parametrize(
    "verification",
    [
        {"trust_framework": None},
        {"trust_framework": {}, "time": {}},
        {"trust_framework": {"values": ["eidas", "vn_eid"]}, "assurance_level": {"value": "level2"}},
        {"evidence": [{"type": {"value": "document"}}, {"type": {"value": "electronic_record"}}]},
        {
            "evidence": [
                {"type": {"value": "electronic_record"}, "check_details": [{"check_method": {"value": "data"}}]}
            ]
        },
        {"assurance_process": None, "evidence": None},
        {"assurance_process": {"policy": None}, "unheard_of": {"a": {"essential": True}}},
    ],
)
def test_a_filter_that_we_meet_or_do_not_know_is_no_hindrance(verification: dict[str, Any]) -> None:
    assert asked(verification).verified == ("name", "gender")


def test_a_claim_of_a_certain_value_is_left_out() -> None:
    """6.4.1: nobody learns by guessing whether a person is called so."""
    assert asked({}, {"name": {"value": "Hồ Thị Duyên"}, "gender": {"essential": True}}).verified == ("gender",)
    assert asked({}, {"name": {"values": ["a", "b"]}}).verified == ()
    assert asked({}, {"name": {"essential": True}, "shoe_size": {"essential": True}}).verified == ("name",)


@given(st.sets(st.sampled_from(EVERYTHING)))
def test_elements_come_when_they_are_asked_and_only_then(names: set[str]) -> None:
    """5 and 6.3: the provider gives no data that were not asked for."""
    wanted = asked(dict.fromkeys(names, None)).asked.verification
    told = identity_assurance.verification(TIME, wanted)
    assert set(told) == {"trust_framework"} | names
    assert schema.faults({"verification": told, "claims": {"name": "x"}}) == []


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "value", "values", "evidence", "time", "trust_framework"]), inner)
    ),
    max_leaves=8,
)


@given(json_values)
def test_no_filter_crashes_the_reader(wanted: Any) -> None:
    try:
        found = identity_assurance.read({"verification": wanted, "claims": {"name": None}})
    except InvalidRequest:
        return
    assert set(found.names) <= set(identity_assurance.VERIFIED)


def test_the_checker_of_this_test_sees_what_is_wrong() -> None:
    good = {"verification": identity_assurance.verification(TIME, EVERYTHING), "claims": {"name": "x"}}
    assert schema.faults(good) == schema.faults([good, good]) == []
    for path, value in (
        (("claims",), {}),
        (("verification", "trust_framework"), None),
        (("verification", "time"), "23/11/2026"),
        (("verification", "evidence"), []),
        (("verification", "evidence", 0, "type"), "hearsay"),
        (("verification", "evidence", 0, "check_details"), []),
        (("verification", "evidence", 0, "check_details", 0, "check_method"), 1),
        (("verification", "evidence", 0, "record", "more"), 1),
        (("claims", "birthdate"), "12/02/1985"),
    ):
        spoilt: Any = copy.deepcopy(good)
        place = spoilt
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        assert schema.faults(spoilt), path


def test_what_userinfo_tells_is_valid_and_is_what_discovery_announces(world: World) -> None:
    """Schema 7; 7 of the OpenID Connect part: every value given stands in the metadata."""
    said = world.national.http.get("/.well-known/openid-configuration").json()
    tokens = world.tokens(world.browser(), world.person(), claims=VERIFIED)
    verified = world.national.userinfo(tokens["access_token"]).json()["verified_claims"]
    assert schema.faults(verified) == []
    assert verified["verification"]["trust_framework"] in said["trust_frameworks_supported"]
    for piece in verified["verification"]["evidence"]:
        assert piece["type"] in said["evidence_supported"]
        assert piece["record"]["type"] in said["electronic_records_supported"]
    assert set(verified["claims"]) <= set(said["claims_in_verified_claims_supported"])


def test_a_portal_that_asks_little_is_told_little(world: World) -> None:
    little = {"verification": {"trust_framework": None}, "claims": {"birthdate": None}}
    tokens = world.tokens(world.browser(), world.person(), claims={"userinfo": {"verified_claims": little}})
    verified = world.national.userinfo(tokens["access_token"]).json()["verified_claims"]
    assert verified["verification"] == {"trust_framework": "vn_eid"}
    assert set(verified["claims"]) == {"birthdate"}
