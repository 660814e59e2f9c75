"""argon2 off the event loop: as many at once as there are cores, and a bounded queue before them."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from eid.authenticators import password
from eid.browser import refusals
from eid.browser.refusals import Refused

MAX_WAITING = 200


class Hashing:
    """A flood of sign-ins waits here, and beyond the bound is told to come back; other requests go on."""

    def __init__(self, threads: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="argon2")
        self._waiting = 0

    async def verify(self, stored: str | None, typed: str) -> bool:
        """Whether `typed` fits; the same work without a stored hash. Raises Refused (503) in a flood."""
        if self._waiting >= MAX_WAITING:
            raise Refused(refusals.UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE)
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, password.verify, stored, typed)
        finally:
            self._waiting -= 1

    async def hash(self, typed: str) -> str:
        """A new hash."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, password.hash_password, typed)
