"""axe-core finds nothing on any page of the portals and the mailbox, at 320 and 1280 px, in every kind of session.

The list is made from the URL maps: a route that no session of this test ever opened fails it, unless it is no page.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from sandbox.auditing import Auditor
from sandbox.browsing import give_eid, new_page, sign_in_eid, sign_in_old, text_of
from sandbox.country import NATIONAL, QUANGTRI, System
from sandbox.demo import dossier
from sandbox.own_country import RunningCountry
from synthetic import demo

pytestmark = pytest.mark.journey

# Addresses that answer no page of their own, with the reason.
NO_PAGES = {
    "healthz": "JSON", ".well-known/": "JSON", "exchange/": "signed messages", "sso/jwks": "JSON",
    "sso/token": "JSON", "sso/authorize": "redirects", "sso/tro-ve": "redirects", "sso/bat-dau": "redirects",
    "sso/vneid": "redirects", "sso/backchannel-logout": "no browser", "vneid/backchannel-logout": "no browser",
    "vneid/su-kien": "signed events", "dan-cu/bien-dong": "signed events",
    "vneid/tro-ve": "redirects", "vneid/bat-dau": "redirects", "vneid/vao": "redirects", "dang-xuat": "POST",
    "lien-ket/bat-dau": "POST", "lien-ket/muon/bat-dau": "POST", "lien-ket/huy/bat-dau": "POST",
    "thu-tuc/<str:code>/nop": "POST", "tep/": "a file", "bien-nhan.pdf": "a file", "/tep/": "a file",
    "/tai-ve": "a file", "tai-khoan/lien-lac/": "POST", "static/": "files", "/rut-lai": "POST", "/tra-loi": "POST",
    "/bo-sung": "POST", "/hoi-lai": "POST", "/doi-chieu": "POST", "/duyet": "POST", "cong-vu/": "POST",
    "ban-ho-tro/<uuid:claim_id>/": "POST", "dieu-hanh/dot/": "POST", "dieu-hanh/cua/": "POST",
    "dieu-hanh/mien-tru/": "POST", "dieu-hanh/xa/": "a file",
}  # fmt: skip
# Pages of a flow that other journeys and the systems' own tests walk through with axe.
IN_FLOWS = re.compile(
    r"ma-xac-thuc|dang-ky/mat-khau|quen-mat-khau/mat-khau|lien-ket/xac-nhan|^lien-ket/huy$|vneid/loi|vneid/tai-khoan-cu"
    r"|dong-bang/|nhan-lai-tai-khoan/<|nhan-lai-tai-khoan/dung/|ban-ho-tro/<|sso/lan-dau|sso/da-ket-thuc|rut$|/bo$|chinh-sach/<"
)


CAMPAIGN = [f"dieu-hanh/{page}" for page in ("tong-quan", "dot", "thong-bao", "mien-tru", "cua")]


def routes(country: RunningCountry, system: System) -> list[str]:
    script = (
        "import django, json; django.setup()\n"
        "from django.urls import get_resolver\n"
        "def walk(p, at=''):\n"
        "    for one in p.url_patterns:\n"
        "        here = at + str(one.pattern)\n"
        "        yield from (walk(one, here) if hasattr(one, 'url_patterns') else [here])\n"
        "print(json.dumps(list(walk(get_resolver()))))"
    )
    environment = country.deployment.environment(system) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def matches(route: str, path: str) -> bool:
    pattern = re.sub(r"<[^>]+>", "[^/]+", route.rstrip("$").lstrip("^"))
    return re.fullmatch(pattern, path) is not None


def plain_pages(found: list[str]) -> list[str]:
    return [r for r in found if "<" not in r and not any(r.startswith(n) or n in r for n in NO_PAGES)]


@pytest.fixture(scope="module")
def audited(country: RunningCountry, chromium: Any) -> Auditor:
    auditor = Auditor(country, chromium)
    national, province = routes(country, NATIONAL), routes(country, QUANGTRI)
    for width in (320, 1280):
        _anonymous(auditor, width, national, province)
        _old(auditor, width, national)
    _eid(auditor, national, province)
    _officials(auditor)
    return auditor


def _anonymous(auditor: Auditor, width: int, national: list[str], province: list[str]) -> None:
    page = auditor.page(width)
    auditor.visit(page, "national", [*plain_pages(national), "thu-tuc/1.004194", "khong-co-trang-nay"], "anyone")
    auditor.visit(page, "quangtri", [*plain_pages(province), "thu-tuc/1.004194"], "anyone")
    auditor.visit(page, "sandbox", ["", "people"], "anyone")
    page.context.close()


def _old(auditor: Auditor, width: int, national: list[str]) -> None:
    for slug in ("nuoi", "gai"):
        page = auditor.page(width)
        sign_in_old(page, auditor.country, demo.by_slug(slug))
        page.wait_for_load_state()
        auditor.judge(page, f"old {slug}")
        auditor.visit(page, "national", plain_pages(national), f"old {slug}")
        page.context.close()


def _eid(auditor: Auditor, national: list[str], province: list[str]) -> None:
    duyen, country = demo.by_slug("duyen"), auditor.country
    page = auditor.page(1280)
    sign_in_old(page, country, duyen)
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, duyen)
    auditor.judge(page, "linking")
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    _both_widths(auditor, page, "national", plain_pages(national), "linked")
    _both_widths(auditor, page, "eid", ["account/notices"], "linked")
    _file_a_dossier(auditor, page, "national")
    page.context.close()
    page = auditor.page(1280)
    sign_in_eid(page, country, "quangtri", demo.by_slug("linh"))
    auditor.judge(page, "first visit")
    dossier.pass_first_visit(page)
    _file_a_dossier(auditor, page, "quangtri")
    _both_widths(auditor, page, "quangtri", plain_pages(province), "e-ID")
    page.context.close()


def _file_a_dossier(auditor: Auditor, page: Any, portal: str) -> None:
    dossier.start(page, auditor.country, portal)
    for _ in range(dossier.MOST_PAGES):
        _both_widths(auditor, page, portal, [page.url.split("/", 3)[3]], "filing")
        if page.url.endswith("/kiem-tra"):
            break
        dossier.fill_one(page)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
    dossier.submit(page)
    links = [a.get_attribute("href") or "" for a in page.locator('main a[href^="/ho-so/"]').all()]
    own = [link.lstrip("/") for link in links if not link.endswith(".pdf") and "/tep/" not in link]
    _both_widths(auditor, page, portal, [page.url.split("/", 3)[3], *own], "filing")


def _officials(auditor: Auditor) -> None:
    country = auditor.country
    desk = auditor.page(1280)
    dossier.go_on_duty(desk, country, "quangtri", demo.by_slug("ngoc"))
    cases = [a.get_attribute("href") or "" for a in desk.locator('main a[href*="/mot-cua/ho-so/"]').all()]
    paths = ["mot-cua", "mot-cua/dang-giai-quyet", "cong-vu", *(case.lstrip("/") for case in cases)]
    _both_widths(auditor, desk, "quangtri", paths, "officer")
    desk.context.close()
    for slug, portal, paths in (
        ("admin-1", "quangtri", ["quan-tri/phan-quyen"]),
        ("de-xuat", "national", ["dieu-hanh/chinh-sach", "dieu-hanh/chinh-sach/de-xuat", *CAMPAIGN]),
        ("nghia", "national", ["ban-ho-tro", "ban-ho-tro/so-lieu"]),
        ("hoa-ra-soat", "national", ["ban-ho-tro/ra-soat"]),
    ):
        page = auditor.page(1280)
        dossier.go_on_duty(page, country, portal, demo.by_slug(slug))
        page.goto(f"{country.origin(portal)}/{paths[0]}")
        if page.locator("input[name=grant]").count():  # the role for this page; the reception desk asks for another
            page.locator("input[name=grant]").first.check(force=True)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state()
        assert page.url.endswith(paths[0])
        asked_first = [a.get_attribute("href") or "" for a in page.locator('main a[href$="/ket-thuc"]').all()[:1]]
        _both_widths(auditor, page, portal, [*paths, *(href.lstrip("/") for href in asked_first)], slug)
        page.context.close()


def _both_widths(auditor: Auditor, page: Any, portal: str, paths: list[str], who: str) -> None:
    here = page.url
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        auditor.visit(page, portal, paths, who)
    page.goto(here)


def test_axe_finds_nothing_and_no_page_scrolls_sideways(audited: Auditor) -> None:
    assert not audited.faults, f"{len(audited.faults)} faults: " + "\n".join(audited.faults[:30])


def test_every_route_of_the_portals_was_opened(audited: Auditor) -> None:
    every = set(routes(audited.country, NATIONAL)) | set(routes(audited.country, QUANGTRI))
    pages = [r for r in every if not any(r.startswith(n) or n in r for n in NO_PAGES) and not IN_FLOWS.search(r)]
    missed = [r for r in pages if not any(matches(r, path) for path in audited.opened)]
    assert not missed, missed


@pytest.mark.parametrize("width", [320, 1280])
def test_the_notice_the_link_and_a_dossier_need_no_script(country: RunningCountry, chromium: Any, width: int) -> None:
    page, vinh = new_page(chromium, width=width, javascript=False), demo.by_slug("vinh" if width == 320 else "kieu")
    page.goto(f"{country.origin('tanthanh')}/")
    page.get_by_role("link", name="VNeID").first.click()
    assert "Chi tiết tin" in text_of(page)
    sign_in_old(page, country, vinh)
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, vinh)
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    page.goto(f"{country.origin('national')}/thu-tuc/1.004194")
    page.locator('form[action="/thu-tuc/1.004194/nop"] button').first.click()
    page.wait_for_load_state()
    assert "/ho-so/ban-nhap/" in page.url
    dossier.fill_to_check(page)
    dossier.submit(page)
    assert "Đã nộp hồ sơ" in text_of(page)
