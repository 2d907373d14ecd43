"""Try the cases of a workshop on real nbgrader autograding, and judge what came out."""

import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from labkit.grading.cases import Case
from labkit.grading.cells import (
    HIDDEN,
    grading,
    outside,
    region,
    with_answers,
)
from labkit.grading.course import Course
from labkit.grading.gradebook import Standing
from labkit.grading.packs import packs
from labkit.grading.workshop import Workshop

FAILED = "✗ "  # how labkit.checks begins the block of a check that failed


@dataclass(frozen=True)
class Verdict:
    """What autograding made of one case.

    Parameters
    ----------
    case : labkit.grading.cases.Case
        The case.
    standing : labkit.grading.gradebook.Standing
        What the gradebook says.
    printed : dict of str to str
        What each test cell printed, by ``grade_id``.
    beside : tuple of labkit.grading.cases.Case
        Other cases in the same submission, about other tasks.
    unanswered : frozenset of str
        Costly tasks that this submission leaves as the stub, for it has no case about them.

    Examples
    --------
    >>> case = Case("", "reference", "", {})
    >>> Verdict(case, Standing("reference", "graded"), {"step-test": "all well"}).printed
    {'step-test': 'all well'}
    """

    case: Case
    standing: Standing
    printed: dict
    beside: tuple = ()
    unanswered: frozenset = frozenset()


def whole_workshop_cases():
    """Make the two cases that every workshop has.

    Returns
    -------
    list of Case
        The instructor's own answers, and the release as students get it.

    Examples
    --------
    >>> [case.student for case in whole_workshop_cases()]
    ['reference', 'untouched']
    """
    return [
        Case("", "reference", "", {}, why="the instructor's own answers"),
        Case("", "untouched", "", {}, why="the release as students get it"),
    ]


