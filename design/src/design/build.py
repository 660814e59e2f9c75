"""`python -m design.build`: npm packages and our Sass become the files that pages load.

Idempotent: a stamp over the lock and the sources says whether anything changed. Everything made here is
ignored by git. Two builds at once wait for each other.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import sys
import time
from pathlib import Path

from design import i18n
from design.assets import AXE, BUILT, MANIFEST, PUBLIC
from design.node import Node, NodeNotFound, find_node

SOURCE = Path(__file__).parent
MEMBER = SOURCE.parent.parent
MODULES = MEMBER / "node_modules"
FONTS = [
    f"be-vietnam-pro-{script}-{weight}-normal.woff2" for script in ("latin", "vietnamese") for weight in (400, 600)
]
COMPRESSED = (".css", ".js", ".svg")
STYLE_ENTRY = "motcua.scss"
KEPT_SECONDS = 24 * 3600


class BuildFailed(RuntimeError):
    """The build stopped; the text is one line for the operator."""


def say(line: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"design: {line}\n")
    sys.stdout.flush()


def digest(*paths: Path) -> str:
    """SHA-256 over names and contents, in the order of the names."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def source_files() -> list[Path]:
    """Everything whose change must lead to another build."""
    folders = [SOURCE / name for name in ("sass", "css", "marks")]
    own = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    return [*own, MEMBER / "package-lock.json", MEMBER / "package.json", SOURCE / "compress.mjs", Path(__file__)]


def install_packages(node: Node) -> None:
    """`npm ci` from the lock, unless node_modules was made from this very lock."""
    lock = MEMBER / "package-lock.json"
    stamp = MODULES / ".motcua-stamp"
    wanted = digest(lock)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("installing npm packages from the lock")
    arguments = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    done = node.run(node.npm_cli, *arguments, cwd=MEMBER)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise BuildFailed(f"npm ci failed: {lines[0] if lines else 'no message'}")
    stamp.write_text(wanted)


def compile_style(node: Node) -> str:
    """govuk-frontend, tokens and components as one compressed sheet."""
    say("compiling the style sheet")
    done = node.run(
        MODULES / "sass/sass.js",
        f"--load-path={MODULES}",
        f"--load-path={SOURCE / 'css'}",
        "--style=compressed",
        "--no-source-map",
        "--no-error-css",
        str(SOURCE / "sass" / STYLE_ENTRY),
        cwd=MEMBER,
    )
    if done.returncode:
        raise BuildFailed(f"sass failed: {done.stderr.strip().splitlines()[0]}")
    return done.stdout.removeprefix("\ufeff")


def with_hash(name: str, content: bytes) -> str:
    """`motcua.css` -> `motcua.1f2e3d4c5b6a.css`."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{ending}"


def public_files(style: str) -> dict[str, bytes]:
    """What pages load, by its plain name; the style names its fonts by their hashed names."""
    files = {font: (MODULES / "@fontsource/be-vietnam-pro/files" / font).read_bytes() for font in FONTS}
    files |= {f"marks/{mark.name}": mark.read_bytes() for mark in (SOURCE / "marks").glob("*.svg")}
    files["htmx.min.js"] = (MODULES / "htmx.org/dist/htmx.min.js").read_bytes()
    for font in FONTS:
        style = style.replace(f"assets/{font}", with_hash(font, files[font]))
    if leftover := re.search(r"url\(\"?(?!data:)[^)]*assets/", style):
        raise BuildFailed(f"the style sheet still names a file that is not shipped: {leftover.group()}")
    return files | {"motcua.css": style.encode()}


def write_public(node: Node, files: dict[str, bytes]) -> dict[str, str]:
    """Writes every file under its hashed name, compressed twins beside it; returns the manifest."""
    manifest = {name: with_hash(name, content) for name, content in files.items()}
    for name, content in files.items():
        target = PUBLIC / manifest[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    texts = [str(PUBLIC / name) for name in manifest.values() if name.endswith(COMPRESSED)]
    if node.run(SOURCE / "compress.mjs", *texts, cwd=MEMBER).returncode:
        raise BuildFailed("the assets could not be compressed")
    kept = {name + ending for name in manifest.values() for ending in ("", ".gz", ".br")}
    for old in PUBLIC.rglob("*"):
        # A process that started before this build still names the files of its own manifest.
        outlived = old.is_file() and time.time() - old.stat().st_mtime > KEPT_SECONDS
        if outlived and old.relative_to(PUBLIC).as_posix() not in kept:
            old.unlink()
    return manifest


def build() -> bool:
    """Builds what is not up to date; returns whether there was anything to do."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = BUILT / "stamp"
        wanted = digest(*source_files())
        if stamp.is_file() and stamp.read_text() == wanted and MANIFEST.is_file() and AXE.is_file():
            return False
        node = find_node()
        install_packages(node)
        manifest = write_public(node, public_files(compile_style(node)))
        AXE.parent.mkdir(exist_ok=True)
        shutil.copyfile(MODULES / "axe-core/axe.min.js", AXE)
        fresh = MANIFEST.with_suffix(".new")
        fresh.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        fresh.replace(MANIFEST)
        stamp.write_text(wanted)
    return True


def main() -> int:
    began = time.monotonic()
    try:
        changed = build()
        i18n.compile_catalogues([SOURCE])
    except (BuildFailed, NodeNotFound, OSError) as problem:
        sys.stderr.write(f"design: {problem}\n")
        return 1
    say(f"assets built in {time.monotonic() - began:.1f} s" if changed else "assets are up to date")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
