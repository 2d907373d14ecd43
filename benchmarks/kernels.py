"""Autograding with kernels forked from a warm process, against nbgrader's own fresh kernels.

Both sides grade the same answers with the same settings but for the step that executes, in
turns, so that a busy machine slows both; their scores must be the same.

    python benchmarks/kernels.py
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "kernels.json"
WORKSHOPS = ("perceptron", "titanic")  # NumPy alone, and TensorFlow
STUDENTS, ROUNDS = 5, 3
STEPS = {
    "warm": "labkit.grading.preprocessors.ExecuteWarm",
    "fresh": "nbgrader.preprocessors.Execute",
}
LIMIT = 1.2  # at least so many times the throughput, with TensorFlow


def make_course(folder, name, students=STUDENTS):
    """Release a workshop and hand in the instructor's own answers, once for each student."""
    from labkit.grading.cells import with_answers
    from labkit.grading.course import Course
    from labkit.grading.workshop import Workshop

    course = Course.copy(ROOT / "exercises", folder, [name])
    answers = course.workshops[name].reference
    release = Workshop(course.release(name)).notebook
    for number in range(students):
        course.hand_in(f"s{number}", name, with_answers(release, answers))
    return course


def execute_with(course, step):
    """Let the course's settings name another step that executes."""
    path = course.folder / "nbgrader_config.py"
    text = path.read_text(encoding="utf-8")
    for known in STEPS.values():
        text = text.replace(f'"{known}"', f'"{step}"')
    assert f'"{step}"' in text
    path.write_text(text, encoding="utf-8")


def grade(course, name, step):
    """Return the seconds of autograding the class, and the scores."""
    execute_with(course, step)
    start = time.perf_counter()
    course.nbgrader("autograde", name, "--force")
    return time.perf_counter() - start, [s.scores for s in course.standings(name)]


def compare(course, name):
    """Return the median seconds of a submission for each side, and the ratio of the two."""
    rounds = []
    for _ in range(ROUNDS):
        found = {side: grade(course, name, step) for side, step in STEPS.items()}
        assert found["warm"][1] == found["fresh"][1], "the scores differ"
        rounds.append({side: seconds / STUDENTS for side, (seconds, _) in found.items()})
    medians = {side: statistics.median(r[side] for r in rounds) for side in STEPS}
    return medians, statistics.median(r["fresh"] / r["warm"] for r in rounds)


def main():
    """Grade with both, print and store what came out; return the exit code."""
    # a built-in sample serves where the published data are absent: both sides get the same
    os.environ |= {"LABKIT_DATA_STRICT": "0", "LABKIT_OFFLINE": "1"}
    result = {"python": platform.python_version(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        for name in WORKSHOPS:
            medians, ratio = compare(make_course(Path(folder, name), name), name)
            result[name] = {"seconds": medians, "ratio": ratio}
            print(f"{name}: {medians['warm']:.1f} s a submission with forked kernels,", end=" ")
            print(f"{medians['fresh']:.1f} s with fresh ones: {ratio:.2f} times the throughput")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return 0 if result["titanic"]["ratio"] >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
