"""Runs steps one after another: first what must hold, then the picture. A failing step keeps its picture too."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step as it went. `fault` is empty when everything that the notice promises was there."""

    number: int
    title: str
    promise: str
    where: str
    picture: str
    seconds: float
    fault: str = ""


@dataclass
class Recorder:
    """Collects the steps of one demo in `folder`."""

    folder: Path
    say: Callable[[str], None]
    steps: list[Step] = field(default_factory=list)

    def step(self, page: Any, title: str, promise: str, where: str, act: Callable[[], None]) -> bool:
        """Acts and asserts, takes the picture, remembers; returns whether the step held.

        Args:
            page: the browser's page that the picture shows.
            title: what the person does, in Vietnamese.
            promise: what must be seen, in Vietnamese.
            where: the system's name as people know it.
            act: does it and raises AssertionError (or a browser's time-out) when the promise is broken.
        """
        number, began, fault = len(self.steps) + 1, time.monotonic(), ""
        try:
            act()
        except Exception as broken:  # whatever went wrong belongs into the report, with its picture
            fault = "".join(traceback.format_exception_only(broken)).strip().splitlines()[0]
            (self.folder / f"{number:02}.txt").write_text(traceback.format_exc())
        picture = f"{number:02}.png"
        try:
            page.screenshot(path=str(self.folder / picture), full_page=True)
        except Exception as broken:
            fault = fault or f"no picture: {broken}"
        self.steps.append(Step(number, title, promise, where, picture, time.monotonic() - began, fault))
        self.say(f"  {'✗' if fault else '✓'} {number:2}. {title} ({self.steps[-1].seconds:.1f} s)")
        if fault:
            self.say(f"       {fault}")
        return not fault
