"""`motcua prove engines`: DuckDB and Spark give the same pairs, weights and classes, on a Spark of two workers.

pyspark is 490 MB, so it is in no lock of a system; it is installed here, by hash, into a folder of this clone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox import proof_results
from sandbox.places import Fault, Places

TEST = "systems/linkage/tests/test_engines_agree.py"
LOCK = "requirements/spark.txt"


def prove(places: Places, *, minutes: float, only: str) -> int:
    """Runs the equality test; writes bench/results/prove-engines.json; 0 when it passed, never when it was skipped.

    Raises:
        Fault: there is no Java, or pyspark cannot be installed.
    """
    if shutil.which("java") is None:
        raise Fault("Spark needs Java 17 or newer; on Debian: apt-get install openjdk-17-jre-headless")
    environment = dict(os.environ) | {"PYTHONPATH": str(_pyspark(places))}
    words = [sys.executable, "-m", "pytest", "-q", "-rs", TEST, *(["-k", only] if only else [])]
    try:
        done = subprocess.run(
            words, cwd=places.root, env=environment, capture_output=True, text=True, timeout=minutes * 60, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Fault(f"the engines were not compared in {minutes:g} minutes") from late
    print(done.stdout, end="")
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", done.stdout)}
    agreed = done.returncode == 0 and counts.get("passed", 0) > 0 and not counts.get("skipped")
    result = {
        "name": "engines", **proof_results.when(places),
        "accounts": 20_000, "people": 100_000, "master": "local-cluster[2,1,1024]", "counts": counts, "agreed": agreed,
    }  # fmt: skip
    proof_results.write(places, "engines", result)
    return 0 if agreed else 1


def _pyspark(places: Places) -> Path:
    folder = places.root / ".motcua/spark"
    lock = (places.root / LOCK).read_text()
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text() != lock:
        print("installing pyspark (490 MB), once", flush=True)
        uv = Path(sys.executable).with_name("uv")
        words = ["pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", str(folder), "-r", LOCK]
        done = subprocess.run(
            [str(uv), *words, "--python", sys.executable], cwd=places.root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Fault(f"pyspark cannot be installed: {done.stderr.strip()[-300:]}")
        stamp.write_text(lock)
    return folder
