"""The frame of our pages: names, contact, navigation; and times as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import jinja2

import design
import design.formats
from design.kept_pages import KeptPages
from design.page_request import GROWN_UP, YOUNG, address_as
from kernel import country_time
from kernel.country_time import VIETNAM
from kernel.partial_date import PartialDate, PartialDateFormat

_NAME = {"vi": "Định danh điện tử", "en": "Electronic identity"}
_ROLE = {"vi": "Một tài khoản cho mọi dịch vụ công", "en": "One account for every public service"}
_TEST_ROLE = {
    "vi": "Giữ vai VNeID trong môi trường thử nghiệm",
    "en": "Plays the part of VNeID in the test environment",
}
#: What EID_TEST_APPROVALS says of itself on every page.
TEST_APPROVALS = {
    "vi": "Công cụ thử nghiệm được trả lời thay chủ tài khoản.",
    "en": "A test tool may answer in the owner's place.",
}
#: What EID_TEST_SINGLE_FACTOR says of itself on every page.
TEST_SINGLE_FACTOR = {
    "vi": "Người thử nghiệm được đánh dấu có thể đăng nhập không cần mã SMS.",
    "en": "Marked test people may sign in without a code.",
}
_POLICE = {"vi": "Công an xã, phường nơi gần nhất", "en": "The nearest commune or ward police"}
_TEST_PHONE = {"vi": "Điện thoại: 1900 0000 (số giả định)", "en": "Phone: 1900 0000 (made up)"}
_NAVIGATION = (
    design.Link({"vi": "Tổng quan", "en": "Overview"}, "/account", "overview"),
    design.Link({"vi": "Yêu cầu", "en": "Requests"}, "/account/requests", "requests"),
    design.Link({"vi": "Thông báo", "en": "Notices"}, "/account/notices", "notices"),
    design.Link({"vi": "Thiết bị", "en": "Devices"}, "/account/devices", "devices"),
    design.Link({"vi": "Chia sẻ", "en": "Sharing"}, "/account/sharing", "sharing"),
    design.Link({"vi": "Hoạt động", "en": "Activity"}, "/account/activity", "activity"),
)


def _site(test_environment: bool) -> design.Site:
    return design.Site(
        name=_NAME,
        body=_TEST_ROLE if test_environment else _ROLE,
        home="/",
        contact=design.ContactBlock(
            {"vi": "Hỗ trợ tài khoản", "en": "Account support"},
            [_TEST_PHONE, _POLICE] if test_environment else [_POLICE],
        ),
        navigation=_NAVIGATION,
    )


def environment(
    issuer: str,
    test_environment: bool,
    country_now: Callable[[], datetime],
    weakened: Sequence[Mapping[str, str]] = (),
) -> jinja2.Environment:
    """The Jinja2 environment of all our pages. `shown` turns a real time into the country's.

    `weakened`: a sentence about each setting that weakens something for tests; it stands on every page.
    """
    templates = design.environment(
        "eid",
        system="eid",
        site=_site(test_environment),
        clock=country_now,
        test_environment=test_environment,
        weakened=weakened,
    )

    def shown(at: datetime) -> datetime:
        country = country_now()
        return (at + (country - datetime.now(UTC))).astimezone(country.tzinfo)

    templates.filters["shown"] = shown
    templates.filters["register_time"] = lambda at: at.astimezone(country_now().tzinfo)
    templates.filters["birth_date"] = birth_date
    templates.globals["issuer"] = issuer
    return templates


def kept(templates: jinja2.Environment) -> KeptPages:
    """Pages that are kept for the minute that their foot shows."""
    return KeptPages(templates, lambda: country_time.now().replace(second=0, microsecond=0))


def clock(at: datetime) -> str:
    """The country's "14:49" of a real moment."""
    return design.formats.clock((at + timedelta(seconds=country_time.offset())).astimezone(VIETNAM))


def speak_to(birth_date: str) -> None:
    """The rest of this request says "bạn" to people under 18, "ông/bà" to everybody else."""
    try:
        young = PartialDate.parse(birth_date).surely_under(18, country_time.today())
    except PartialDateFormat:
        young = False
    address_as(YOUNG if young else GROWN_UP)


def birth_date(text: str) -> str:
    """ "12/02/1985" of "1985-02-12"; what is partly known stays partly known ("02/1985", "1985")."""
    return "/".join(reversed(text.split("-")))