def run_cases(origin, workshop, cases, folder, groups=2, together=False):
    """Hand in every case, as a student of its own or with others, and autograde them all.

    Parameters
    ----------
    origin : str or PathLike
        The course, such as ``exercises``. It is only read.
    workshop : str
        Name of the workshop.
    cases : list of Case
        What to hand in.
    folder : str or PathLike
        Where the working copies of the course go.
    groups : int
        How many nbgrader processes to run at a time, each on a course of its own.
    together : bool, default False
        Whether one submission may carry cases about different tasks, up to half of them, and
        leaves a costly task unanswered if none is about it: many times as fast, but what a wrong
        answer does to a task beside it is not seen.

    Returns
    -------
    dict of str to Verdict
        One for each case, by its student's id.

    Raises
    ------
    CommandError
        If nbgrader does not get through a course.

    Examples
    --------
    >>> run_cases("exercises", "perceptron", [], "/tmp")
    {}
    """
    most = max(1, len(Workshop(Path(origin, "source", workshop)).tasks) // 2) if together else 1
    handed_in = packs(cases, most)
    parts = [part for part in (handed_in[index::groups] for index in range(groups)) if part]
    folders = [Path(folder, f"group{index}") for index in range(len(parts))]
    costly = frozenset(case.task for case in cases if case.costly and together)
    run = partial(_run_group, origin, workshop, costly)
    with ThreadPoolExecutor(groups) as pool:
        done = pool.map(run, parts, folders)
        return {verdict.case.student: verdict for group in done for verdict in group}


def _run_group(origin, name, costly, submissions, folder):
    """Autograde some of the submissions in a course of their own."""
    course = Course.copy(origin, folder, [name])
    workshop = course.workshops[name]
    release = Workshop(course.release(name)).notebook
    for cases in submissions:
        answers = {key: text for case in cases for key, text in case.answers.items()}
        left_out = _left_out(cases, costly)
        reference = {k: v for k, v in workshop.reference.items() if k not in left_out}
        whole = {} if cases[0].kind == "untouched" else reference | answers
        course.hand_in(_student(cases), name, with_answers(release, whole))
    course.nbgrader("autograde", name)
    standings = {standing.student: standing for standing in course.standings(name)}
    return [
        verdict
        for cases in submissions
        for verdict in _verdicts(course, name, cases, standings[_student(cases)], costly)
    ]


def _left_out(cases, costly):
    """Names of the costly tasks that a submission with these cases does not answer."""
    if not all(case.task for case in cases):  # it is about the whole workshop
        return frozenset()
    return costly - {name for case in cases for name in case.answers}


def _student(cases):
    """Id of the student who hands in these cases."""
    return cases[0].student if len(cases) == 1 else f"{cases[0].student}.and-{len(cases) - 1}-more"


def _verdicts(course, name, cases, standing, costly):
    """Say of each case in a submission what came of it."""
    notebook = course.autograded(standing.student, name)
    printed = {grading(c).get("grade_id"): outputs_text(c) for c in notebook.cells if grading(c)}
    return [
        Verdict(
            case,
            standing,
            printed,
            beside=tuple(other for other in cases if other is not case),
            unanswered=_left_out(cases, costly),
        )
        for case in cases
    ]


def outputs_text(cell):
    """Collect what a cell printed, errors too.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        An executed cell.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_output
    >>> output = new_output("stream", name="stdout", text="3 of 4 points")
    >>> outputs_text(new_code_cell("check()", outputs=[output]))
    '3 of 4 points'
    """
    texts = [
        output.get("text") or f"{output.get('ename', '')}: {output.get('evalue', '')}"
        for output in cell.get("outputs", [])
        if output.output_type in ("stream", "error")
    ]
    return "".join(texts)


def complaints(workshop, verdict):
    """Say where a verdict is not what its case demands.

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.
    verdict : Verdict
        What autograding made of the case.

    Returns
    -------
    list of str
        What is wrong, with what the tests printed; empty if all is as it must be.

    Examples
    --------
    >>> case = Case("step", "right", "plain", {"step": "..."})
    >>> complaints(None, Verdict(case, Standing(case.student, "failed"), {}))
    ['nbgrader could not grade it at all']
    """
    case, standing = verdict.case, verdict.standing
    if standing.status == "failed":
        return ["nbgrader could not grade it at all"]
    others = {other.task for other in verdict.beside}  # each is judged as a case of its own
    found = [
        problem
        for task in workshop.tasks
        if task.name not in others
        and (
            problem := _wrong_score(
                task, case, standing.scores.get(task.graded_by), verdict.unanswered
            )
        )
    ]
    if case.kind == "wrong":
        found += _wrong_words(workshop, verdict)
    if found and others:
        found.append(f"handed in with {', '.join(other.student for other in verdict.beside)}")
    own = workshop.task(case.task).graded_by if case.task else None
    return [*found, _quoted(own, verdict.printed[own])] if found and own else found


def _wrong_score(task, case, score, unanswered):
    """Tell what is wrong with the score of one task; None if nothing is."""
    got = f"task {task.name!r} got {score} of {task.points:g} points"
    if case.kind == "untouched" or task.name in unanswered:
        return None if score == 0 else f"{got}, but nothing was answered"
    if task.by_hand:
        return None if score is None else f"{got}, but a person should grade it"
    if case.kind == "wrong" and task.name == case.task:
        return None if score is not None and score < task.points else f"{got} for a wrong answer"
    return None if score == task.points else f"{got} for a right answer"


def _wrong_words(workshop, verdict):
    """Tell where the check that must fail does not, or does not say what it must."""
    case, cell = verdict.case, workshop.task(verdict.case.task).graded_by
    blocks = failed_checks(verdict.printed[cell])
    if case.check not in blocks:
        return [f"the check {case.check!r} did not fail; those that did: {sorted(blocks)}"]
    said = blocks[case.check]
    problems = [
        f"{case.check!r} does not say {word!r}" for word in case.says if _flat(word) not in said
    ]
    return problems + _wrong_place(workshop.cells[cell].source, case)


def _wrong_place(source, case):
    """Tell whether the failing check stands in the part of the test cell that the case says."""
    hidden = "\n".join(region(source, HIDDEN) or [])
    inside, beside = case.check in hidden, case.check in outside(source, HIDDEN)
    if case.hidden and not inside:
        return [f"the check {case.check!r} is not among the hidden tests"]
    if not case.hidden and not beside:
        return [f"the check {case.check!r} is not among the visible tests; say `hidden: true`"]
    return []


def failed_checks(printed):
    r"""Find the checks that failed in what a test cell printed.

    Parameters
    ----------
    printed : str
        One line for each check that passed, a block for each that failed: a title after a
        cross, then indented rows.

    Returns
    -------
    dict of str to str
        The text of each block, on one line, by the check's title.

    Examples
    --------
    >>> failed_checks("✓ one\n✗ two\n    expected    3\n✓ three")
    {'two': 'expected 3'}
    """
    blocks, title = {}, None
    for line in printed.splitlines():
        if line.startswith(FAILED):
            title = line.removeprefix(FAILED)
            blocks[title] = []
        elif title is not None and line.startswith(" "):
            blocks[title].append(line)
        else:
            title = None
    return {name: _flat(" ".join(lines)) for name, lines in blocks.items()}


def _flat(text):
    return " ".join(text.split())


def _quoted(cell, printed):
    return f"{cell} printed:\n{textwrap.indent(printed.strip() or '(nothing)', '    ')}"
