"""The campaign as one story, in real browsers: a dry run finds whom to begin with, a wave tells them in the agency's
own words, a message comes back, people link, the gate says no and names why, what it named is mended, two persons say
go, and the date comes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.browsing import give_eid, press, sign_in_old, text_of
from sandbox.country import COMMAND, NATIONAL, POPULATION
from sandbox.own_country import RunningCountry
from sandbox.processes import run_to_end
from synthetic import demo

pytestmark = pytest.mark.journey
COHORT, OPERATOR, SECOND = "dot-1", "de-xuat", "phe-duyet"
FIRST_TO_GO = ("duyen", "vinh")
WORDS = "Đợt một: từ {date} tài khoản do Cổng cấp ngừng đăng nhập. Đề nghị liên kết trước {deadline}: {address}"
PORTAL_MAPPING = "systems/linkage/src/linkage/ingest/schemas/portal-export.toml"
PEOPLE = ("personal_id", "full_name", "birth_date", "legacy_id9", "state", "merged_into")
ORGANISATION = {"tax_code": "3200123452", "representative_id": "045177000210"}


class Campaign:
    """The operator's hands: verbs of the agencies, and pages of the campaign in two officials' browsers."""

    def __init__(self, country: RunningCountry, new_browser: Callable[..., Any], folder: Path) -> None:
        self.country, self.new_browser, self.folder = country, new_browser, folder
        self.places = country.deployment.places
        self.operator = self.at_work(OPERATOR)

    def verb(self, system: Any, *words: str) -> str:
        environment = self.country.deployment.environment(system)
        return run_to_end(system.words(*words), environment, self.places.logs / f"{system.name}.log")

    def linkage(self, *words: str) -> str:
        settings = {"LINKAGE_WORK": str(self.folder / "dry-run"), "LINKAGE_OPERATOR": "operator", "LANG": "C.UTF-8"}
        settings |= {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LINKAGE_TEST_ENVIRONMENT": "1"}
        return run_to_end([str(COMMAND / "linkage"), *words], settings, self.folder / "linkage.log")

    def at_work(self, slug: str) -> Any:
        page = self.new_browser()
        page.goto(f"{self.country.origin('national')}/vneid/bat-dau?level=2&next=/cong-vu")
        give_eid(page, self.country, demo.by_slug(slug))
        page.goto(f"{self.country.origin('national')}/cong-vu")
        page.locator("input[name=grant]").first.check()
        press(page)
        return page

    def see(self, path: str, page: Any = None) -> str:
        page = page or self.operator
        page.goto(f"{self.country.origin('national')}/dieu-hanh/{path}")
        return text_of(page)

    def dry_run(self) -> dict[str, str]:
        """Export, ingest, classify, report; the exact accounts of the two who go first, by the portal's keys."""
        files = {name: self.folder / f"{name}.ndjson" for name in ("accounts", "people", "organisations")}
        accounts, portal_mapping = files["accounts"], str(self.places.root / PORTAL_MAPPING)
        files["organisations"].write_text(json.dumps(ORGANISATION))
        self.verb(NATIONAL, "old-accounts", "export", str(accounts))
        self.verb(POPULATION, "people", "export", str(files["people"]))
        for name, columns in (("people", PEOPLE), ("organisations", tuple(ORGANISATION))):
            mapping = self.folder / f"{name}.toml"
            lines = (f'{column} = "{column}"' for column in columns)
            mapping.write_text("\n".join(['[source]\nname = "register"\nformat = "ndjson"\n[columns]', *lines]))
            self.linkage("ingest", name, str(files[name]), "--mapping", str(mapping))
        self.linkage("ingest", "accounts", str(accounts), "--mapping", portal_mapping)
        assert "each in one class" in self.linkage("classify", "--as-of", "2024-05-04")
        self.linkage("report")
        assert "<svg" in (self.folder / "dry-run/report/index.html").read_text()
        exact = set(self.linkage("keys", "exact", str(accounts), "--mapping", portal_mapping).split())
        rows = [json.loads(line) for line in accounts.read_text().splitlines()]
        by_number = {row["personal_id"]: row["account_key"] for row in rows if row["account_key"] in exact}
        return {slug: by_number[demo.by_slug(slug).personal_id] for slug in FIRST_TO_GO}

    def link(self, slug: str) -> None:
        """The citizen's own way: old sign-in, VNeID, "this is mine"."""
        page = self.new_browser()
        sign_in_old(page, self.country, demo.by_slug(slug))
        page.wait_for_url("**/thong-bao-he-thong*")
        page.click("#link-start")
        give_eid(page, self.country, demo.by_slug(slug))
        page.click("#link-mine")
        page.wait_for_selector("[data-link]")

    def sign(self, choice: str) -> str:
        self.operator.check(f"input[name=decision][value={choice}]")
        self.operator.fill("#reason", "Đã rà soát từng điều kiện của đợt một.")
        press(self.operator, ".mc-decide button[type=submit]")
        return text_of(self.operator)


