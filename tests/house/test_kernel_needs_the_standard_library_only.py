"""What all agencies share by law depends on nothing that can change under them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

KERNEL = Path(__file__).resolve().parents[2] / "kernel/src/kernel"


def test_kernel_imports_only_the_standard_library_and_itself() -> None:
    foreign = set()
    for path in KERNEL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            foreign |= {
                n for n in names if n.split(".")[0] not in sys.stdlib_module_names and n.split(".")[0] != "kernel"
            }
    assert not foreign
