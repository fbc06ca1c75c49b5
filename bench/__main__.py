"""Runs every benchmark, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    "bench.alto",
    "bench.catalogue",
    "bench.detector",
    "bench.eye",
    "bench.likeness",
    "bench.pipeline",
    "bench.search",
    "bench.workers",
)

if __name__ == "__main__":
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", name], check=True)
