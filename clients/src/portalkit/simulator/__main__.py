"""`python -m portalkit.simulator [PORT [REGISTER_PORT]]`: runs until Ctrl-C; says which settings a portal needs."""

from __future__ import annotations

import sys
import threading

from portalkit.simulator.server import Simulator


def main(words: list[str]) -> int:
    """Exit code 0 after Ctrl-C."""
    ports = [int(word) for word in words[:2]] + [0, 0]
    simulator = Simulator(ports[0], ports[1])
    sys.stdout.write(f"issuer {simulator.issuer}\nregister {simulator.register}\nperson {simulator.person.name}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        simulator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
