"""Tests that run in a process of their own and are reported in this one.

A process holds one Django project, and other systems are Django too. When pytest is asked for more than this folder,
its tests are collected by name only, run together in a child, and each takes its outcome from the child's report.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
REPORTS = pytest.StashKey[dict[tuple[str, str], list[str]]]()


class FailedElsewhere(Exception):
    """What the child process said about a test."""


class ElsewhereItem(pytest.Item):
    """One test function; its parameters are judged together."""

    def runtest(self) -> None:
        """Takes the outcome from the child's report. Raises FailedElsewhere."""
        outcomes = _reports(self.session).get((self.path.stem, self.name))
        if outcomes is None:
            raise FailedElsewhere("the child process did not run this test")
        failures = [text for text in outcomes if text]
        if failures:
            raise FailedElsewhere("\n".join(failures))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The child's own words."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands."""
        return self.path, 0, self.name


class ElsewhereFile(pytest.File):
    """A test module that is read, not imported."""

    def collect(self) -> Iterator[ElsewhereItem]:
        """One item for each test function at the top of the module."""
        for node in ast.parse(self.path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield ElsewhereItem.from_parent(self, name=node.name)


def _reports(session: pytest.Session) -> dict[tuple[str, str], list[str]]:
    """Outcomes by (module, function): for each parameter an empty text, or what failed. The child runs once."""
    if REPORTS not in session.stash:
        asked = [f"{item.path}::{item.name}" for item in session.items if isinstance(item, ElsewhereItem)]
        with tempfile.TemporaryDirectory(prefix="commune-tests-") as folder:
            report = Path(folder, "report.xml")
            words = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *asked]
            environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
            done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if not report.is_file():
                raise FailedElsewhere(done.stdout + done.stderr)
            session.stash[REPORTS] = _read(report)
    return session.stash[REPORTS]


def _read(report: Path) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.attrib["name"].split("[", maxsplit=1)[0]
        module = case.attrib["classname"].rpartition(".")[2]
        faults = [child for child in case if child.tag in ("failure", "error")]
        found.setdefault((module, name), []).append("\n".join(fault.text or "failed" for fault in faults))
    return found
