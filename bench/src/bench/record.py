"""The one contract of all benches: what is measured, beside which goal, on which machine, at which commit."""

from __future__ import annotations

import json
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "bench/results"


@dataclass(frozen=True)
class Figure:
    """One measured value and its goal; `met` is None when there is no goal. Smaller is better."""

    name: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal


@dataclass(frozen=True)
class Ratio:
    """Our value over a peer's, both measured in this run."""

    name: str
    peer: str
    value: float
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


@dataclass
class Record:
    """What one bench found."""

    name: str
    figures: list[Figure] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    commit: str = field(default_factory=_commit)  # as the bench began, whatever is committed meanwhile
    notes: dict[str, str] = field(default_factory=dict)
    """Rows that could not be measured, each with the reason."""

    def add(self, name: str, value: float, unit: str, goal: float | None = None) -> None:
        figure = Figure(name, round(value, 3), unit, goal)
        self.figures.append(figure)
        print(f"  {name:<58} {figure.value:>9g} {unit:<4} {_against(figure)}", flush=True)

    def compare(self, name: str, peer: str, value: float, goal: float | None = None) -> None:
        ratio = Ratio(name, peer, round(value, 3), goal)
        self.ratios.append(ratio)
        print(f"  {name + ' / ' + peer:<58} {ratio.value:>9g} x    {_against(ratio)}", flush=True)

    def write(self) -> Path:
        """Writes `bench/results/NAME.json`."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        content = {
            "name": self.name,
            "commit": self.commit,
            "machine": machine(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "figures": [asdict(f) | {"met": f.met} for f in self.figures],
            "ratios": [asdict(r) | {"met": r.met} for r in self.ratios],
            "notes": self.notes,
        }
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        return path


def machine() -> str:
    """The machine in one line, without its name."""
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {system}"


def _against(figure: Figure | Ratio) -> str:
    if figure.goal is None:
        return ""
    share = f", {figure.value / figure.goal:.2f} of it" if figure.goal else ""
    return f"goal {figure.goal:g}{share}{'' if figure.met else '  NOT MET'}"
