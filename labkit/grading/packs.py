"""Puts answers to different tasks into one submission, so that a workshop is tried quickly."""

import math
from collections import Counter


def packs(cases, most):
    """Share the cases out over submissions.

    Parameters
    ----------
    cases : list of labkit.grading.cases.Case
        Wrong and right answers, and cases that are about the whole workshop.
    most : int
        How many cases one submission may carry, at least 1. With half the number of tasks, at
        least half of every submission is the instructor's own, and must keep full marks
        whatever the other half does.

    Returns
    -------
    list of tuple of labkit.grading.cases.Case
        Each case once, in a submission in which no other case is about its task. A case that
        is about the whole workshop, or brings answers to more than its own task, is alone.

    Examples
    --------
    >>> from labkit.grading.cases import Case
    >>> cases = [Case(task, "right", name, {task: "..."}) for task in "ab" for name in "xy"]
    >>> [[case.student for case in pack] for pack in packs(cases, most=2)]
    [['a.right.x', 'b.right.x'], ['a.right.y', 'b.right.y']]
    """
    alone = [(case,) for case in cases if set(case.answers) != {case.task}]
    shared = [case for case in cases if set(case.answers) == {case.task}]
    by_task = Counter(case.task for case in shared)
    # the fewest that can do; dealt out in turn, cases of one task never meet
    number = max([0, *by_task.values(), math.ceil(len(shared) / most)])
    dealt = sorted(shared, key=lambda case: case.task)
    return alone + [tuple(dealt[k::number]) for k in range(number)]
