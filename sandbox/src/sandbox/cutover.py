"""`motcua cutover`: sets the legal date of the running country. Plays proposer and approver at once, and says so."""

from __future__ import annotations

from sandbox import running
from sandbox.country import NATIONAL, POSTGRES_OFFSET, Deployment
from sandbox.places import Fault, Places
from sandbox.postgres import Cluster
from sandbox.processes import run_to_end


def run(places: Places, *, at: str, kind: str) -> int:
    """Asks the national portal for a new policy through its own verb, which knows four eyes and the ten minutes."""
    facts = running.run_facts(places)
    if facts is None:
        raise Fault("nothing is running: ./motcua up")
    cluster = Cluster(places.state / "postgres", places.base + POSTGRES_OFFSET, "")
    url = cluster.database_url(NATIONAL.name, places.secret(f"db-{NATIONAL.name}"))
    country = Deployment(places, {NATIONAL.name: url}, facts["run_id"])
    words = NATIONAL.words("policy", "sandbox-cutover", "--kind", kind, "--ends-at", at)
    print(run_to_end(words, country.environment(NATIONAL), places.logs / "national.log"), end="")
    return 0
