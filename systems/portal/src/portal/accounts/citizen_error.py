"""The shape of a "no" that a citizen meets, and the ways on that many of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from design.i18n import LazyText
from portal.i18n import lazy


@dataclass(frozen=True)
class Way:
    """A next step: a link when there is an address, else a sentence."""

    text: LazyText
    href: str = ""


@dataclass(frozen=True)
class CitizenError:
    """One "no": stable code, title, text, ways on, HTTP status of the page that says it."""

    code: str
    title: LazyText
    text: LazyText
    ways: Sequence[Way] = ()
    status: int = 200


TO_EID = Way(lazy("Sign in with VNeID"), "/vneid/bat-dau")
TO_SIGN_IN = Way(lazy("Sign in with the portal account"), "/dang-nhap")
TO_RECOVER = Way(lazy("Set a new password"), "/quen-mat-khau")
TO_DESK = Way(lazy("Claim account"), "/nhan-lai-tai-khoan")
TO_IDENTITY = Way(lazy("Back to Identity information"), "/tai-khoan/thong-tin-dinh-danh")
TO_ACCOUNT = Way(lazy("My account"), "/tai-khoan")
TO_POLICE = Way(lazy("Take your identity card to the commune police; they can correct the record (2 working days)"))
TO_COUNTER = Way(lazy("You can still file at the counter"))
TO_HOTLINE = Way(lazy("Call 1800 0000 (made-up number)"))
AGAIN = Way(lazy("Try again in a few minutes; what you typed is kept"))
TO_NOTICE = Way(lazy("Start again from the system notice"), "/thong-bao-he-thong")
