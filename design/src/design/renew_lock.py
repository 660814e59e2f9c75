"""`python -m design.renew_lock`: makes package-lock.json anew from package.json, hashes kept, addresses taken out."""

from __future__ import annotations

import json
import sys

from design.build import MEMBER, say
from design.node import find_node

ADDRESSES = ("resolved", "funding")


def main() -> int:
    node = find_node()
    lock = MEMBER / "package-lock.json"
    lock.unlink(missing_ok=True)
    done = node.run(
        node.npm_cli, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", cwd=MEMBER
    )
    if done.returncode:
        sys.stderr.write(f"design: npm failed: {done.stderr.strip().splitlines()[0]}\n")
        return 1
    content = json.loads(lock.read_text(encoding="utf-8"))
    for entry in content["packages"].values():
        for name in ADDRESSES:
            entry.pop(name, None)
    lock.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    say(f"{len(content['packages']) - 1} packages locked")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
