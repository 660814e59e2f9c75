"""Programs from npm that we did not write: installed from the lock, run by Node, spoken to line by line in JSON."""

from __future__ import annotations

import fcntl
import hashlib
import json
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from design.node import find_node
from eid_harness.relying_party import RelyingParty

FOLDER = Path(__file__).parent.parent / "npm"
SECONDS = 60


def install() -> None:
    """`npm ci` from the lock, once for each lock; several test processes wait for each other."""
    lock = FOLDER / "package-lock.json"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".motcua-stamp"
    with (FOLDER / "node_modules.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        node = find_node()
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = node.run(node.npm_cli, *arguments, cwd=FOLDER)
        assert done.returncode == 0, done.stderr
        stamp.write_text(wanted)


def wish(rp: RelyingParty, **more: Any) -> dict[str, Any]:
    """What the scripts need to know of a client with a key."""
    return {
        "issuer": rp.issuer,
        "client_id": rp.client_id,
        "jwk": rp.key.as_dict(private=True) | {"alg": "ES256"},
        "method": "private_key_jwt",
        "redirect_uri": rp.redirect_uri,
        "scope": "openid",
        "par": True,
        "dpop": "ES256",
    } | more


class Conversation:
    """One run of a script: `say` sends a line of JSON, `hear` waits for one. Ends with the `with` block."""

    def __init__(self, script: str, **opening: Any) -> None:
        install()
        words = [str(find_node().program), str(FOLDER / script)]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=FOLDER
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.errors: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._complain, daemon=True).start()
        self.say(**opening)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def _complain(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)

    def say(self, **words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        line = self.lines.get(timeout=SECONDS)
        assert line, "the script ended: " + "".join(self.errors)[-3000:]
        said: dict[str, Any] = json.loads(line)
        assert "failed" not in said, said["failed"]
        return said

    def __enter__(self) -> Conversation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
