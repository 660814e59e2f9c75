"""The messages, in order of arrival, in memory and in one file so that a restart shows them again."""

from __future__ import annotations

import json
import os
import threading
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT = 2000


@dataclass(frozen=True)
class Message:
    """One message as it was handed over. `channel` is `sms` or `email`; `at` is the real clock, ISO 8601."""

    id: int
    channel: str
    to: str
    sender: str
    subject: str
    text: str
    at: str

    def as_json(self) -> dict[str, object]:
        facts = asdict(self)
        facts["from"] = facts.pop("sender")
        return facts


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


class Store:
    """Keeps the newest messages; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._messages: list[Message] = []
        if path.exists():
            rows = path.read_text().splitlines()[-KEPT:]
            self._messages = [Message(**json.loads(row)) for row in rows]

    def add(self, channel: str, to: str, sender: str, subject: str, text: str) -> Message:
        with self._lock:
            number = self._messages[-1].id + 1 if self._messages else 1
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            message = Message(number, channel, to, sender, subject, _plain(text), at)
            self._messages = [*self._messages[-KEPT + 1 :], message]
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as sink:
                sink.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
            return message

    def find(self, to: str = "", since: int = 0) -> list[Message]:
        """Messages after number `since`, to `to` when it is given; newest last."""
        return [m for m in self._messages if m.id > since and (not to or m.to == to)]
