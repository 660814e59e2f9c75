"""No system's role may enter another system's database; no connection without a password."""

import psycopg
import pytest

from sandbox.postgres import Cluster


def test_a_role_cannot_connect_to_another_systems_database(postgres_cluster: Cluster) -> None:
    mine = postgres_cluster.create_database("house_a", "secret-a")
    postgres_cluster.create_database("house_b", "secret-b")
    psycopg.connect(mine).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(mine.rsplit("/", 1)[0] + "/house_b")


def test_a_wrong_or_missing_password_is_refused(postgres_cluster: Cluster) -> None:
    postgres_cluster.create_database("house_c", "secret-c")
    for url in (
        f"postgresql://house_c:wrong@127.0.0.1:{postgres_cluster.port}/house_c",
        f"postgresql://house_c@127.0.0.1:{postgres_cluster.port}/house_c",
    ):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
