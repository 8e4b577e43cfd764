"""Sweeps on a real scheduler and workers, in a process of its own.

Dask keeps a loop and threads for as long as its process lives, which would outlast these tests.
"""

import subprocess
import sys

from checkout import ROOT

CASES = ROOT / "tests" / "cluster_cases.py"


def test_sweeps_on_a_cluster():
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(CASES)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
