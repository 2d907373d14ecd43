"""Who got what, for people to read."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from labkit.errors import LabkitError
from labkit.grading.steps import STEPS
from labkit.grading.workshop import read_notebook

_COLOURS = {"graded": "green", "by hand": "cyan", "failed": "red", "missing": "yellow"}


def grades_table(workshop, standings, names, roles=None):
    """Lay out the grades of a class.

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.
    standings : list of labkit.grading.gradebook.Standing
        Who got what.
    names : dict of str to str
        What to call the students, by their ids.
    roles : dict of str to str, optional
        What the simulated students did, if they are simulated.

    Returns
    -------
    rich.table.Table
        A row for each student; a column for each task, by its number.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from labkit.grading.gradebook import Standing
    >>> from labkit.grading.workshop import Task
    >>> workshop = SimpleNamespace(name="mini", tasks=[Task("step", "step-test", 2, False)], points=2)
    >>> grades_table(workshop, [Standing("s12", "missing")], {"s12": "Leandro"}).row_count
    1
    """
    table = Table(title=f"{workshop.name}: who got what", box=SIMPLE_HEAD, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    for heading in ["student", *(["handed in"] if roles else [])]:
        table.add_column(heading, no_wrap=True)
    for heading in [*map(str, range(1, len(workshop.tasks) + 1)), f"of {workshop.points:g}"]:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("late", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for standing in standings:
        role = [roles[standing.student]] if roles else []
        status = Text(standing.status, _COLOURS[standing.status])
        late = lateness(standing.seconds_late)
        who = f"{standing.student} {names[standing.student]}"
        table.add_row(who, *role, *_scores(workshop, standing), late, status)
    return table


def _scores(workshop, standing):
    """Fill the cells of a row that hold points."""
    total = Text(f"{standing.score - standing.penalty:g}", "bold")
    if standing.status in ("failed", "missing"):
        return [*["–"] * len(workshop.tasks), total]
    scores = [(task, standing.scores.get(task.graded_by)) for task in workshop.tasks]
    return [*(_score(score, task.points) for task, score in scores), total]


def _score(score, points):
    if score is None:
        return Text("?", "cyan")
    return Text(f"{score:g}", "" if score == points else "red")


def remarks(course, workshop, standings):
    """Say what the table of grades leaves open.

    Parameters
    ----------
    course : labkit.grading.course.Course
        Where the submissions are.
    workshop : labkit.grading.workshop.Workshop
        The instructor version.
    standings : list of labkit.grading.gradebook.Standing
        Who got what.

    Returns
    -------
    list of str
        The names of the tasks, what waits for a person, and why submissions failed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from labkit.grading.gradebook import Standing
    >>> from labkit.grading.workshop import Task
    >>> workshop = SimpleNamespace(name="mini", tasks=[Task("step", "step-test", 2, False)], points=2)
    >>> remarks(None, workshop, [Standing("s12", "missing")])[0]
    'Tasks and their points: 1 step (2).'
    """
    tasks = [f"{i} {task.name} ({task.points:g})" for i, task in enumerate(workshop.tasks, 1)]
    failed = [standing for standing in standings if standing.status == "failed"]
    return [
        f"Tasks and their points: {', '.join(tasks)}.",
        "“?” and the status “by hand”: a person grades it, in formgrader.",
        *(
            f"{standing.student} failed: {why_failed(course, standing.student, workshop.name)}. "
            f"{_what_counts(standing, workshop)} until a person decides."
            for standing in failed
        ),
    ]


def _what_counts(standing, workshop):
    """Say what a failed submission is worth: nbgrader keeps the points of an earlier grading."""
    kept = standing.score - standing.penalty
    return f"Its old {kept:g} of {workshop.points:g} points stand" if kept else "It counts 0"


def lateness(seconds):
    """Say how late something was.

    Parameters
    ----------
    seconds : float
        Seconds after the due date; 0 if it was on time.

    Returns
    -------
    str
        In the largest unit that fits; empty if it was on time.

    Examples
    --------
    >>> lateness(0), lateness(90), lateness(3 * 86400)
    ('', '1 min', '3 d')
    """
    if seconds <= 0:
        return ""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"


def why_failed(course, student, workshop):
    """Say why nbgrader could not grade a submission, as far as its folder shows it.

    Parameters
    ----------
    course : labkit.grading.course.Course
        Where the submission is.
    student, workshop : str
        Whose, and of which workshop.

    Returns
    -------
    str
        A few words.

    Examples
    --------
    >>> from pathlib import Path
    >>> from types import SimpleNamespace
    >>> why_failed(SimpleNamespace(folder=Path("/nowhere")), "s11", "perceptron")
    'no perceptron.ipynb'
    """
    folder = course.folder / "submitted" / student / workshop
    path = folder / f"{workshop}.ipynb"
    if not path.is_file():
        others = sorted(other.name for other in folder.glob("*.ipynb"))
        return f"no {path.name}" + (f", but {', '.join(others)}" if others else "")
    try:
        read_notebook(path)
    except LabkitError:
        return f"{path.name} is not a notebook (cut off or altered)"
    return "see nbgrader's messages"


def paths_to_look_at(folder, workshop, standings):
    """Name the files that a demonstration leaves, and how to open formgrader.

    Parameters
    ----------
    folder : pathlib.Path
        The demonstration's folder.
    workshop : str
        Name of the workshop.
    standings : list of labkit.grading.gradebook.Standing
        Who got what; the first graded student, if any, serves as the example.

    Returns
    -------
    str
        One line for each.

    Examples
    --------
    >>> from pathlib import Path
    >>> from labkit.grading.gradebook import Standing
    >>> paths_to_look_at(Path("demo"), "mini", [Standing("s01", "graded")]).splitlines()[0]
    'Gradebook   demo/course/gradebook.db'
    """
    graded = [s.student for s in standings if s.status in ("graded", "by hand")]
    course = folder / "course"
    return "\n".join(
        [
            f"Gradebook   {course / 'gradebook.db'}",
            *_examples(course, workshop, graded),
            f"Grades      {course / 'grades.csv'}",
            f"Messages    {folder / 'logs'}",
            f"Formgrader  cd {course} && LABKIT_EXCHANGE={folder / 'exchange'} jupyter lab",
            "            then choose Nbgrader > Formgrader in the menu",
        ]
    )


def _examples(course, workshop, graded):
    """Name what the first graded student has; say so if there is none."""
    if not graded:
        return ["Autograded  nothing: no submission could be graded; read the messages"]
    return [
        f"Autograded  {course / 'autograded' / graded[0] / workshop / f'{workshop}.ipynb'}",
        f"Feedback    {course / 'feedback' / graded[0] / workshop / f'{workshop}.html'}",
    ]


def timings_table(seconds):
    """Write the table of times that the instructor guide shows.

    Parameters
    ----------
    seconds : dict of str to list of float
        How long each run of a command took, by the name of its step.

    Returns
    -------
    str
        A Markdown table.

    Examples
    --------
    >>> print(timings_table({"roster": [1.26]}))
    | seconds each | times | command |
    |---:|---:|---|
    | 1.3 | 1 | `nbgrader db student import roster.csv` |
    <BLANKLINE>
    """
    rows = [
        f"| {sum(runs) / len(runs):.1f} | {len(runs)} | `{STEPS[name].typed()}` |\n"
        for name, runs in seconds.items()
    ]
    return "".join(["| seconds each | times | command |\n|---:|---:|---|\n", *rows])
