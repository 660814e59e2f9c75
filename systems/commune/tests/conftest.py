"""Commune tests: Django over a real PostgreSQL with the seeded site, at the minute of the notice.

Asked for together with other systems, the tests run in a process of their own: see `commune_elsewhere.py`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from commune_elsewhere import ElsewhereFile  # noqa: E402
from commune_running import ORIGIN, SETTINGS, RunningSite, running_site  # noqa: E402

NOTICE_MINUTE = "2024-05-04 14:49"


def _asked_for_this_folder_only(config: pytest.Config) -> bool:
    asked = [Path(config.invocation_params.dir, word.split("::")[0]).resolve() for word in config.args]
    return all(path == HERE or HERE in path.parents for path in asked)


def pytest_configure(config: pytest.Config) -> None:
    """Starts Django for this folder, unless another system shares the process."""
    if not _asked_for_this_folder_only(config):
        return
    os.environ.update(SETTINGS)
    os.environ["COMMUNE_KEYS_DIR"] = tempfile.mkdtemp(prefix="commune-keys-")
    os.environ["COMMUNE_DATABASE_URL"] = "postgresql://nobody:none@127.0.0.1:1/none"
    os.environ["DJANGO_SETTINGS_MODULE"] = "commune.django_settings"
    import django

    django.setup()


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """In company of other systems, modules are read and not imported."""
    if _asked_for_this_folder_only(parent.config):
        return None
    file: pytest.File = ElsewhereFile.from_parent(parent, path=module_path)
    return file


@pytest.fixture(scope="session")
def django_db_setup(
    make_filled_database: Callable[[str, Callable[[str], None]], str], django_db_blocker: Any
) -> Iterator[None]:
    """A migrated, seeded database of this run's own, used by every test inside a transaction that is rolled back."""
    from django.core.management import call_command
    from django.db import connections

    from commune.home.ensure import ensure_site
    from commune.seed.write import write_all

    def use(address: str) -> None:
        url = urlsplit(address)
        connections["default"].settings_dict.update(
            NAME=url.path.lstrip("/"), USER=url.username, PASSWORD=url.password, HOST=url.hostname, PORT=str(url.port)
        )

    def fill(address: str) -> None:
        use(address)
        with django_db_blocker.unblock():
            call_command("migrate", interactive=False, verbosity=0)
            ensure_site()
            write_all()
            connections["default"].close()

    use(make_filled_database("commune", fill))
    yield
    with django_db_blocker.unblock():
        connections["default"].close()


@pytest.fixture
def country_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`country_at("2024-06-30 23:59:58")` sets the country's clock, which then runs on."""
    from kernel.country_time import SETTING, VIETNAM

    def set_clock(moment: str) -> None:
        asked = datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)
        monkeypatch.setenv(SETTING, repr((asked - datetime.now(VIETNAM)).total_seconds()))

    return set_clock


@pytest.fixture(autouse=True)
def _minute_of_the_notice(country_at: Callable[[str], None]) -> None:
    """Every test begins at the minute of the notice, with nothing remembered."""
    from django.core.cache import cache

    from commune.frame import page_cache

    country_at(NOTICE_MINUTE)
    cache.clear()
    page_cache._seen.forget()


@pytest.fixture
def reader(db: None) -> Any:
    """A browser that is not signed in."""
    from django.test import Client

    return Client(headers={"host": urlsplit(ORIGIN).netloc})


@pytest.fixture
def editor(db: None) -> Any:
    """A browser that is signed in as an editor, by the editors' own door."""
    from django.test import Client

    from commune.editors.accounts import add_editor

    add_editor("bientap", "Biên tập viên thử", "mat-khau-rieng-2024")
    client = Client(headers={"host": urlsplit(ORIGIN).netloc})
    form = {"username": "bientap", "password": "mat-khau-rieng-2024"}
    assert client.post("/quan-tri/login/", form).status_code == 302
    return client


@pytest.fixture
def write_article(db: None) -> Callable[..., Any]:
    """`write_article("Tiêu đề", at="2024-05-01 08:00", **fields)`: a published article of the main category."""
    from commune.news.models import ArticlePage, Category, NewsIndexPage
    from kernel.country_time import VIETNAM

    def write(title: str, at: str = "2024-05-01 08:00", *, publish: bool = True, **fields: Any) -> Any:
        fields.setdefault("category", Category.objects.get(name="Tin hoạt động của xã"))
        text = fields.pop("text", "<p>Nội dung.</p>")
        page = ArticlePage(
            title=title,
            published_at=datetime.fromisoformat(at).replace(tzinfo=VIETNAM),
            body=[("paragraph", text)],
            live=False,
            **fields,
        )
        NewsIndexPage.objects.get().add_child(instance=page)
        revision = page.save_revision()
        if publish:
            revision.publish()
        page.refresh_from_db()
        return page

    return write


NOTICE = "/tin-tuc/tu-ngay-01-7-2024-chi-dung-tai-khoan-vneid/"
ROUTES = [
    "/",
    "/gioi-thieu/",
    "/tin-tuc/",
    "/tin-tuc/?trang=2",
    NOTICE,
    f"{NOTICE}?trang=2",
    "/thong-bao/",
    "/thong-bao/tam-ngung-cap-nuoc-sua-duong-ong/",
    "/thong-bao/lich-tiep-cong-dan-thang-4/",
    "/giay-moi/",
    "/lich-lam-viec/?tuan=2024-05-06",
    "/lich-lam-viec/?tuan=2024-09-02",
    "/thu-tuc/",
    "/tim-kiem/",
    "/tim-kiem/?q=huong+dan",
    "/tim-kiem/?q=khongcogi",
    "/khong-co-trang-nay/",
]


@pytest.fixture
def notice_address() -> str:
    """Where the notice stands."""
    return NOTICE


@pytest.fixture
def routes() -> list[str]:
    """Every kind of public page, full, empty and refused."""
    return ROUTES


@pytest.fixture(scope="session")
def site(make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """The site as an operator runs it, at the minute of the notice."""
    from kernel.country_time import VIETNAM

    start = datetime.fromisoformat(NOTICE_MINUTE).replace(tzinfo=VIETNAM)
    offset = (start - datetime.now(VIETNAM)).total_seconds()
    with running_site(SETTINGS, make_database("commune"), tmp_path_factory.mktemp("site"), offset) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the machine, without its own traffic."""
    import shutil

    from playwright.sync_api import sync_playwright

    quiet = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    quiet += " disable-component-update disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[f"--{word}" for word in quiet.split()]
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any, site: Any) -> Iterator[Callable[..., Any]]:
    """`tab(width=320)`: a page of a fresh browser profile; complaints of the console fail the test."""
    contexts, complaints = [], []

    def open_tab(width: int = 1280, **options: Any) -> Any:
        context = chromium.new_context(
            base_url=site.origin, viewport={"width": width, "height": 900}, locale="vi-VN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_tab
    for context in contexts:
        context.close()
    # A page that is not there is asked for on purpose; a half-written draft is refused by Wagtail's autosave.
    expected = ("404 (Not Found)", "400 (Bad Request)")
    assert [c for c in complaints if not any(words in c for words in expected)] == []
