"""The example shop as a process of its own, on its own database, whole or with one thing broken."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from joserfc.jwk import ECKey

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "shop"
# Few rounds, so that a dozen sign-ins of a check cost nothing; the number of rounds stands in the hash.
ADD_CUSTOMER = (
    "from shop.models import *; from django.contrib.auth.hashers import PBKDF2PasswordHasher as H;"
    "c = Customer.objects.create(login='thu', password=H().encode('Cuahang@2024', 'salt', 1000),"
    " full_name='Lê Thị Thử', birth_date='1985-02-12', phone='0900000999', personal_id='045185000999');"
    "c.orders.create(text='Một bao gạo')"
)


@dataclass(frozen=True)
class Shop:
    origin: str
    issuer_port: int
    register_port: int

    def check(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`motcua rp check` on it."""
        ports = ["--port", str(self.issuer_port), "--register-port", str(self.register_port)]
        command = [sys.executable, "-m", "portalkit.check", self.origin, *ports, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="session")
def opened(make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The shop's environment, with its tables made and one customer in them."""
    database, folder = urlsplit(make_database("shop")), tmp_path_factory.mktemp("shop")
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    (folder / "key.json").write_text(json.dumps(key.as_dict(private=True)))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{EXAMPLE}{os.pathsep}{HERE}",
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "SHOP_SECRET": secrets.token_urlsafe(32),
        "SHOP_ORIGIN": "http://127.0.0.1",
        "SHOP_EID_ISSUER": "http://127.0.0.1",
        "SHOP_EID_REGISTER": "http://127.0.0.1",
        "SHOP_EID_KEY_FILE": str(folder / "key.json"),
        "SHOP_DB_HOST": str(database.hostname),
        "SHOP_DB_PORT": str(database.port),
        "SHOP_DB_NAME": database.path.lstrip("/"),
        "SHOP_DB_USER": str(database.username),
        "SHOP_DB_PASSWORD": unquote(str(database.password)),
        "SHOP_CHECKED": "1",
    }
    for words in (["migrate", "--run-syncdb", "-v", "0"], ["shell", "-v", "0", "-c", ADD_CUSTOMER]):
        manage = [sys.executable, str(EXAMPLE / "manage.py"), *words]
        subprocess.run(manage, env=environment, check=True, timeout=60, capture_output=True)
    return environment | {"url": database.geturl()}


@pytest.fixture(scope="session")
def first_day(opened: dict[str, str]) -> Callable[[], None]:
    """Brings the shop's tables back to its first day."""
    with psycopg.connect(opened["url"]) as connection:
        rows = connection.execute("select * from shop_customer").fetchall()

    def restore() -> None:
        with psycopg.connect(opened["url"], autocommit=True) as connection:
            connection.execute("truncate shop_customer, shop_order, shop_seen")
            for row in rows:
                connection.execute(f"insert into shop_customer values ({', '.join(['%s'] * len(row))})", row)

    return restore


@pytest.fixture(scope="session")
def open_shop(opened: dict[str, str], first_day: Callable[[], None]) -> Callable[..., object]:
    """The shop as on its first day, whole or with one thing broken."""

    @contextmanager
    def shop(broken: str = "") -> Iterator[Shop]:
        first_day()
        port, issuer_port, register_port = free_ports(3)
        places = {
            "SHOP_ORIGIN": f"http://127.0.0.1:{port}",
            "SHOP_EID_ISSUER": f"http://127.0.0.1:{issuer_port}",
            "SHOP_EID_REGISTER": f"http://127.0.0.1:{register_port}",
            "SHOP_BROKEN": broken,
        }
        words = ["runserver", "--noreload", "--skip-checks", "-v", "0", f"127.0.0.1:{port}"]
        child = subprocess.Popen(
            [sys.executable, "-m", "broken_shop", *words],
            env={name: value for name, value in opened.items() if name != "url"} | places,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            yield Shop(places["SHOP_ORIGIN"], issuer_port, register_port)
        finally:
            child.terminate()
            child.wait(20)

    return shop
