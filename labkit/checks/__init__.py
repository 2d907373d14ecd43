"""What a test cell of a workshop calls: checks that grade, and teach when they fail.

A test cell makes one `Task`, runs its checks, and ends with ``task.score()``, a plain
number, which nbgrader takes as the points earned::

    task = checks.Task("step", lambda: step, points=2, rule=..., read=...)
    task.returns("a sum of exactly 0 fires", 0.0, expected=1,
                 mistakes=[(0, "0 itself counts as reached: use >=, not >.")])
    task.score()

Nothing a student's function does ends in a traceback, in output on stderr (which would
cost all points) or in a cell without a number (which would give all points). One thing does
on purpose: the stop button, a KeyboardInterrupt, stops the cell.
"""

from labkit.checks.compare import as_numbers, as_parts, difference, matches
from labkit.checks.probe import Probe
from labkit.checks.report import Mismatch
from labkit.checks.show import show
from labkit.checks.task import Task

__all__ = [
    "Mismatch",
    "Probe",
    "Task",
    "as_numbers",
    "as_parts",
    "difference",
    "matches",
    "show",
]
