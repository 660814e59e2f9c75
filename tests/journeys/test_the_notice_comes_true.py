"""The demo is a test too: every step of the notice holds, before and after the date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.play import play
from sandbox.demo.recorder import Recorder
from sandbox.own_country import RunningCountry

pytestmark = pytest.mark.journey


def test_every_step_of_the_notice_holds(country: RunningCountry, chromium: Any, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, lambda _line: None)
    play(country, chromium, recorder)
    assert [f"{s.number}. {s.title}: {s.fault}" for s in recorder.steps if s.fault] == []
    assert len(recorder.steps) >= 18
