"""Child processes of the supervisor: started with closed input, logged to a file, ended together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sandbox.places import Fault

PR_SET_PDEATHSIG = 1
END_SECONDS = 12


def _die_with(parent: int) -> None:
    # Linux only; elsewhere a killed supervisor leaves its children to `./motcua down`.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above: nobody would send the signal any more
            os._exit(1)


@dataclass
class Process:
    """One long-running process of a system."""

    name: str
    words: list[str]
    environment: dict[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as sink:
            self.popen = subprocess.Popen(
                self.words,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=partial(_die_with, os.getpid()),  # noqa: PLW1509 - one prctl, no lock is taken
            )

    @property
    def ended(self) -> int | None:
        """The exit code once it has ended."""
        return self.popen.poll() if self.popen else None

    @property
    def pid(self) -> int:
        return self.popen.pid if self.popen else 0


def end_together(processes: Sequence[Process]) -> list[str]:
    """Asks all to end, waits, ends what did not by force (with its group); returns the names that had to be forced."""
    running = [p for p in processes if p.popen and p.ended is None]
    for process in running:
        _signal_group(process.pid, signal.SIGTERM)
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until and any(p.ended is None for p in running):
        time.sleep(0.05)
    forced = [p for p in running if p.ended is None]
    for process in forced:
        _signal_group(process.pid, signal.SIGKILL)
        if process.popen:
            process.popen.wait(5)
    return [p.name for p in forced]


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def run_to_end(
    words: list[str], environment: dict[str, str], log: Path, *, feed: Path | None = None, seconds: int = 600
) -> str:
    """Runs a system's verb to its end; returns what it printed.

    Raises:
        Fault: it failed, with its last line and the log's name.
    """
    with log.open("ab") as sink, open(feed or os.devnull, "rb") as source:
        try:
            done = subprocess.run(
                words, env=environment, stdin=source, stdout=subprocess.PIPE, stderr=sink, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise Fault(
                f"`{Path(words[0]).name} {' '.join(words[1:3])}` took more than {seconds} s; see {log}"
            ) from None
        sink.write(done.stdout)
    if done.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        last = lines[-1] if lines else "no output"
        raise Fault(f"`{Path(words[0]).name} {' '.join(words[1:3])}` failed: {last} (see {log})")
    return done.stdout.decode()
