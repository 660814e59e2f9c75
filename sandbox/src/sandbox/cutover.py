"""`motcua cutover`: sets the legal date of the running country. Plays proposer and approver at once, and says so."""

from __future__ import annotations

from sandbox import running
from sandbox.country import NATIONAL, Deployment
from sandbox.places import Fault, Places
from sandbox.processes import run_to_end


def run(places: Places, *, at: str, kind: str) -> int:
    """Asks the national portal for a new policy through its own verb, which knows four eyes and the ten minutes."""
    facts = running.run_facts(places)
    if facts is None:
        raise Fault("nothing is running: ./motcua up")
    url = f"postgresql://{NATIONAL.name}:{places.secret('db-national')}@127.0.0.1:{places.base + 9}/{NATIONAL.name}"
    country = Deployment(places, {NATIONAL.name: url}, facts["run_id"])
    words = NATIONAL.words("policy", "sandbox-cutover", "--kind", kind, "--ends-at", at)
    print(run_to_end(words, country.environment(NATIONAL), places.logs / "national.log"), end="")
    return 0
