"""`bench eid`: what the e-ID's protocol costs, beside npm oidc-provider and Keycloak on the same machine, in turns.

CPU is user + system time of the server's and the database's process trees, from /proc; the client's is left out.
Every figure is the median of three rounds in which the providers take turns. Each peer is tried in two
configurations first and the cheaper one goes on. `--accounts` and `--grants`: how full the tables are at the end
(10000000 and 50000000 for a country: 45 GiB). A flow that misses its goal gets the profile of its worker beside it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import cpu, plot
from bench.load import drive, flows
from bench.load.drive import Flow, Measured
from bench.load.flows import WrongAnswer
from bench.load.sign_in import SignIn
from bench.load.target import Target
from bench.providers import filling, keycloak, oidc_provider, profiling
from bench.providers.eid import Eid
from bench.providers.provider import NotRun, Provider
from bench.record import Record

PORT_BASE = 9700
ROUNDS = 3
PEERS = ("oidc-provider, PostgreSQL", "oidc-provider, in memory", "Keycloak")
#: A JVM compiles what it runs often; nothing is measured before it had this many seconds of each flow.
WARM_UP = {"Keycloak": 15.0}


@dataclass(frozen=True)
class Scenario:
    """One flow; its goal in CPU-ms; the goals of its ratio to each peer; what the metadata must name."""

    name: str
    flow: Flow
    needs: str
    goal: float | None = None
    shares: dict[str, float] = field(default_factory=dict)

    def is_there(self, target: Target) -> bool:
        """Whether the provider says that it has this."""
        member, _, value = self.needs.partition("=")
        found = target.metadata.get(member)
        return bool(found) and (not value or value in list(found or ()))


FIFTH, HALF = 0.2, 0.5
SSO = Scenario(
    "SSO flow, private_key_jwt",
    flows.sso,
    "token_endpoint",
    0.6,
    {PEERS[0]: FIFTH, PEERS[1]: HALF, PEERS[2]: FIFTH},
)
SCENARIOS = (
    SSO,
    Scenario("FAPI 2 flow, PAR and DPoP", flows.fapi2, "pushed_authorization_request_endpoint", 1.2, {PEERS[0]: FIFTH}),
    Scenario("refresh with DPoP", flows.refresh, "grant_types_supported=refresh_token", 0.35),
    Scenario("client credentials", flows.client_credentials, "grant_types_supported=client_credentials"),
    Scenario("introspection", flows.introspection, "introspection_endpoint"),
    Scenario("JWKS", flows.jwks, "jwks_uri"),
)


def main() -> int:
    """Runs the bench; 0 when it could be measured, whether or not a goal was met."""
    chosen = _arguments()
    record = Record("eid")
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    running: list[Provider] = []
    try:
        ours = Eid(folder / "eid", chosen.port_base)
        running.append(ours)
        targets = [ours.start()]
        if not chosen.alone:
            targets += _peers(record, folder, chosen, running)
        _compare(record, targets, chosen.seconds)
        record.write()
        for peer in running[1:]:
            peer.stop()
        _explain(record, ours, targets[0], folder, chosen.seconds)
        targets[0] = ours.again(targets[0], workers=1)
        _alone(record, ours, targets[0], chosen.seconds)
        record.write()
        _two_workers(record, ours, targets[0], chosen.seconds)
        record.write()
        _full_tables(record, ours, targets[0], chosen)
    finally:
        for provider in running:
            provider.stop()
        shutil.rmtree(folder, ignore_errors=True)
    record.add("load average of the machine at the end", os.getloadavg()[0], "")
    print(f"{record.write()}\n{plot.draw(record)}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./motcua bench eid")
    parser.add_argument("--accounts", type=int, default=200_000, help="accounts in the full tables")
    parser.add_argument("--grants", type=int, default=1_000_000, help="grants in the full tables")
    parser.add_argument("--alone", action="store_true", help="without peers")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one measurement")
    parser.add_argument("--without", action="append", default=[], choices=PEERS, help="a peer that is left out")
    parser.add_argument("--port-base", type=int, default=PORT_BASE)
    return parser.parse_args()


def _peers(record: Record, folder: Path, chosen: argparse.Namespace, running: list[Provider]) -> list[Target]:
    """Start each peer in the better of its two configurations; say so where one cannot run."""
    makers: tuple[tuple[str, Callable[..., Provider], dict[str, dict[str, object]]], ...] = (
        (PEERS[0], oidc_provider.OidcProvider, oidc_provider.DURABLE),
        (PEERS[1], oidc_provider.OidcProvider, oidc_provider.IN_MEMORY),
        (PEERS[2], keycloak.Keycloak, keycloak.CONFIGURATIONS),
    )
    found: list[Target] = []
    base = chosen.port_base + 10
    for name, make, configurations in makers:
        if name in chosen.without:
            record.notes[name] = "not run: left out by --without"
            print(f"  {name}: {record.notes[name]}")
            continue
        tried: list[tuple[float, Target, Provider]] = []
        for number, (label, settings) in enumerate(configurations.items()):
            provider = make(name, folder / f"{len(found)}-{base}-{number}", base, settings)
            running.append(provider)
            base += 5
            try:
                target = provider.start()
                cost = drive.run(target, flows.sso, seconds=chosen.seconds, warm=1 + WARM_UP.get(name, 0)).cpu_ms
            except (NotRun, WrongAnswer, ExceptionGroup) as reason:
                record.notes[f"{name}, {label}"] = f"not run: {reason}"
                print(f"  {name}, {label}: not run: {reason}")
                provider.stop()
                continue
            print(f"  {name}, {label}: {cost:.2f} CPU-ms per SSO flow", flush=True)
            tried.append((cost, target, provider))
        tried.sort(key=lambda one: one[0])
        for _, _, worse in tried[1:]:
            worse.stop()
        found += [target for _, target, _ in tried[:1]]
    return found


def _compare(record: Record, targets: list[Target], seconds: float) -> None:
    rounds: dict[tuple[str, str], list[Measured]] = {}
    for turn in range(ROUNDS):
        for scenario in SCENARIOS:
            for target in targets:
                if not scenario.is_there(target):
                    continue
                warm = 1 + (WARM_UP.get(target.name, 0) if turn == 0 else 0)
                one = drive.run(target, scenario.flow, seconds=seconds, warm=warm)
                rounds.setdefault((scenario.name, target.name), []).append(one)
    ours = targets[0]
    for scenario in SCENARIOS:
        found = {target.name: rounds[scenario.name, target.name] for target in targets if scenario.is_there(target)}
        if ours.name not in found:
            print(f"  {scenario.name}: not there yet")
            continue
        _report(record, scenario, found, ours.name)
    for target in targets:
        record.add(f"memory of one worker, {target.name} (PSS)", cpu.memory_mib(target.server_pid), "MiB",
                   150 if target is ours else None)  # fmt: skip


def _report(record: Record, scenario: Scenario, found: dict[str, list[Measured]], ours: str) -> None:
    mine = median(one.cpu_ms for one in found[ours])
    for name, runs in found.items():
        cost = median(one.cpu_ms for one in runs)
        record.add(f"{scenario.name}, {name}", cost, "CPU-ms", scenario.goal if name == ours else None)
        record.add("   of it the database", median(one.database_ms for one in runs), "CPU-ms")
        record.add("   flows a second", median(one.rate for one in runs), "1/s")
        for share in (50, 95, 99):
            record.add(f"   p{share}, 64 at once", median(drive.percentile(one.latencies, share) for one in runs), "ms")
        if name != ours:
            record.compare(scenario.name, name, mine / cost, scenario.shares.get(name))


def _alone(record: Record, ours: Eid, target: Target, seconds: float) -> None:
    """What only ours is asked for: latency under 70 % of a core, and a whole password sign-in."""
    rate = _rate_of(target, seconds)
    runs = [drive.run(target, flows.sso, users=256, seconds=2 * seconds, rate=rate) for _ in range(ROUNDS)]
    record.add(f"p99 of a request at 70 % of a core ({rate:.0f} flows/s)",
               median(drive.percentile(one.requests, 99) for one in runs), "ms", 25)  # fmt: skip
    record.add("   the worker's share of a core", median(_share(one) for one in runs), "")
    record.add("   its CPU and the database's per flow", median(one.cpu_ms for one in runs), "CPU-ms")
    signed = [drive.in_loop(_sign_in(ours, target, seconds)) for _ in range(ROUNDS)]
    record.add("password sign-in, CPU outside the hash", median(one.cpu_ms for one in signed), "CPU-ms", 3)
    whole = [drive.in_loop(_sign_in(ours, target, seconds, whole=True)) for _ in range(ROUNDS)]
    record.add("   with the hash", median(one.cpu_ms for one in whole), "CPU-ms")


def _rate_of(target: Target, seconds: float, wanted: float = 0.7) -> float:
    """Flows a second that take the worker this share of a core. Few at once make small batches, so a flow costs more
    than it does under full load: the rate is found by trying."""
    most = 1000 * wanted / drive.run(target, flows.sso, seconds=seconds).server_ms
    rate = most / 2
    for _ in range(3):
        one = drive.run(target, flows.sso, users=256, seconds=seconds, rate=rate)
        rate = min(most, rate * wanted / max(0.1, _share(one)))
    return rate


def _share(one: Measured) -> float:
    return one.server_ms * one.rate / 1000


def _explain(record: Record, ours: Eid, target: Target, folder: Path, seconds: float) -> None:
    """For each flow of ours that costs more than its goal: where the CPU goes."""
    missed = [one for one in record.figures if one.met is False]
    for scenario in SCENARIOS:
        if all(one.name != f"{scenario.name}, {ours.name}" for one in missed):
            continue
        idle, busy = folder / "idle", folder / "busy"
        ours.again(target, workers=1, profile=idle)
        ours.interrupt()
        drive.run(ours.again(target, workers=1, profile=busy), scenario.flow, seconds=seconds)
        ours.interrupt()
        record.notes[f"where the CPU of the worker goes: {scenario.name}"] = profile = profiling.read(busy, idle)
        print(f"  {scenario.name}: {profile}", flush=True)


async def _sign_in(ours: Eid, target: Target, seconds: float, *, whole: bool = False) -> Measured:
    async with ours.gateway:
        walk = SignIn(ours.people, ours.gateway)
        clock = cpu.seconds if whole else cpu.first_thread
        return await drive.measure(target, walk, users=8, seconds=seconds, warm=1, clock=clock)


def _two_workers(record: Record, ours: Eid, target: Target, seconds: float) -> None:
    one = [drive.run(target, flows.sso, users=64, seconds=seconds) for _ in range(ROUNDS)]
    pair = ours.again(target, workers=2)
    # Each with as many users as the one had: with half as many, smaller batches would pass for a shared lock.
    two = [drive.run(pair, flows.sso, users=128, seconds=seconds) for _ in range(ROUNDS)]
    single, double = (median(m.cpu_ms for m in runs) for runs in (one, two))
    record.add("SSO flow with two workers, CPU-ms over that of one", double / single, "x", 1.1)
    record.add("   flows a second, one worker", median(m.rate for m in one), "1/s")
    record.add("   flows a second, two workers", median(m.rate for m in two), "1/s")
    record.add("   memory of each of two workers (PSS)", cpu.memory_mib(pair.server_pid) / 2, "MiB", 150)


def _full_tables(record: Record, ours: Eid, target: Target, chosen: argparse.Namespace) -> None:
    accounts, grants, seconds = chosen.accounts, chosen.grants, chosen.seconds
    served = ours.again(target, workers=1)
    before = [drive.run(served, flows.sso, seconds=seconds) for _ in range(ROUNDS)]
    began = time.monotonic()
    try:
        size = filling.fill(ours.postgres.url("eid"), accounts, grants, ours.postgres.folder)
    except filling.NoRoom as reason:
        record.notes[f"{accounts:,} accounts and {grants:,} grants"] = f"not run: {reason}"
        print(f"  {accounts:,} accounts and {grants:,} grants: not run: {reason}")
        return
    took = time.monotonic() - began
    print(
        f"  tables filled: {accounts:,} accounts, {grants:,} grants, {size / 2**30:.2f} GiB, {took:.0f} s", flush=True
    )
    served = ours.again(target, workers=1)  # plans of before know nothing of the new indexes
    drive.run(served, flows.sso, seconds=2 * seconds)
    after = [drive.run(served, flows.sso, seconds=seconds) for _ in range(ROUNDS)]
    cost = median(m.cpu_ms for m in after) / median(m.cpu_ms for m in before)
    record.add(f"SSO flow with {accounts:,} accounts and {grants:,} grants, over empty tables", cost, "x", 1.15)


if __name__ == "__main__":
    sys.exit(main())
