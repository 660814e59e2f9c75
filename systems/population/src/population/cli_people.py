"""``population people …``: records of people in, out, and what operators write about them."""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, BinaryIO

from kernel import country_time, personal_id
from kernel.personal_id import PersonalIdFormat
from population import loading
from population.people import import_rows
from population.people.changes import Change
from population.storage import database, feed, people

SAY_EVERY_SECONDS = 5.0


def add_to(verbs: Any) -> None:
    """The parsers of ``people``."""
    people_ = verbs.add_parser("people", help="records of people").add_subparsers(dest="action", required=True)
    importing_people = people_.add_parser("import", help="NDJSON, from a file or -: all of it or nothing")
    importing_people.add_argument("file")
    importing_people.add_argument("--first", action="store_true", help="no number is there yet: faster")
    exporting = people_.add_parser("export", help="every record as NDJSON into a new file that only its owner can read")
    exporting.add_argument("file")
    state = people_.add_parser("set-state", help="write a death, a cancellation, a merge; or live again")
    state.add_argument("personal_id")
    state.add_argument("state", choices=["live", "dead", "cancelled", "merged"])
    state.add_argument("--into", help="the number that a merged one became")
    state.add_argument("--since", help="the date of the fact (default: the country's today)", type=date.fromisoformat)
    renumbering = people_.add_parser("renumber", help="another number for a person; the old one leads there")
    renumbering.add_argument("personal_id")
    renumbering.add_argument("new_personal_id")
    splitting = people_.add_parser("split", help="tell subscribers that a record was of two people")
    splitting.add_argument("personal_id")
    splitting.add_argument("other_personal_id", help="the number under which the other person was imported")


async def run(opened: database.Database, given: argparse.Namespace) -> int:
    """Do what was asked. Returns the exit code."""
    if given.action in _ACTS:
        return await _ACTS[given.action](opened, given)
    if given.action == "export":
        return await _export(opened, given.file)
    with _input(given.file) as file:
        report = await loading.load(opened, import_rows.lines_of(file), first=given.first, say=_progress())
    if report.faulty:
        for fault in report.faults:
            print(fault, file=sys.stderr)
        print(f"{report.faulty} of {report.read + report.faulty} lines are wrong: nothing was kept", file=sys.stderr)
        return 1
    print(f"{report.read} people read, {report.changed} new or changed")
    return 0


@contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with open(name, "rb") as file:
            yield file


async def _export(opened: database.Database, name: str) -> int:
    digest, count, say = hashlib.sha256(), 0, _progress()
    part = f"{name}.part"
    # guard: npd-export-is-for-its-owner
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for line in people.export(opened):
                file.write(line)
                digest.update(line)
                count += 1
                say(count)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, name)  # fails where a file of that name is there
    finally:
        os.unlink(part)
    print(f"{count} people written, sha256 {digest.hexdigest()}")
    return 0


def _progress() -> Callable[[int], None]:
    began = said = time.monotonic()

    def say(read: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= SAY_EVERY_SECONDS:
            said = now
            print(f"{read:,} people read, {read / (now - began):,.0f} a second", file=sys.stderr, flush=True)

    return say


async def _set_state(opened: database.Database, given: argparse.Namespace) -> int:
    try:
        number = personal_id.normalise(given.personal_id)
        into = personal_id.normalise(given.into) if given.into else None
    except PersonalIdFormat as error:
        print(error, file=sys.stderr)
        return 2
    if (given.state == "merged") != (into is not None):
        print("--into goes with the state merged", file=sys.stderr)
        return 2
    since = given.since or country_time.today()
    async with opened.transaction() as connection:
        if not await people.set_state(opened, connection, number, given.state, since=since, merged_into=into):
            print("no record has that number", file=sys.stderr)
            return 1
    print(f"written: {given.state}")
    return 0


async def _renumber(opened: database.Database, given: argparse.Namespace) -> int:
    try:
        old, new = personal_id.normalise(given.personal_id), personal_id.normalise(given.new_personal_id)
    except PersonalIdFormat as error:
        print(error, file=sys.stderr)
        return 2
    async with opened.transaction() as connection:
        if not await people.renumber(opened, connection, old, new, since=country_time.today()):
            print("the first number has no living record, or the second has one", file=sys.stderr)
            return 1
    print("written: renumbered")
    return 0


async def _split(opened: database.Database, given: argparse.Namespace) -> int:
    try:
        number, other = personal_id.normalise(given.personal_id), personal_id.normalise(given.other_personal_id)
    except PersonalIdFormat as error:
        print(error, file=sys.stderr)
        return 2
    async with opened.transaction() as connection:
        found = [await people.locked(opened, connection, one) for one in sorted({number, other})]
        if len(found) < 2 or None in found:
            print("two numbers that have a record are expected", file=sys.stderr)
            return 1
        await feed.write(opened, connection, [Change("record-split", number, {"other_personal_id": other})])
    print("written: split")
    return 0


_ACTS = {"set-state": _set_state, "renumber": _renumber, "split": _split}
