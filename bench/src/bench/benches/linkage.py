"""`bench linkage`: precision and recall on labelled bases, time and memory by size, beside plain peers.

`BENCH_LINKAGE_PARTS` (quality, million, speed, peers) chooses parts, `BENCH_LINKAGE_SIZES` the thousands of accounts of
the speed part (100,1000,5000), `BENCH_LINKAGE_ACCOUNTS` the thousands of the part million, `BENCH_LINKAGE_LONGEST` how
many seconds a peer may take (900); bases are kept in `.motcua/bench-linkage` and made once.
"""

from __future__ import annotations

import os
import shutil
import sys

from bench.linkage import million, peers
from bench.linkage.quality import Judged, known, named_right, ours
from bench.linkage.running import dry_run, made
from bench.record import ROOT, Record
from synthetic import bases

PLACE = ROOT / ".motcua/bench-linkage"
OPEN_SEED = 20240504
PEOPLE = 800_000
PEOPLE_TO_AN_ACCOUNT = 4


def main() -> int:
    """Runs the parts; 0 when they could be measured, whether or not a goal was met. Each part has a file of results."""
    chosen = os.environ.get("BENCH_LINKAGE_PARTS", "quality,million,speed,peers").split(",")
    sizes = [int(size) for size in os.environ.get("BENCH_LINKAGE_SIZES", "100,1000,5000").split(",")]
    for part in chosen:
        record = Record(f"linkage-{part}")
        if part == "quality":
            for times in (1, 2):
                _quality(record, times)
        elif part == "speed":
            _speed(record, sizes)
        elif part == "million":
            _million(record, int(os.environ.get("BENCH_LINKAGE_ACCOUNTS", "1000")))
        else:
            _peers(record)
        print(record.write())
    return 0


def _quality(record: Record, times: int) -> None:
    """Half of the labelled people come from a seed that nobody prints."""
    print(f"labelled benchmark, noise x{times}: {2 * PEOPLE:,} people, half of them from a hidden seed")
    runs = []
    for half, seed in (("open", OPEN_SEED), ("hidden", bases.hidden_seed(PLACE))):
        base = made(PLACE / f"{half}-x{times}", people=PEOPLE, accounts=None, seed=seed, times=times)
        work = PLACE / f"work-{half}-x{times}"
        dry_run(base, work)
        runs.append((base, work))
    judged, note = Judged(runs), f"noise x{times}"
    found = judged.quality()
    record.add(f"exact, wrong of {found.exact:,}, {note}", 1e4 * found.exact_wrong / found.exact, "1e-4", 1)
    missed = 100 * (1 - found.clean_exact / found.clean)
    record.add(f"exact, missed of {found.clean:,} clean accounts, {note}", missed, "%", 3)
    for what, right in (
        ("not exact", found.owned_exact),
        ("not known without a guess", found.owned_automatic),
        ("not named or wrong", found.owned_named),
    ):
        record.add(f"all {found.owned:,} accounts, {what}, {note}", 100 * (1 - right / found.owned), "%")
    wrong = 1e4 * found.automatic_wrong / found.automatic
    record.add(f"automatic, wrong of {found.automatic:,}, {note}", wrong, "1e-4", 1)
    record.add(f"probable, wrong of {found.probable:,}, {note}", 100 * found.probable_wrong / found.probable, "%")
    for kind in judged.kinds():
        missed = 100 * (1 - kind.automatic / kind.accounts)
        record.add(f"{kind.name} ({kind.accounts:,}), not known without a guess, {note}", missed, "%")
        missed = 100 * (1 - (kind.automatic + kind.probable) / kind.accounts)
        record.add(f"{kind.name}, neither known nor probable, {note}", missed, "%")
        record.add(f"{kind.name}, automatic and wrong, {note}", kind.wrong, "", 0)


def _million(record: Record, thousands: int) -> None:
    """From files to report, ledger and reconciliation, and once more: nothing may differ."""
    accounts = thousands * 1_000
    people = accounts * PEOPLE_TO_AN_ACCOUNT
    print(f"end to end: {accounts:,} accounts, {people:,} people, twice")
    base = made(PLACE / f"speed-{thousands}", people=people, accounts=accounts, seed=OPEN_SEED)
    first = million.run(base, PLACE / "million-1")
    second = million.run(base, PLACE / "million-2", key_of=PLACE / "million-1")
    for name, cost in first.costs.items():
        record.add(f"{name}", cost.wall, "s")
        record.add(f"{name}, CPU", cost.cpu, "s")
        record.add(f"{name}, memory", cost.gib, "GiB", 4)
    record.add("end to end", sum(cost.wall for cost in first.costs.values()), "s")
    record.add("end to end, CPU", sum(cost.cpu for cost in first.costs.values()), "s")
    record.add(f"accounts of {accounts:,} that are not in exactly one class", accounts - first.accounts, "", 0)
    record.notes["reconcile"] = f"{first.checks} checks, nothing lost, nothing twice"
    differs = million.differing(first, second)
    record.add(f"files of {len(first.left)} that differ when it is run again", len(differs), "", 0)
    if differs:
        record.notes["differing"] = ", ".join(differs[:8])


