"""What a tree of processes has used, read from /proc: CPU (user + system) and memory (PSS)."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """`pid` and all that live under it."""
    try:
        root = psutil.Process(pid)
        return [pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def seconds(pid: int) -> float:
    """CPU seconds of a process tree so far; what ended children used is in their parent's count."""
    return sum(_seconds(Path(f"/proc/{member}/stat"), children=True) for member in tree(pid))


def first_thread(pid: int) -> float:
    """CPU seconds of the first thread of one process: an event loop without what its thread pools do."""
    return _seconds(Path(f"/proc/{pid}/task/{pid}/stat"), children=False)


def _seconds(stat: Path, *, children: bool) -> float:
    try:
        # Fields after the program's name, which may hold blanks: utime, stime, cutime, cstime are 14 to 17.
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if children else 13])) / _TICK


def memory_mib(pid: int) -> float:
    """PSS of a whole tree, MiB: shared pages are counted once."""
    return sum(psutil.Process(member).memory_full_info().pss for member in tree(pid)) / 2**20
