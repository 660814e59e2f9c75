"""What happens to an e-ID account ends its sessions at the portal: p99 from the act to the ended session <= 5 s."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sandbox.browsing import sign_in_eid, text_of
from sandbox.country import EID, NATIONAL
from sandbox.demo.dossier import pass_first_visit
from sandbox.own_country import RunningCountry
from sandbox.processes import run_to_end
from synthetic import demo

pytestmark = pytest.mark.journey
GOAL_SECONDS = 5.0
ROUNDS = 12

# Every account that the e-ID has is known to the portal, and has a session there like Linh's own.
KNOWN = """
insert into subjects (account_id, sector, sub)
select id, 'portal-national', 'sub-' || gen_random_uuid() from accounts on conflict do nothing
"""
SUBS = "select sub from subjects where sector = 'portal-national' and sub like 'sub-%'"
PROFILE = """
insert into accounts_profile
select (jsonb_populate_record(p, jsonb_build_object(
    'id', %(id)s::uuid, 'personal_id', null, 'personal_id_index', null))).*
from accounts_profile p limit 1
"""
DOOR = "insert into accounts_door (profile_id, issuer, sub, added_at) values (%(id)s, %(issuer)s, %(sub)s, now())"
SESSION = """
insert into accounts_loginsession
select (jsonb_populate_record(s, jsonb_build_object(
    'session_key', %(key)s::text, 'profile_id', %(id)s::uuid, 'sid', %(key)s::text))).*
from accounts_loginsession s where how = 'eid' limit 1
"""
TOLD = """
select sub, extract(epoch from queued_at) from signal_outbox where event_type like '%%account-disabled' and id > %s
"""


@dataclass
class Agencies:
    """The country, and a look into both databases with the server's own role."""

    country: RunningCountry
    eid: psycopg.Connection[Any]
    portal: psycopg.Connection[Any]

    def give_sessions(self) -> dict[str, str]:
        """A session for everybody; its key, by sub."""
        self.eid.execute(KNOWN)
        keys = {}
        for number, (sub,) in enumerate(self.eid.execute(SUBS).fetchall()):
            # The second round finds the person's door and adds only the session.
            given = {"sub": sub, "issuer": self.country.origin("eid"), "key": f"measured-{number}-{time.time_ns()}"}
            door = self.portal.execute("select profile_id from accounts_door where sub = %s", [sub]).fetchone()
            given["id"] = door[0] if door else self.portal.execute("select gen_random_uuid()").fetchall()[0][0]
            for statement in ([] if door else [PROFILE, DOOR]) + [SESSION]:
                self.portal.execute(statement, given)
            keys[sub] = given["key"]
        return keys

    def import_people(self, state: str, log: Path) -> None:
        """The e-ID's own verb: every demo person is locked, or in use again."""
        rows = [row | {"state": state, "lock_reason": None} for row in demo.eid_rows() if row["state"] == "active"]
        feed = log.with_suffix(".ndjson")
        feed.write_text("".join(demo.ndjson(rows)))
        deployment = self.country.deployment
        run_to_end(EID.words("people", "import", str(feed)), deployment.environment(EID), log)


@pytest.fixture(scope="module")
def agencies(country: RunningCountry) -> Any:
    base = country.supervisor.cluster.url.rsplit("/", 1)[0]
    with (
        psycopg.connect(f"{base}/{EID.name}", autocommit=True) as eid,
        psycopg.connect(f"{base}/{NATIONAL.name}", autocommit=True) as portal,
    ):
        yield Agencies(country, eid, portal)


def test_a_lock_at_the_eid_signs_the_browser_out_of_the_portal(
    agencies: Agencies, new_browser: Callable[..., Any], tmp_path: Path
) -> None:
    country, page, linh = agencies.country, new_browser(), demo.by_slug("linh")
    sign_in_eid(page, country, "national", linh)
    pass_first_visit(page)
    page.goto(f"{country.origin('national')}/tai-khoan")
    assert "Đăng xuất" in text_of(page)
    keys = agencies.give_sessions()
    assert len(keys) > 15

    agencies.import_people("locked", tmp_path / "lock.log")
    until = time.monotonic() + GOAL_SECONDS
    while "Đăng xuất" in text_of(page) and time.monotonic() < until:
        page.goto(f"{country.origin('national')}/tai-khoan")
    assert "Đăng xuất" not in text_of(page)
    agencies.import_people("active", tmp_path / "unlock.log")


def test_from_the_act_to_the_ended_session_p99_is_within_five_seconds(agencies: Agencies, tmp_path: Path) -> None:
    taken: list[float] = []
    for number in range(ROUNDS):
        taken += _round(agencies, tmp_path / f"{number}.log")
    taken.sort()
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(f"\nact to ended session: n={len(taken)} p50={p50:.3f}s p99={p99:.3f}s max={taken[-1]:.3f}s")
    assert len(taken) > 100
    assert p99 <= GOAL_SECONDS


def _round(agencies: Agencies, log: Path) -> list[float]:
    """Lock everybody at once; for each, the seconds until the session was gone."""
    keys = agencies.give_sessions()
    last = agencies.eid.execute("select coalesce(max(id), 0) from signal_outbox").fetchall()[0][0]
    agencies.import_people("locked", log)
    acts = dict(agencies.eid.execute(TOLD, [last]).fetchall())
    assert acts
    left, gone = {keys[sub]: float(at) for sub, at in acts.items() if sub in keys}, []
    until = time.monotonic() + 30
    while left and time.monotonic() < until:
        rows = agencies.portal.execute(
            "select session_key from accounts_loginsession where session_key = any(%s)", [list(left)]
        ).fetchall()
        now = time.time()
        there = {row[0] for row in rows}
        gone += [now - left.pop(key) for key in list(left) if key not in there]
        time.sleep(0.01)
    assert not left, f"{len(left)} sessions never ended"
    agencies.import_people("active", log)
    return gone
