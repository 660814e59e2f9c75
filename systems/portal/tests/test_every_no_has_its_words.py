"""Promise: every "no" that a citizen can meet has its own code, text and ways on, in Vietnamese and English."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from portal_walks import error_code

from design.page_request import PageRequest, answering
from portal.accounts import linking, matching, undoing
from portal.accounts.cutover import Code
from portal.accounts.errors import ERRORS

CATALOGUE = [
    "LINK_NO_CCCD",
    "NPD_NAME_MISMATCH",
    "NPD_DOB_MISMATCH",
    "NPD_SEX_MISMATCH",
    "NPD_NOT_FOUND",
    "NPD_INSUFFICIENT",
    "NPD_UNAVAILABLE",
    "ID_TAKEN",
    "SIM_MISMATCH",
    "OTP_WRONG",
    "OTP_EXPIRED",
    "OTP_RESEND_LIMIT",
    "VNEID_L1_ONLY",
    "VNEID_NOT_ACTIVATED",
    "VNEID_LOCKED",
    "VNEID_OLD_DEVICE",
    "VNEID_WEB_LOGIN_OFF",
    "CALLBACK_STATE",
    "CODE_EXPIRED",
    "REPLAY",
    "CUTOFF_PASSED",
]


def test_the_catalogue_is_whole() -> None:
    used = (
        {str(code) for code in linking.LinkCode}
        | {str(code) for code in matching.MatchCode}
        | {str(code) for code in undoing.UndoCode}
        | {str(c) for c in Code}
    )
    assert set(CATALOGUE) | used - {"LINKED", "MATCHED", "UNDONE", "OPEN"} <= set(ERRORS)


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_each_says_what_happened_and_what_to_do_in_both_languages(code: str) -> None:
    error = ERRORS[code]
    said = {}
    for language in ("vi", "en"):
        with answering(PageRequest(language=language)):
            said[language] = (str(error.title), str(error.text), [str(way.text) for way in error.ways])
    for vietnamese, english in zip(said["vi"][:2], said["en"][:2], strict=True):
        assert vietnamese != english
        assert "!" not in vietnamese + english
        assert "lỗi hệ thống" not in vietnamese
    assert error.ways or code.startswith("OTP_")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_page_can_be_shown(client: Client, policy_until_july: None, language: str) -> None:
    from django.test import RequestFactory

    from portal.accounts.views.refusals import refuse

    for code in ERRORS:
        request: Any = RequestFactory().get("/")
        with answering(PageRequest(language=language)):
            page = refuse(request, code, reference="7F3K92")
        assert error_code(page) == code
