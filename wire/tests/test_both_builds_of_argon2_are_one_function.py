"""The AVX2 build is used only where the processor has AVX2, and computes what the wheel computes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from wire import argon2_build

FLAGS = "processor\t: 0\nflags\t\t: fpu sse2 avx {}\n\nprocessor\t: 1\nflags\t\t: fpu sse2 avx {}\n"
HASHES = """
import sys
from pathlib import Path
from wire import argon2_build
build = argon2_build.BUILD if sys.argv[1] == "own" else None
from argon2.low_level import Type, hash_secret_raw
for time_cost, memory_cost, parallelism in ((2, 19456, 1), (1, 64, 2), (3, 256, 4)):
    print(hash_secret_raw(b"Motcua@2024", b"0123456789abcdef", time_cost, memory_cost, parallelism, 32, Type.ID).hex())
print(build or "wheel", file=sys.stderr)
"""


def hashes(which: str) -> tuple[str, str]:
    """What a process of its own computes, and by which build."""
    program = HASHES if which == "own" else HASHES.replace("from wire import argon2_build\n", "")
    done = subprocess.run([sys.executable, "-c", program, which], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr.strip()


def test_both_compute_the_same() -> None:
    if not ((argon2_build.FOLDER / "_argon2_cffi_bindings").is_dir() and argon2_build.has_avx2()):
        pytest.skip("no AVX2 build here: no C compiler, or a processor without AVX2")
    (ours, build), (wheels, wheel) = hashes("own"), hashes("wheel")
    assert (build, wheel) == ("AVX2", "wheel")
    assert ours == wheels
    assert len(set(ours.split())) == 3


@pytest.mark.parametrize(
    ("flags", "has"), [(("avx2", "avx2"), True), (("", ""), False), (("avx2", ""), False), (("avx2x", "avx2x"), False)]
)
def test_a_processor_has_avx2_when_every_core_says_so(tmp_path: Path, flags: tuple[str, str], has: bool) -> None:
    (tmp_path / "cpuinfo").write_text(FLAGS.format(*flags))
    assert argon2_build.has_avx2(tmp_path / "cpuinfo") is has


def test_where_nobody_says_what_the_processor_has_the_wheel_serves(tmp_path: Path) -> None:
    assert not argon2_build.has_avx2(tmp_path / "nothing")


def test_nobody_imports_argon2_before_the_choice() -> None:
    importing = re.compile(r"^\s*(?:from|import) argon2\b", re.MULTILINE)
    root = Path(__file__).parents[2]
    found = [path for path in root.glob("systems/*/src/**/*.py") if importing.search(path.read_text())]
    assert not found, "wire.argon2_build has what they need"


LOAD = """
import sys
from pathlib import Path
sys.modules.pop("_argon2_cffi_bindings", None)
import importlib.util
spec = importlib.util.find_spec("wire").submodule_search_locations[0]
source = (Path(spec) / "argon2_build.py").read_text().replace("BUILD: Final = load()", "BUILD = None")
names = {}
exec(compile(source.partition("from argon2 import")[0], "argon2_build", "exec"), names)
print(names["load"](Path(sys.argv[1]), Path(sys.argv[2])), "trapped" in sys.modules)
"""


def loaded(folder: Path, cpuinfo: Path) -> str:
    done = subprocess.run([sys.executable, "-c", LOAD, str(folder), str(cpuinfo)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_processor_without_avx2_never_imports_that_build(tmp_path: Path) -> None:
    trap = tmp_path / "avx2" / "_argon2_cffi_bindings"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text("import sys\nsys.modules['trapped'] = sys\n")
    (tmp_path / "old").write_text(FLAGS.format("", ""))
    (tmp_path / "new").write_text(FLAGS.format("avx2", "avx2"))
    assert loaded(tmp_path / "avx2", tmp_path / "new") == "AVX2 True"
    assert loaded(tmp_path / "avx2", tmp_path / "old") == "wheel False"


def test_a_build_that_cannot_be_imported_leaves_the_wheel(tmp_path: Path) -> None:
    broken = tmp_path / "avx2" / "_argon2_cffi_bindings"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("from ._ffi import ffi, lib\n")
    (broken / "_ffi.abi3.so").write_bytes(b"not a library")
    (tmp_path / "new").write_text(FLAGS.format("avx2", "avx2"))
    assert loaded(tmp_path / "avx2", tmp_path / "new") == "wheel False"
