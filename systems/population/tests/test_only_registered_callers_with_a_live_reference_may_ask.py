"""Who may ask: a registered purpose, in the name of a reference that this client has open now."""

from uuid import uuid4

import pytest

from .conftest import DUYEN, RESIDENCE, Caller, Register


def refused(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]  # type: ignore[attr-defined]


def test_an_unknown_reference_is_refused(national: Caller) -> None:
    answer = national.verify(DUYEN, reference=f"portal_account:{uuid4()}")
    assert refused(answer) == (403, "unknown_reference")


def test_a_closed_reference_is_refused_and_may_be_opened_again(national: Caller) -> None:
    reference = national.account()
    path = "/npd/v1/references/" + reference.replace(":", "/")
    assert national.call("DELETE", path).status_code == 200
    assert refused(national.verify(DUYEN, reference=reference)) == (403, "unknown_reference")
    assert refused(national.call("DELETE", path)) == (403, "unknown_reference")
    national.open(reference)
    assert national.verify(DUYEN, reference=reference).status_code == 200


def test_another_clients_reference_is_refused(national: Caller, quangtri: Caller) -> None:
    reference = quangtri.account()
    assert refused(national.verify(DUYEN, reference=reference)) == (403, "unknown_reference")
    path = "/npd/v1/references/" + reference.replace(":", "/")
    assert refused(national.call("DELETE", path)) == (403, "unknown_reference")
    assert quangtri.verify(DUYEN, reference=reference).status_code == 200


def test_a_purpose_that_was_not_registered_is_refused(eid_caller: Caller) -> None:
    reference = eid_caller.account()
    assert refused(eid_caller.verify(DUYEN, code="account_link", reference=reference)) == (403, "purpose_not_allowed")


def test_a_purpose_goes_with_its_calls_and_references(national: Caller) -> None:
    dossier = national.open("dossier:000.00.00.G22-240504-0002")
    assert refused(national.verify(DUYEN, reference=dossier)) == (403, "purpose_not_allowed")
    assert refused(national.verify(DUYEN, code="conflict_of_interest", reference=dossier)) == (
        403,
        "purpose_not_allowed",
    )
    purpose = {"code": "account_match", "reference": national.account()}
    body = {"purpose": purpose, "subject": DUYEN, "fields": ["sex"]}
    assert refused(national.call("POST", "/npd/v1/lookup", body)) == (403, "purpose_not_allowed")


@pytest.mark.parametrize(
    "purpose",
    [
        {"code": "curiosity", "reference": f"portal_account:{uuid4()}"},
        {"code": "account_match", "reference": "portal_account:045185000123"},
        {"code": "account_match", "reference": "portal_account:" + "-" * 36},
        {"code": "account_match", "reference": f"citizen:{uuid4()}"},
        {"code": "dossier", "reference": "dossier:000.00.00.G22-240504-0001"},
        {"code": "dossier", "reference": "dossier:Hồ Duyên", "procedure_code": RESIDENCE},
        {"code": "dossier", "reference": "dossier:000.00.00.G22-240504-0001", "procedure_code": "temp"},
        {"code": "account_match"},
    ],
)
def test_a_purpose_of_the_wrong_form_is_refused(national: Caller, purpose: dict[str, str]) -> None:
    answer = national.call("POST", "/npd/v1/verify", {"purpose": purpose, "subject": DUYEN})
    assert refused(answer) == (400, "invalid_request")


def test_a_reference_holds_no_personal_text(national: Caller) -> None:
    for ref in ("045185000123", "ho-thi-my-duyen", "%E1%BB%93"):
        assert refused(national.call("PUT", f"/npd/v1/references/portal_account/{ref}", {})) == (
            400,
            "invalid_request",
        )


def test_refusals_are_logged(register: Register, national: Caller) -> None:
    answer = national.verify(DUYEN, reference=f"portal_account:{uuid4()}")
    rows = register.sql(
        "select outcome, result_shown, client_id from access_log where request_id = %s", answer.json()["request_id"]
    )
    assert rows == [("UNKNOWN_REFERENCE", False, "national")]
