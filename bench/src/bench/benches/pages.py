"""`bench pages`: how long pages take with one user, what all processes need while idle, how fast a start is.

Times are wall time of one request after another on loopback, the client's own cost included (about 1 ms), so they
stand above what the server alone needs. Password pages are measured without their hash: their form, not their post.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from bench import cpu, plot
from bench.country import Country, browser, running
from bench.load import drive
from bench.load.browser import login_page
from bench.load.drive import Measured
from bench.providers import keycloak
from bench.providers.eid import Eid
from bench.providers.provider import NotRun
from bench.record import Record

ROUNDS = 40
PEER_PORTS = 9740
PAGE_GOAL_MS = 60.0
SECOND_START_GOAL_S = 10.0
MEMORY_GOAL_MIB = 1.2 * 1024

PUBLIC = (
    ("tanthanh", "/", "commune, home"),
    ("tanthanh", "/tin-tuc/", "commune, news"),
    ("tanthanh", "/tim-kiem/?q=tai+khoan", "commune, search"),
    ("national", "/", "national, home"),
    ("national", "/dang-nhap", "national, old sign-in"),
    ("national", "/dang-ky", "national, register"),
    ("national", "/thu-tuc", "national, procedures"),
    ("national", "/thu-tuc?q=tam+tru", "national, search of procedures"),
    ("national", "/thu-tuc/1.004194", "national, one procedure"),
    ("quangtri", "/", "province, home"),
    ("quangtri", "/dang-nhap", "province, sign-in"),
    ("quangtri", "/thu-tuc/1.004194", "province, one procedure"),
    ("eid", "/.well-known/openid-configuration", "e-ID, discovery"),
)
SIGNED_IN = (
    ("/tai-khoan", "national, account"),
    ("/tai-khoan/thong-tin-dinh-danh", "national, identity section"),
    ("/thong-bao-he-thong", "national, system notice"),
    ("/ho-so", "national, my dossiers"),
    ("/kho-du-lieu", "national, document store"),
)
LOGIN, PASSWORD, PHONE = "045185000123", "Congcu@2024", "0900000123"


def main() -> int:
    """Runs the bench; 0 when it could be measured, whether or not a goal was met."""
    record = Record("pages")
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        state = Path(folder)
        print("first start, with creation and seed")
        with running(state) as (_country, seconds):
            record.add("first start, packages there", seconds, "s")
        print("second start, then pages")
        with running(state) as (country, seconds):
            record.add("second start", seconds, "s", SECOND_START_GOAL_S)
            _pages(country, record)
            time.sleep(5)
            record.add("memory of all processes, idle (PSS)", country.memory_mib(), "MiB", MEMORY_GOAL_MIB)
        print("the e-ID's login page beside Keycloak's")
        _beside_keycloak(record, state / "peer")
    print(f"{record.write()}\n{plot.draw(record)}")
    return 0


def _beside_keycloak(record: Record, folder: Path) -> None:
    """From an unknown browser's authorization request to the login page, both with PostgreSQL, in turns."""
    settings = keycloak.CONFIGURATIONS["as it comes"]
    ours, peer = (
        Eid(folder / "eid", PEER_PORTS),
        keycloak.Keycloak("Keycloak", folder / "kc", PEER_PORTS + 10, settings),
    )
    try:
        targets = [ours.start(), peer.start()]
        drive.run(targets[1], login_page, users=4, seconds=15)  # a JVM compiles what it runs often
        found: dict[str, list[Measured]] = {target.name: [] for target in targets}
        for _ in range(3):
            for target in targets:
                found[target.name].append(drive.run(target, login_page, users=4, seconds=4))
        mine, theirs = (found[target.name] for target in targets)
        for target in targets:
            runs = found[target.name]
            record.add(f"login page, {target.name}, server", median(one.server_ms for one in runs), "CPU-ms")
            record.add("   p95, four at once", median(drive.percentile(one.latencies, 95) for one in runs), "ms")
            record.add(f"memory of the process, {target.name} (PSS)", cpu.memory_mib(target.server_pid), "MiB")
        cost = median(one.server_ms for one in mine) / median(one.server_ms for one in theirs)
        record.compare("login page, server CPU", "Keycloak", cost)
        late = [median(drive.percentile(one.latencies, 95) for one in runs) for runs in (mine, theirs)]
        record.compare("login page, p95", "Keycloak", late[0] / late[1])
        memory = [cpu.memory_mib(target.server_pid) for target in targets]
        record.compare("memory of the process", "Keycloak", memory[0] / memory[1])
    except NotRun as reason:
        print(f"  Keycloak: not run: {reason}")
    finally:
        ours.stop()
        peer.stop()


def _pages(country: Country, record: Record) -> None:
    with browser() as http:
        for system, path, name in PUBLIC:
            _measure(http, f"{country.origin(system)}{path}", name, record)
        _sign_in(http, country)
        for path, name in SIGNED_IN:
            _measure(http, f"{country.origin('national')}{path}", name, record)


def _measure(http: httpx.Client, url: str, name: str, record: Record) -> None:
    for _ in range(5):
        answer = http.get(url)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answers {answer.status_code}, so its time means nothing")
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        http.get(url)
        times.append((time.perf_counter() - began) * 1000)
    record.add(f"{name}, p95", statistics.quantiles(times, n=20)[-1], "ms", PAGE_GOAL_MS)


def _sign_in(http: httpx.Client, country: Country) -> None:
    origin = country.origin("national")
    page = http.get(f"{origin}/dang-nhap").text
    since = country.last_message()
    form = {"identifier": LOGIN, "password": PASSWORD, "csrfmiddlewaretoken": _token(page), "next": "/"}
    answer = http.post(f"{origin}/dang-nhap", data=form, headers={"Origin": origin}, follow_redirects=True)
    code = country.code_for(PHONE, since)
    form = {"otp": code, "csrfmiddlewaretoken": _token(answer.text)}
    answer = http.post(str(answer.url), data=form, headers={"Origin": origin}, follow_redirects=True)
    if "/dang-nhap" in str(answer.url):
        raise SystemExit("the bench could not sign in")


def _token(page: str) -> str:
    return page.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]


if __name__ == "__main__":
    sys.exit(main())
