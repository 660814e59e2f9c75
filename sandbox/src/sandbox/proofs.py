"""The verbs `test`, `check` and `bench`: they find the tools, say what is missing, and run the project's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import registration
from sandbox.places import Fault, Places

APACHE_HINT = "no Apache with mod_auth_openidc: apt-get install apache2 libapache2-mod-auth-openidc"
# Processes of their own: two Django projects cannot share one, and a browser's event loop stands in asyncio's way.
# The longest first, two at a time.
GROUPS = {
    "portal": ("systems/portal",),
    "journeys in the browser": ("tests/journeys",),
    "e-ID": ("systems/eid",),
    "commune": ("systems/commune",),
    "register": ("systems/population",),
    "linkage": ("systems/linkage",),
    "the kit for other portals": ("clients",),
    "shared packages and the sandbox": ("kernel", "wire", "design", "synthetic", "sandbox"),
    "the house": ("tests/house", "tests/docs"),
}
PACKAGES = (
    "kernel",
    "design",
    "wire",
    "synthetic",
    "population",
    "eid",
    "portal",
    "commune",
    "linkage",
    "portalkit",
    "sandbox",
    "bench",
)


def prepare(places: Places) -> None:
    """What tests stand on and a fresh clone has not: a browser, Apache for the foreign client, the built look."""
    find_chromium(install=True)
    find_apache(install=True)
    registration.build_assets(_made(places))


def test(places: Places, words: list[str]) -> int:
    """Every test, or what `words` name (they go to pytest). Prints counts."""
    prepare(places)
    if words:
        return _run(places, [sys.executable, "-m", "pytest", *words])
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda group: _test_group(places, *group), GROUPS.items()))
    counts: Counter[str] = Counter()
    for name, done in results:
        if done.returncode != 0:
            print(f"\n── {name}\n{done.stdout}{done.stderr}")
        counts.update(
            {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", _closing(done))}
        )
    failed = counts["failed"] + counts["error"] + counts["errors"]
    broken = [name for name, done in results if done.returncode != 0]
    print(f"took {time.monotonic() - began:.0f} s{', not green: ' + ', '.join(broken) if broken else ''}")
    print(f"tests: {counts['passed']} passed, {failed} failed, {counts['skipped']} skipped")
    return 1 if broken or not counts["passed"] else 0


def _test_group(places: Places, name: str, folders: tuple[str, ...]) -> tuple[str, subprocess.CompletedProcess[str]]:
    began = time.monotonic()
    words = [sys.executable, "-m", "pytest", "-q", "--durations=5", *folders]
    done = subprocess.run(words, cwd=places.root, capture_output=True, text=True, check=False)
    print(
        f"  {'✓' if done.returncode == 0 else '✗'} {name}: {_closing(done)} ({time.monotonic() - began:.0f} s)",
        flush=True,
    )
    return name, done


def _closing(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip("= ") for line in done.stdout.splitlines() if re.search(r"\d+ (passed|failed|error)", line)]
    return lines[-1] if lines else "no test ran"


def check(places: Places) -> int:
    """Format, lint, types, import rules, house rules; all are run, any fault is a failure."""
    registration.build_assets(_made(places))
    runs = {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy", *(str(path) for path in package_paths(places.root) if path.name != "portal")],
        "types of the portal": [
            "-m",
            "mypy",
            "--config-file",
            "systems/portal/pyproject.toml",
            "systems/portal/src/portal",
        ],
        "import rules": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
        "house rules": ["-m", "pytest", "-q", "tests/house"],
    }
    failed = []
    for name, words in runs.items():
        print(f"── {name}", flush=True)
        if _run(places, [sys.executable, *words]) != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def bench(places: Places, name: str, words: list[str]) -> int:
    """Runs one bench of `bench/`; `words` go to it."""
    known = sorted(p.stem for p in (places.root / "bench/src/bench/benches").glob("[a-z]*.py"))
    if name not in known:
        raise Fault(f"there is no bench named {name!r}; there is: {', '.join(known)}")
    registration.build_assets(_made(places))
    return _run(places, [sys.executable, "-m", f"bench.benches.{name}", *words])


def package_paths(root: Path) -> list[Path]:
    """The source folder of every package of the workspace that has any module."""
    found = [next(iter([*root.glob(f"{p}/src/{p}"), *root.glob(f"systems/{p}/src/{p}")]), None) for p in PACKAGES]
    return [path.relative_to(root) for path in found if path and any(path.glob("*.py"))]


def find_chromium(*, install: bool) -> str:
    """The path of a Chromium; installs Debian's package where this user may.

    Raises:
        Fault: none is there and none may be installed; says the one command that helps.
    """
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    if install:
        _install_from_debian("chromium")
        found = shutil.which("chromium")
        if found:
            return found
    raise Fault("no Chromium: apt-get install chromium (or set CHROMIUM to the path of one)")


def find_apache(*, install: bool) -> str | None:
    """The path of an Apache that has mod_auth_openidc, or None; installs Debian's packages where this user may."""
    module = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
    if install and not module.exists():
        _install_from_debian("apache2", "libapache2-mod-auth-openidc")
    found = shutil.which("apache2", path=os.environ.get("PATH", "") + ":/usr/sbin")
    return found if found and module.exists() else None


def _install_from_debian(*packages: str) -> None:
    """`apt-get install` where this user may; a service that comes with a package is not started (RUNLEVEL=1)."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"installing {' and '.join(packages)} from Debian's packages", flush=True)
    environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *words], env=environment, capture_output=True, check=False)


def _made(places: Places) -> Places:
    places.make()
    return places


def _run(places: Places, words: list[str]) -> int:
    return subprocess.run(words, cwd=places.root, check=False).returncode
