"""`python -m design.gallery OUT.html`: every component on one page, for looking and for axe-core.

Shows made-up people only. The words are samples, so they stand here and not in the catalogues.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from jinja2 import Environment

import design
from design.page_request import PageRequest, answering
from design.site import SYSTEMS

COUNTRY_TIME = datetime(2024, 5, 4, 14, 49, tzinfo=timezone(timedelta(hours=7)))
PAGES = tuple(f"gallery{part}.html" for part in ("", "_home", "_focus", "_refusal", "_unavailable", "_errors"))

SITE = design.Site(
    name={"vi": "Môi trường thử nghiệm Một Cửa", "en": "Một Cửa test environment"},
    body={"vi": "Trang dành cho người vận hành và phát triển", "en": "For operators and developers"},
    contact=design.ContactBlock("Một Cửa", ["Phần mềm nguồn mở", "Dữ liệu giả định"]),
    links=[design.Link("Danh sách người thử nghiệm", "#people"), design.Link("Tài liệu", "#docs")],
    navigation=[
        design.Link("Bảng điều khiển", "#board", "board"),
        design.Link("Hộp thư thử nghiệm", "#outbox", "outbox"),
        design.Link("Báo cáo trình diễn", "#demo", "demo"),
    ],
)


def gallery_environment(system: str = "sandbox", static_url: str = "/static/") -> Environment:
    """The environment that the gallery is drawn with."""
    return design.environment(
        "design",
        system=system,
        site=SITE,
        clock=lambda: COUNTRY_TIME,
        test_environment=True,
        static_url=static_url,
    )


def render(page: str, language: str = "vi", system: str = "sandbox", static_url: str = "/static/") -> str:
    """One page of the gallery."""
    template = gallery_environment(system, static_url).get_template(page)
    with answering(PageRequest(language=language, nonce="gallery")):
        return template.render(
            systems=SYSTEMS,
            person="Hồ Thị Mỹ Duyên",
            sign_out_action="#sign-out",
            nav_current="board",
            moment=COUNTRY_TIME,
            cutover=date(2024, 7, 1),
            now=datetime.now(UTC),
        )


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m design.gallery OUT.html\n")
        return 2
    target = Path(arguments[0])
    static = design.static_dir().as_uri() + "/"
    for page in PAGES:
        beside = target if page == PAGES[0] else target.with_name(page)
        beside.write_text(render(page, static_url=static), encoding="utf-8")
        sys.stdout.write(f"design: {beside}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
