"""Whether the workshops and chapters keep the times that they may take.

A workshop: seconds of computing (user and system time, which a busy machine changes little) that
nbgrader takes to autograde the instructor's own answers in a fresh kernel, on one core. A part of
the book: seconds until nbval has run all its chapters as `make test` does, with two workers.

    python benchmarks/limits.py
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kernels import STEPS, execute_with, make_course

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "limits.json"
WORKSHOP = 25.0  # seconds
PARTS = {"neurons": 240.0, "keras": 300.0, "tensorflow": 240.0}  # seconds
ONE_CORE = dict.fromkeys(
    ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"
)


def computing():
    """Return the seconds that the processes which this one waited for have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def workshop(name):
    """Return the seconds of computing that autograding one submission takes."""
    with tempfile.TemporaryDirectory() as folder:
        course = make_course(Path(folder, name), name, students=1)
        execute_with(course, STEPS["fresh"])  # a forked kernel's time is not seen from here
        before = computing()
        course.nbgrader("autograde", name)
        taken = computing() - before
        (standing,) = course.standings(name)
        tests = [t for t in course.workshops[name].tasks if not t.by_hand]
        assert sum(standing.scores[t.graded_by] for t in tests) == sum(t.points for t in tests)
    return taken


def part(name):
    """Return the seconds that nbval takes for the chapters of a part."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--nbval-lax"]
    start = time.perf_counter()
    subprocess.run(
        [*command, f"book/{name}"],
        cwd=ROOT,
        env=os.environ | {"LABKIT_QUICK": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main():
    """Measure everything, print and store it; return the exit code."""
    from labkit.grading.course import workshop_names

    # a built-in sample serves where the published data are absent
    os.environ |= {"LABKIT_DATA_STRICT": "0", "LABKIT_OFFLINE": "1", **ONE_CORE}
    found = {
        **{f"workshop {n}": (workshop(n), WORKSHOP) for n in workshop_names(ROOT / "exercises")},
        **{f"part {name}": (part(name), limit) for name, limit in PARTS.items()},
    }
    for name, (taken, limit) in found.items():
        print(f"{name:28} {taken:6.1f} s of {limit:3.0f} s{'' if taken < limit else '  TOO LONG'}")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0 if all(taken < limit for taken, limit in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
