"""A pytest plugin: the population register of one test, over real HTTP, told what to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dossier_kit import Registry


@pytest.fixture
def registry(register_desk: Any) -> Iterator[Registry]:
    """The register of this test."""
    desk = Registry(register_desk)
    register_desk.handle = desk.handle
    yield desk
    del register_desk.handle