def _speed(record: Record, thousands: list[int]) -> None:
    costs: dict[int, float] = {}
    for size in thousands:
        accounts = size * 1_000
        people = accounts * PEOPLE_TO_AN_ACCOUNT
        base = made(PLACE / f"speed-{size}", people=people, accounts=accounts, seed=OPEN_SEED)
        taking, classifying = dry_run(base, PLACE / f"work-speed-{size}")
        name = f"{accounts / 1e6:g} M accounts x {people / 1e6:g} M people"
        largest = size == 5_000
        record.add(f"classify {name}", classifying.wall, "s", 60 if largest else None)
        record.add(f"classify {name}, CPU", classifying.cpu, "s")
        record.add(f"classify {name}, memory", classifying.gib, "GiB", 4 if largest else None)
        record.add(f"ingest {name}, CPU", taking.cpu, "s")
        costs[size] = classifying.cpu / accounts * 1e6
        record.add(f"classify {name}, CPU for each account", costs[size], "us")
    if len(costs) > 1:
        spread = max(costs.values()) / min(costs.values())
        record.add("CPU for an account, the dearest size over the cheapest", spread, "x", 1.2)


def _peers(record: Record) -> None:
    """Each peer names its best person above its threshold. Beside that stands everybody whom the dry run names, also
    those whom it only tells to an operator: what links without a question ("known without a guess") is fewer and surer.
    """
    python = peers.environment(PLACE / "peers-environment")
    for task, names in peers.TASKS.items():
        label = f"{task.accounts:,} x {task.people:,}"
        print(f"peers: {label}")
        base = made(PLACE / task.folder, people=task.people, accounts=task.accounts, seed=OPEN_SEED)
        work = PLACE / f"work-{task.folder}"
        shutil.rmtree(work, ignore_errors=True)  # a peer reads the files too, each time
        taking, classifying = dry_run(base, work)
        mine = peers.Peer("linkage", taking + classifying, *named_right(base, ours(base, work)))
        _right(record, mine, label)
        surely = peers.Peer("linkage, known without a guess", None, *named_right(base, known(base, work)))
        _right(record, surely, label)
        for name in names:
            peer = peers.measured(name, python, base, PLACE / f"{task.folder}-{name}.parquet")
            if peer.cost is None:
                print(f"  {name}: {peer.why}")
                record.notes[name] = peer.why
            else:
                _right(record, peer, label)
                _beside(record, mine, peer)


def _right(record: Record, one: peers.Peer, label: str) -> None:
    if one.cost is not None:
        record.add(f"{one.name}, {label}", one.cost.wall, "s")
        record.add(f"{one.name}, {label}, CPU", one.cost.cpu, "s")
        record.add(f"{one.name}, {label}, memory", one.cost.gib, "GiB")
    record.add(f"{one.name}, {label}, wrong of those named", 100 - one.precision, "%")
    record.add(f"{one.name}, {label}, not named or wrong", 100 - one.recall, "%")


def _beside(record: Record, mine: peers.Peer, peer: peers.Peer) -> None:
    if mine.cost is None or peer.cost is None:
        return
    record.compare("time, linkage", peer.name, mine.cost.wall / peer.cost.wall, 1)
    record.compare("CPU, linkage", peer.name, mine.cost.cpu / peer.cost.cpu, 1)
    wrong = _over(100 - mine.precision, 100 - peer.precision)
    record.compare("wrong of those named, linkage", peer.name, wrong, 1)
    record.compare("not named or wrong, linkage", peer.name, _over(100 - mine.recall, 100 - peer.recall), 1)


def _over(ours_: float, theirs: float) -> float:
    """A ratio of two shares of faults; no fault on either side is 1."""
    return 1.0 if ours_ == theirs else ours_ / max(theirs, 1e-3)


if __name__ == "__main__":
    sys.exit(main())
