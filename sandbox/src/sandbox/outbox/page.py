"""The pages of the test mailbox: the messages, and the demo people with what each is for."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from jinja2 import Environment
from starlette.requests import Request

from design import ContactBlock, Link, Site, environment
from design.page_request import current
from kernel import country_time
from sandbox import people as demo_people
from sandbox.outbox.store import Message, Store

SHOWN = 60

SITE = Site(
    name={"vi": "Một Cửa thử nghiệm", "en": "Một Cửa sandbox"},
    body={"vi": "Không phải một cơ quan nào", "en": "Not an agency"},
    navigation=[
        Link({"vi": "Hộp thư thử nghiệm", "en": "Test mailbox"}, "/", "messages"),
        Link({"vi": "Người thử nghiệm", "en": "Demo people"}, "/people", "people"),
    ],
    contact=ContactBlock(
        {"vi": "Máy này", "en": "This machine"},
        [{"vi": "Chỉ nghe trên địa chỉ nội bộ.", "en": "Listens on loopback only."}],
    ),
)


def templates() -> Environment:
    """The Jinja2 environment of these pages."""
    return environment("sandbox", system="sandbox", site=SITE, clock=country_time.now, test_environment=True)


def messages(pages: Environment, request: Request, store: Store) -> str:
    """The newest messages, newest first, by receiver when `to` is given."""
    to = request.query_params.get("to", "").strip()
    wanted = to.replace(" ", "")
    found = [m for m in store.find() if wanted in m.to.replace(" ", "")]
    shown = [_row(message) for message in reversed(found[-SHOWN:])]
    return pages.get_template("messages.html").render(messages=shown, to=to, count=len(found), nav_current="messages")


def people(pages: Environment) -> str:
    """The demo people. They are imported here only: no system knows them as special."""
    shown = demo_people.cards(current().language)
    return pages.get_template("people.html").render(people=shown, nav_current="people")


def _row(message: Message) -> dict[str, str]:
    # A person reads it beside pages that show the country's time, so it is told in that time.
    real = datetime.fromisoformat(message.at)
    at = country_time.now() + (real - datetime.now(real.tzinfo))
    return {
        "id": f"m{message.id}",
        "channel": message.channel,
        "to": message.to,
        "sender": parseaddr(message.sender)[0] or message.sender,
        "subject": message.subject if message.channel == "email" else "",
        "body": message.text,
        "at": f"{at:%H:%M}, {country_time.short_date(at.date())}",
    }
