"""The page that a demo leaves: counts, then each step with its promise and its picture. Opens from disk."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from design import asset_url, static_dir
from design.page_request import PageRequest, answering
from sandbox.demo.recorder import Step
from sandbox.outbox import page


def write(folder: Path, steps: list[Step], seconds: float, began: datetime, people: int) -> Path:
    """Writes `index.html` and the assets it needs beside the pictures; returns its path."""
    static = folder / "static"
    shutil.rmtree(static, ignore_errors=True)
    shutil.copytree(static_dir(), static)
    pages = page.templates()
    # Opened as a file, the page finds its assets beside itself.
    pages.globals["asset_url"] = lambda name: asset_url(name, "static/")
    with answering(PageRequest()):
        text = pages.get_template("demo.html").render(
            steps=steps,
            seconds=seconds,
            began=began,
            people=people,
            failed=[s for s in steps if s.fault],
            navigation=[],
        )
    path = folder / "index.html"
    path.write_text(text, encoding="utf-8")
    return path
