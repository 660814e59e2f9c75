"""`motcua prove load-faults`: keys rotate, workers are killed, PostgreSQL restarts and crashes while people sign in.

The test of the same promise in the e-ID's suite, for as long as the minutes allow; what it saw goes to
bench/results/prove-load-faults.json.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sandbox import proof_results
from sandbox.places import Places

TEST = "systems/eid/tests/test_faults_under_load_break_no_promise.py"


def prove(places: Places, *, minutes: float, only: str) -> int:
    """One run of `minutes`; `only` goes to pytest as -k. 0 when every promise held."""
    commit = proof_results.commit(places)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        environment = dict(os.environ) | {"MOTCUA_FAULT_SECONDS": str(minutes * 60), "MOTCUA_FAULT_RESULT": str(told)}
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST] + (["-k", only] if only else [])
        done = subprocess.run(words, cwd=places.root, env=environment, capture_output=True, text=True, check=False)
        seen: dict[str, Any] = json.loads(told.read_text()) if told.exists() else {}
    broken = re.findall(r"^E +(\S.*)$", done.stdout, re.MULTILINE)[:20] if done.returncode else []
    result = {
        "name": "load-faults",
        **proof_results.when(places),
        "commit": commit,
        "count": seen.get("answers", {}).get("flow", 0),
        **seen,
        "violations": broken,
    }
    proof_results.write(places, "load-faults", result)
    print(json.dumps({name: value for name, value in result.items() if name != "answers"}, ensure_ascii=False))
    if done.returncode:
        print(done.stdout[-3000:])
    return done.returncode
