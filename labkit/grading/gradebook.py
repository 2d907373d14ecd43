"""Reading nbgrader's gradebook, and never writing to it."""

from dataclasses import dataclass, field
from urllib.parse import quote

from labkit.errors import LabkitError


@dataclass(frozen=True)
class Standing:
    """Where one student stands in one workshop.

    Parameters
    ----------
    student : str
        Id of the student.
    status : str
        ``"missing"`` (nothing handed in), ``"failed"`` (handed in, but nbgrader could not grade
        it: a person must look), ``"by hand"`` (a person still has to grade some tasks) or
        ``"graded"``.
    scores : dict of str to (float or None)
        Score by the ``grade_id`` of the graded cell; None where there is none yet.
    score, penalty, seconds_late : float
        Points in all, points taken off for lateness, and how late it was in seconds.

    Examples
    --------
    >>> Standing("s01", "missing").score
    0.0
    """

    student: str
    status: str
    scores: dict = field(default_factory=dict)
    score: float = 0.0
    penalty: float = 0.0
    seconds_late: float = 0.0


def read_standings(course, workshop):
    """Read what every student of a course got in a workshop.

    Parameters
    ----------
    course : labkit.grading.course.Course
        The course, whose folder holds ``gradebook.db``.
    workshop : str
        Its name.

    Returns
    -------
    list of Standing
        One for each student, in the order of their ids.

    Raises
    ------
    LabkitError
        If there is no gradebook yet, or it does not know the workshop.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from labkit.grading.course import Course
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "nbgrader_config.py").touch()
    ...     read_standings(Course(folder), "perceptron")
    Traceback (most recent call last):
    labkit.errors.LabkitError: there is no gradebook in ...
    What to do: Run `nbgrader generate_assignment perceptron` first.
    """
    from nbgrader.api import Gradebook, MissingEntry  # slow to import

    path = course.folder / "gradebook.db"
    if not path.is_file():
        remedy = f"Run `nbgrader generate_assignment {workshop}` first."
        raise LabkitError(f"there is no gradebook in {course.folder}.", remedy)
    address = f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"  # opened for reading alone
    with Gradebook(address, course.course_id) as book:
        try:
            book.find_assignment(workshop)
        except MissingEntry as error:
            raise LabkitError(f"the gradebook has no workshop {workshop!r}.") from error
        handed_in = {entry.student.id: entry for entry in book.assignment_submissions(workshop)}
        students = sorted(student.id for student in book.students)
        return [_standing(course.folder, workshop, name, handed_in.get(name)) for name in students]


def _standing(folder, workshop, student, entry):
    """Tell where one student stands; `entry` is nbgrader's record of the submission, if any."""
    collected = (folder / "submitted" / student / workshop).is_dir()
    executed = any((folder / "autograded" / student / workshop).glob("*.ipynb"))
    if entry is None:
        return Standing(student, "failed" if collected else "missing")
    waiting = "by hand" if entry.needs_manual_grade else "graded"
    grades = [grade for notebook in entry.notebooks for grade in notebook.grades]
    return Standing(
        student=student,
        status=waiting if executed else "failed",
        scores={grade.name: _score(grade) for grade in grades},
        score=entry.score,
        penalty=entry.late_submission_penalty or 0.0,
        seconds_late=entry.total_seconds_late,
    )


def _score(grade):
    """Tell what a cell was given, by a person if one graded it; None while nobody has."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if given is None else given + (grade.extra_credit or 0.0)
