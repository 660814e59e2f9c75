"""The assets are built once before the tests that look at pages; the browser comes from `sandbox.testing`."""

from __future__ import annotations

import pytest

from design.build import build


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    build()
