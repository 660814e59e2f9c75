"""argon2 from the build that is fastest here: libargon2 has an AVX2 form of its rounds, which no wheel may contain.

`./motcua` builds the locked source once more for AVX2, beside the wheel and not in its place, where there is a C
compiler. It is imported only by a processor that says it has AVX2 at this very start; anything else gets the wheel.
Both compute the same function: hashes made by one are verified by the other (RFC 9106).
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(sys.prefix) / "argon2-avx2"
_CPUINFO: Final = Path("/proc/cpuinfo")
_BINDINGS: Final = "_argon2_cffi_bindings"


def has_avx2(cpuinfo: Path = _CPUINFO) -> bool:
    """Whether every processor that Linux lists has AVX2; elsewhere nobody says so, and the answer is no."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return False
    flags = [line.partition(":")[2].split() for line in lines if line.partition(":")[0].strip() == "flags"]
    return bool(flags) and all("avx2" in of_one for of_one in flags)


def load(folder: Path = FOLDER, cpuinfo: Path = _CPUINFO) -> str:
    """Import the bindings, from `folder` where they are there and may run; says which: "AVX2" or "wheel"."""
    # guard: wire-no-avx2-code-without-avx2
    if _BINDINGS not in sys.modules and (folder / _BINDINGS).is_dir() and has_avx2(cpuinfo):
        sys.path.insert(0, str(folder))
        try:
            importlib.import_module(_BINDINGS)
        except ImportError:  # built for another Python, or by halves
            for name in [name for name in sys.modules if name.partition(".")[0] == _BINDINGS]:
                del sys.modules[name]
        finally:
            sys.path.remove(str(folder))
    bindings = importlib.import_module(_BINDINGS)
    return "AVX2" if folder in Path(bindings.__file__ or "").parents else "wheel"


BUILD: Final = load()

# They take whichever bindings are there by now, so nobody else may import argon2 (a test).
from argon2 import PasswordHasher, extract_parameters  # noqa: E402
from argon2.exceptions import InvalidHashError, VerificationError  # noqa: E402

__all__ = ["BUILD", "InvalidHashError", "PasswordHasher", "VerificationError", "extract_parameters", "has_avx2", "load"]
