"""The instructor's way with stock nbgrader, command by command.

The instructor guide of the book shows these commands and `labkit.grading.demo` runs them; a
test holds the two together.
"""

from dataclasses import dataclass

INSTRUCTOR, STUDENT = "instructor", "student"
EXAMPLE = {  # what the guide fills in
    "workshop": "perceptron",
    "student": "s01",
    "due": "2027-03-01 18:00 UTC",
    "course": "neural-networks",
}


@dataclass(frozen=True)
class Step:
    """One command of the instructor's way.

    Parameters
    ----------
    name : str
        What it does, in a word or two.
    who : str
        ``"instructor"``, who types in the course folder, or ``"student"``, who types in theirs.
    command : str
        What to type, with ``{workshop}``, ``{student}`` and ``{due}`` to fill in.
    simulated : str
        What the demo adds, because its whole class is one account of one computer.
    may_fail : bool
        Whether exit code 1 only says that some submissions could not be graded.

    Examples
    --------
    >>> Step("release", INSTRUCTOR, "nbgrader release_assignment {workshop}").typed()
    'nbgrader release_assignment perceptron'
    """

    name: str
    who: str
    command: str
    simulated: str = ""
    may_fail: bool = False

    def typed(self, simulated=False, **values):
        """Fill in the command.

        Parameters
        ----------
        simulated : bool
            Whether to add what only the demo needs.
        **values : str
            What to fill in; the guide's examples by default.

        Returns
        -------
        str
            What to type.
        """
        command = self.command + (f" {self.simulated}" if simulated and self.simulated else "")
        return command.format(**(EXAMPLE | values))


_STEPS = (
    Step("roster", INSTRUCTOR, "nbgrader db student import roster.csv"),
    Step("generate", INSTRUCTOR, "nbgrader generate_assignment {workshop}"),
    Step("preview", INSTRUCTOR, "nbgrader validate source/{workshop}/{workshop}.ipynb"),
    Step("due", INSTRUCTOR, 'nbgrader db assignment add {workshop} --duedate="{due}"'),
    Step("release", INSTRUCTOR, "nbgrader release_assignment {workshop}"),
    Step("fetch", STUDENT, "nbgrader fetch_assignment {workshop}"),
    Step("submit", STUDENT, "nbgrader submit {workshop}", "--student={student}"),
    Step(
        "collect",
        INSTRUCTOR,
        "nbgrader collect {workshop}",
        "--ExchangeCollect.check_owner=False",
    ),
    Step("autograde", INSTRUCTOR, "nbgrader autograde {workshop}", may_fail=True),
    Step("regrade", INSTRUCTOR, "nbgrader autograde {workshop} --student={student} --force"),
    Step("feedback", INSTRUCTOR, "nbgrader generate_feedback {workshop}"),
    Step("release feedback", INSTRUCTOR, "nbgrader release_feedback {workshop}"),
    Step("fetch feedback", STUDENT, "nbgrader fetch_feedback {workshop}"),
    Step("export", INSTRUCTOR, "nbgrader export --to=grades.csv"),
)
STEPS = {step.name: step for step in _STEPS}

# What stands in /etc/jupyter/nbgrader_config.py on the students' server.
SITE_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "{course}"
c.Exchange.root = "{exchange}"
"""
