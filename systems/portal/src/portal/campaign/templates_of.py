"""The words of the campaign's notices: shipped ones, and the versions that the agency wrote over them."""

from __future__ import annotations

import re
from datetime import date

from kernel.country_time import short_date
from portal.campaign.models import NoticeTemplate
from portal.config import CONFIG

CHANNELS = ("sms", "email", "sign_in")
FIELDS = ("portal", "deadline", "date", "address")
LONGEST_SMS = 320
SHIPPED = {
    "sms": (
        "",
        "{portal}: từ {date}, tài khoản do Cổng cấp không còn đăng nhập được. "
        "Đề nghị ông/bà liên kết với VNeID trước {deadline}: {address}",
    ),
    "email": (
        "Liên kết tài khoản Cổng với VNeID trước {deadline}",
        "Kính gửi ông/bà,\n\nTừ {date}, tài khoản do Cổng cấp không còn đăng nhập được theo quy định của pháp luật. "
        "Đề nghị ông/bà liên kết tài khoản với VNeID trước {deadline} tại {address}.\n\n"
        "Hồ sơ, giấy tờ và mã hồ sơ được giữ nguyên.\n\n{portal}",
    ),
    "sign_in": (
        "",
        "Đề nghị ông/bà liên kết với VNeID trước {deadline}. Từ {date}, tài khoản này không còn đăng nhập được.",
    ),
}
PLACE = re.compile(r"\{([^{}]*)\}")


def newest(channel: str) -> tuple[int, str, str]:
    """(version, subject, text); version 0 is the shipped one."""
    own = NoticeTemplate.objects.filter(channel=channel).order_by("-version").first()
    return (own.version, own.subject, own.text) if own else (0, *SHIPPED[channel])


def rendered(channel: str, *, deadline: date, legal: date) -> tuple[int, str, str]:
    """The newest words with the day of the person and of the law filled in. Nothing about the person enters them."""
    version, subject, text = newest(channel)
    return version, filled(subject, deadline, legal), filled(text, deadline, legal)


def filled(text: str, deadline: date, legal: date) -> str:
    """Replace the four places; anything else in braces stays as it is written."""
    values = {
        "portal": CONFIG.name_vi,
        "deadline": short_date(deadline),
        "date": short_date(legal),
        "address": CONFIG.origin,
    }
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def fault(channel: str, subject: str, text: str) -> str:
    """What is wrong with words that somebody wrote: "" or a code."""
    unknown = {name for name in PLACE.findall(f"{subject} {text}") if name not in FIELDS}
    table = (
        (channel not in CHANNELS, "TEMPLATE_CHANNEL"),
        (len(text.strip()) < 20, "TEMPLATE_SHORT"),
        (bool(unknown), "TEMPLATE_UNKNOWN_PLACE"),
        ("{date}" not in text, "TEMPLATE_WITHOUT_DATE"),
        (channel == "email" and not subject.strip(), "TEMPLATE_WITHOUT_SUBJECT"),
        (channel == "sms" and len(filled(text, date(2024, 6, 30), date(2024, 7, 1))) > LONGEST_SMS, "TEMPLATE_LONG"),
        # guard: no-foreign-address-in-a-notice
        (bool(re.search(r"https?://|www\.", text)), "TEMPLATE_FOREIGN_ADDRESS"),
    )
    return next((code for wrong, code in table if wrong), "")
