"""In the night every account and paper is looked for at its portal; one that is gone is told by mail and by status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime

import psycopg
import pytest

from sandbox import clock, nightly
from sandbox.clock import VIETNAM
from sandbox.country import Deployment
from sandbox.own_country import PreparedCountry, RunningCountry

pytestmark = pytest.mark.journey
GONE = """delete from store_document where id = (select d.id from store_document d
    join accounts_portalaccount a on a.profile_id = d.profile_id order by d.id limit 1) returning id"""


def remove_a_document(country: RunningCountry) -> str:
    with psycopg.connect(country.deployment.databases["national"]) as database:
        row = database.execute(GONE).fetchone()
    assert row
    return str(row[0])


def wait_for_night(country: RunningCountry, night: str, *, kept: bool) -> nightly.Outcome:
    until = time.monotonic() + 300  # four commands on a machine that may be busy
    while time.monotonic() < until:
        found = nightly.last(country.deployment.places)
        if found and found.night.startswith(night) and found.kept == kept:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{night} was not reconciled: {nightly.last(country.deployment.places)}")


def a_portal_away(country: RunningCountry) -> Deployment:
    """The same country, except that nobody can ask the national portal."""
    made = country.deployment
    away = made.databases | {"national": ""}  # its command ends at once
    return Deployment(made.places, away, made.run_id)


def test_nights_pass_and_a_lost_document_is_told(prepared_country: PreparedCountry) -> None:
    with prepared_country.fresh() as country:
        places = country.deployment.places
        environment = dict(os.environ) | {"MOTCUA_STATE": str(places.state), "MOTCUA_PORT_BASE": str(places.base)}
        nightly.take_in(country.deployment)
        assert not list((places.state / "run").glob("old-accounts*"))  # it names people
        country.move_clock("2024-05-05 03:20:01")
        # A portal that cannot be asked is not reconciled; it is asked again.
        assert not nightly.reconcile(a_portal_away(country), nightly.newest_night(clock.now(places))).kept
        watch = subprocess.Popen([sys.executable, "-m", "sandbox.nightly"], env=environment)
        try:
            first = wait_for_night(country, "2024-05-05T03:20", kept=True)
            assert first.said.count("nothing lost, nothing twice") == 2
            lost = remove_a_document(country)
            country.move_clock("2024-05-06 03:21:00")
            second = wait_for_night(country, "2024-05-06T03:20", kept=False)
        finally:
            watch.send_signal(signal.SIGTERM)
            watch.wait(20)
        assert f"document {lost}" in second.said
        mails = country.messages(to=nightly.STAFF)
        assert [lost in mail["text"] for mail in mails] == [False, True]
        words = [sys.executable, "-m", "sandbox.cli", "status"]
        told = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert told.returncode == 1
        assert f"document {lost}" in told.stdout


@pytest.mark.parametrize(
    ("now", "night"),
    [
        ("2024-05-05 03:19:59", "2024-05-04 03:20:00"),
        ("2024-05-05 03:20:00", "2024-05-05 03:20:00"),
        ("2024-05-05 14:49:00", "2024-05-05 03:20:00"),
        ("2024-06-01 00:00:00", "2024-05-31 03:20:00"),
    ],
)
def test_the_night_is_at_twenty_past_three(now: str, night: str) -> None:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)

    assert nightly.newest_night(moment(now)) == moment(night)
