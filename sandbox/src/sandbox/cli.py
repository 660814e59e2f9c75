"""`motcua`: one verb, one thing. Every fault is one line that says what to do."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from sandbox.places import Fault, Places
from sandbox.postgres import PostgresFault

DEFAULT_PEOPLE = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit code (0 done, 1 a fault, 2 unusable words)."""
    parser = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen, rest = parser.parse_known_args(words)
    if rest and chosen.verb not in {"test", "bench", "rp"}:
        parser.error(f"not understood: {' '.join(rest)}")
    try:
        Places.default().trust_own_ca()
        code: int = _VERBS[chosen.verb](chosen, rest)
    except (Fault, PostgresFault) as fault:
        print(f"motcua: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("motcua: interrupted", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./motcua", description="The whole e-ID landscape on one machine.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    up = verbs.add_parser("up", help="start the country; Ctrl-C ends it")
    up.add_argument("--detach", action="store_true", help="leave it running in the background; `down` ends it")
    up.add_argument("--tls", action="store_true", help="https addresses with a local CA, for a country made anew")
    up.add_argument("--people", type=int, default=DEFAULT_PEOPLE, help="made-up people in the register")
    verbs.add_parser("down", help="end the country, leave no process")
    verbs.add_parser("status", help="what runs, and where")
    logs = verbs.add_parser("logs", help="what the systems wrote")
    logs.add_argument("name", nargs="?", default="", help="eid, population, national, quangtri, tanthanh, postgres …")
    logs.add_argument("-f", "--follow", action="store_true")
    reset = verbs.add_parser("reset", help="forget every database, key and message of this clone")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    clock = verbs.add_parser("clock", help='show the country\'s time, or move it forward: "2024-06-30 23:59"')
    clock.add_argument("time", nargs="?", default="")
    cutover = verbs.add_parser("cutover", help="set the legal date; plays proposer and approver, and says so")
    cutover.add_argument("--at", required=True, help='"2024-07-01 00:00"')
    cutover.add_argument("--kind", default="citizen", choices=("citizen", "official", "organisation"))
    verbs.add_parser("people", help="the demo people and what each is for")
    verbs.add_parser("demo", help="play the notice in a real browser, on a fresh country, with a picture of every step")
    verbs.add_parser("test", help="every rule, attack and journey; other words go to pytest")
    verbs.add_parser("check", help="format, lint, types, import rules")
    prove = verbs.add_parser("prove", help="long proofs: engines, guards, links, load-faults, mutation, protocol, undo")
    prove.add_argument("name")
    prove.add_argument("--minutes", type=float, default=60)
    prove.add_argument("--only", default="", help="one guard id, a part of a module's path, or words for pytest -k")
    verbs.add_parser("rp", help="`rp check URL`: play good and bad e-ID providers against a portal", add_help=False)
    bench = verbs.add_parser("bench", help="figures beside peers and goals: eid, pages …; other words go to it")
    bench.add_argument("name")
    return parser


def _up(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    places = Places.default()
    if chosen.tls:
        running.choose_tls(places)
    return running.up(places, people_count=chosen.people, detach=chosen.detach)


def _down(_chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    return running.down(running.here())


def _status(_chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    return running.status(running.here())


def _logs(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    return running.logs(running.here(), chosen.name, follow=chosen.follow)


def _reset(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    return running.reset(running.here(), sure=chosen.yes)


def _clock(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import clock

    places = Places.default()
    if not places.clock.exists():
        raise Fault("there is no country yet: ./motcua up")
    moment = clock.move(places, chosen.time) if chosen.time else clock.now(places)
    print(f"{moment:%Y-%m-%d %H:%M:%S} (Asia/Ho_Chi_Minh)")
    return 0


def _cutover(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import cutover, running

    return cutover.run(running.here(), at=chosen.at, kind=chosen.kind)


def _people(_chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import running

    running.print_people()
    return 0


def _demo(_chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox.demo import play

    return play.run(Places.default())


def _test(_chosen: argparse.Namespace, rest: list[str]) -> int:
    from sandbox import proofs

    return proofs.test(Places.default(), rest)


def _check(_chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import proofs

    return proofs.check(Places.default())


def _prove(chosen: argparse.Namespace, _rest: list[str]) -> int:
    from sandbox import engines, guards, load_faults, moves, mutation, proofs, protocol

    campaigns = {
        "engines": engines.prove,
        "guards": guards.prove,
        "links": moves.prove_links,
        "load-faults": load_faults.prove,
        "mutation": mutation.prove,
        "protocol": protocol.prove,
        "undo": moves.prove_undo,
    }
    if chosen.name not in campaigns:
        raise Fault(f"there is no proof named {chosen.name!r}; there is: {', '.join(campaigns)}")
    proofs.prepare(Places.default())
    return campaigns[chosen.name](Places.default(), minutes=chosen.minutes, only=chosen.only)


def _rp(_chosen: argparse.Namespace, rest: list[str]) -> int:
    # The kit is another agency's: it runs as a process of its own.
    if rest[:1] != ["check"]:
        raise Fault("say `./motcua rp check URL`: it plays good and bad e-ID providers against a portal")
    return subprocess.run([sys.executable, "-m", "portalkit.check", *rest[1:]], check=False).returncode


def _bench(chosen: argparse.Namespace, rest: list[str]) -> int:
    from sandbox import proofs

    return proofs.bench(Places.default(), chosen.name, rest)


_VERBS = {
    "up": _up,
    "down": _down,
    "status": _status,
    "logs": _logs,
    "reset": _reset,
    "clock": _clock,
    "cutover": _cutover,
    "people": _people,
    "demo": _demo,
    "test": _test,
    "check": _check,
    "prove": _prove,
    "rp": _rp,
    "bench": _bench,
}

if __name__ == "__main__":
    sys.exit(main())
