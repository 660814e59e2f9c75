"""`python -m sandbox.outbox`: one process, HTTP and SMTP."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import uvicorn

from sandbox.outbox.app import create_app
from sandbox.outbox.mail import start_smtp
from sandbox.outbox.store import Store


def _address(name: str) -> tuple[str, int]:
    host, _, port = os.environ[name].rpartition(":")
    if host not in ("127.0.0.1", "::1"):
        raise SystemExit(f"{name} must be on loopback: the outbox shows everybody's codes")
    return host, int(port)


async def _serve() -> None:
    store = Store(Path(os.environ["OUTBOX_FILE"]))
    host, port = _address("OUTBOX_LISTEN")
    app = create_app(store, os.environ["OUTBOX_TOKEN"], os.environ["OUTBOX_ORIGIN"], os.environ["MOTCUA_RUN_ID"])
    smtp = start_smtp(store, *_address("OUTBOX_SMTP_LISTEN"))
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    try:
        await uvicorn.Server(config).serve()
    finally:
        smtp.stop(no_assert=True)


asyncio.run(_serve())
