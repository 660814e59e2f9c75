"""Collected only when pytest runs more than this folder: two Django projects cannot share a process."""

import os
import subprocess
import sys
from pathlib import Path


def test_commune_tests_hold_in_a_process_of_their_own(capfd):
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    words = [sys.executable, "-m", "pytest", "-q", str(Path(__file__).parent)]
    done = subprocess.run(words, env=environment, cwd=Path(__file__).parents[3], check=False)
    with capfd.disabled():
        out, err = capfd.readouterr()
        print(f"\n[commune] {out.strip().splitlines()[-1] if out.strip() else err}")
    assert done.returncode == 0, out + err