@pytest.fixture
def campaign(country: RunningCountry, new_browser: Callable[..., Any], tmp_path: Path) -> Campaign:
    return Campaign(country, new_browser, tmp_path)


def told(country: RunningCountry, slug: str, since: int) -> dict[str, Any]:
    """The SMS of the wave to one person, from the mailbox."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for message in country.messages(demo.by_slug(slug).old_accounts[0].phone or "", since):
            if "Đợt một" in str(message["text"]):
                return message
        time.sleep(0.1)
    raise AssertionError(f"{slug} was not told")


def test_the_campaign_from_the_dry_run_to_the_date(campaign: Campaign, country: RunningCountry) -> None:
    keys = campaign.folder / "dot-1.txt"
    keys.write_text("\n".join(campaign.dry_run().values()))
    assert "2 put in" in campaign.verb(NATIONAL, "campaign", "cohort", COHORT, str(keys))
    first_wave(campaign, country)
    campaign.link("duyen")
    dashboard_says_what_is(campaign)
    gate_says_no_and_then_go(campaign)
    country.move_clock("2024-07-01 00:00")
    page = campaign.new_browser(javascript=False)
    page.goto(f"{country.origin('national')}/dang-nhap")
    assert "01/7/2024" in text_of(page)
    assert "VNeID" in text_of(page)
    assert not page.locator("#password").count()
    assert "Đã đến ngày chuyển đổi" in campaign.see("tong-quan")


def first_wave(campaign: Campaign, country: RunningCountry) -> None:
    """The agency's own words, a wave for the cohort, sent; one message comes back and is not used again."""
    page = campaign.operator
    campaign.see("thong-bao")
    page.fill("#text-sms", WORDS)
    press(page, "form:has(#text-sms) button[name=save]")
    assert "phiên bản 1" in text_of(page).lower()
    campaign.see("dot")
    for field, value in (("name", "Đợt một"), ("cohort", COHORT), ("starts_on", "04/5/2024"), ("days", "21")):
        page.fill(f"#{field}", value)
    press(page, "form:has(#starts_on) button[type=submit]")
    press(page, "button[name=act][value=start]")
    since = country.last_message_id()
    assert campaign.verb(NATIONAL, "campaign", "send").startswith("2 accounts")
    assert "trước 25/5/2024" in told(country, "duyen", since)["text"]
    came_back = campaign.folder / "came-back.txt"
    came_back.write_text(told(country, "vinh", since)["subject"])
    assert campaign.verb(NATIONAL, "campaign", "bounces", str(came_back)).startswith("1 of 1")
    assert campaign.verb(NATIONAL, "campaign", "send").startswith("0 accounts")


def dashboard_says_what_is(campaign: Campaign) -> None:
    """Linked, waiting, stuck and why, what came back, and the forecast with its two ends."""
    said = campaign.see(f"tong-quan?cohort={COHORT}")
    for part in ("50,0%", "1 bị trả lại", "1 tài khoản chưa liên kết", "chưa đăng nhập VNeID"):
        assert part in said, part
    assert campaign.operator.locator("path.band").count(), "the forecast shows how uncertain it is"


def gate_says_no_and_then_go(campaign: Campaign) -> None:
    """No-go names its condition; it is mended; a go needs a second person."""
    gate, page = f"cua?cohort={COHORT}", campaign.operator
    campaign.see(gate)
    press(page, "form[action$=dien-tap] button")
    assert "không có lỗi" in text_of(page)
    campaign.see(gate)
    missing = page.locator("tr:has-text('Chưa đạt')")
    assert missing.count() == 1
    assert "95 trên 100" in missing.inner_text()
    assert "Có điều kiện chưa đạt" in campaign.sign("go")
    campaign.link("vinh")
    campaign.see(gate)
    assert not page.locator("tr:has-text('Chưa đạt')").count()
    campaign.sign("go")
    press(page, "form[action*='/dieu-hanh/cua/'] button:has-text('Ký thứ hai')")
    assert "Chữ ký thứ hai phải của người khác" in text_of(page)
    second = campaign.at_work(SECOND)
    campaign.see("cua", second)
    press(second, "button:has-text('Ký thứ hai')")
    assert "Nguyễn Thị Thu Hương" in text_of(second)
