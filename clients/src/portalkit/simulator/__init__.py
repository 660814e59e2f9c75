"""The e-ID and the register on one's own machine, for developing a portal and for `rp check`: good, bad on demand.

Owns: one made-up person who signs in at once, tokens of the real shape, named faults. Does not own: any page or
account; the real provider is `eid`. Serves: the same specs as the kit. Loopback only.
"""

from portalkit.simulator.faults import FAULTS, Fault
from portalkit.simulator.server import Simulator

__all__ = ["FAULTS", "Fault", "Simulator"]
