"""After the journeys no log, queue, outbox or database dump names a demo person (architecture section 6)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from sandbox.browsing import give_eid, new_page, sign_in_old
from sandbox.country import SYSTEMS
from sandbox.demo import dossier
from sandbox.own_country import RunningCountry
from synthetic import demo
from synthetic.demo_person import EID_PASSWORD, PORTAL_PASSWORD

pytestmark = pytest.mark.journey
# The commune prints its editor's name; the sandbox's own files are the mailbox and the seeds.
OWN_FILES = {"outbox", "up", "assets"}


@pytest.fixture(scope="module")
def walked(country: RunningCountry, chromium: Any) -> RunningCountry:
    """The country after a link, a failed match and a dossier."""
    page, duyen = new_page(chromium), demo.by_slug("duyen")
    sign_in_old(page, country, duyen)
    page.wait_for_url("**/thong-bao-he-thong*")
    page.click("#link-start")
    give_eid(page, country, duyen)
    page.click("#link-mine")
    page.wait_for_selector("[data-link]")
    dossier.start(page, country, "national")
    dossier.fill_to_check(page)
    dossier.submit(page)
    other, thuy = new_page(chromium), demo.by_slug("thuy")
    sign_in_old(other, country, thuy)
    other.wait_for_url("**/cap-nhat-so-dinh-danh*")
    other.fill("#personal_id", thuy.personal_id)
    other.click("#match-submit")
    for one in (page, other):
        one.context.close()
    return country


def secrets_of_people() -> dict[str, str]:
    found = {}
    for slug in ("duyen", "thuy"):
        person = demo.by_slug(slug)
        found |= {
            f"number of {slug}": person.personal_id,
            f"phone of {slug}": person.phone,
            f"phone of {slug}, written abroad": "+84" + person.phone[1:],
            f"name of {slug}": person.full_name,
            f"mail of {slug}": person.email,
        }
    return found | {"portal password": PORTAL_PASSWORD, "e-ID password": EID_PASSWORD}


def test_logs_hold_no_number_name_phone_or_token(walked: RunningCountry) -> None:
    for log in walked.deployment.places.logs.glob("*.log"):
        if log.stem in OWN_FILES:
            continue
        text = log.read_text(errors="replace")
        assert not [what for what, value in secrets_of_people().items() if value in text], log
        assert "eyJ" not in text, f"a token in {log}"


@pytest.mark.parametrize("system", [s.name for s in SYSTEMS if s.name != "tanthanh"])
def test_a_dump_of_a_database_shows_nobody(walked: RunningCountry, system: str) -> None:
    cluster = walked.supervisor.cluster
    with psycopg.connect(cluster.url.rsplit("/", 1)[0] + f"/{system}") as database:
        tables = database.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            for (row,) in database.execute(f"select t::text from {table} t"):  # type: ignore[arg-type]
                seen = [what for what, value in secrets_of_people().items() if value in row]
                assert not seen, (system, table, seen)
