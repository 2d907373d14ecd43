"""Time of ``import labkit`` in a fresh process, against bare Python and ``import numpy``.

The four kinds of process take turns, so that a busy machine slows all. What counts is the
time above bare Python; it must stay below 50 ms.

    python benchmarks/import_time.py
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

RESULT = Path(__file__).resolve().parent / "results" / "import_time.json"
LIMIT_MS = 50
ROUNDS = 15
CODES = {
    "bare": "pass",
    "labkit": "import labkit",
    "labkit.data": "import labkit.data",
    "numpy": "import numpy",
}


def milliseconds(code):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return 1000 * (time.perf_counter() - start)


def measure():
    for code in CODES.values():  # once unmeasured, so that byte code is compiled and cached
        milliseconds(code)
    rounds = [{name: milliseconds(code) for name, code in CODES.items()} for _ in range(ROUNDS)]
    above = {
        name: round(statistics.median(times[name] - times["bare"] for times in rounds), 2)
        for name in CODES
        if name != "bare"
    }
    return {
        "benchmark": "import, milliseconds above bare Python",
        "bare_ms": round(statistics.median(times["bare"] for times in rounds), 2),
        "above_bare_ms": above,
        "labkit_to_numpy": round(above["labkit"] / above["numpy"], 3),
        "limit_ms": LIMIT_MS,
        "rounds": ROUNDS,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
    }


def main():
    result = measure()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    above = ", ".join(f"{name} {time} ms" for name, time in result["above_bare_ms"].items())
    print(
        f"above bare Python ({result['bare_ms']} ms): {above}; labkit/numpy "
        f"{result['labkit_to_numpy']}, limit {LIMIT_MS} ms (medians of {ROUNDS})"
    )
    return 0 if result["above_bare_ms"]["labkit"] < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
