"""Play a class through stock nbgrader: ``python -m labkit.grading.demo --output _build/demo``.

A class of twelve fetches a workshop, works, hands in (or not), is graded and gets feedback,
with nothing but nbgrader's own commands, in a folder and with a roster of its own.
"""

import os
import shlex
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from labkit.errors import LabkitError
from labkit.grading.cases import load_cases
from labkit.grading.classroom import RENAMED, ROSTER, make_class, renamed, write_roster
from labkit.grading.course import CommandError, Course, fresh_folder
from labkit.grading.report import grades_table, paths_to_look_at, remarks, timings_table
from labkit.grading.steps import SITE_CONFIG, STEPS
from labkit.grading.workshop import Workshop


class Demo:
    """The folder that a demonstration lives in, and the commands that run there.

    Parameters
    ----------
    exercises : str or PathLike
        The course to demonstrate. It is only read.
    workshop : str
        Name of the workshop.
    output : str or PathLike
        Where; made anew each time, refused if labkit did not make it.
    console : rich.console.Console
        Where to print.

    Raises
    ------
    LabkitError
        If the workshop or its cases are missing, or `output` is somebody else's folder.

    Examples
    --------
    >>> Demo("exercises", "no-such-workshop", "/tmp/demo", Console())
    Traceback (most recent call last):
    labkit.errors.LabkitError: there is no notebook exercises/source/...
    """

    def __init__(self, exercises, workshop, output, console):
        exercises = Path(exercises)
        self.workshop = Workshop(exercises / "source" / workshop)
        self.name, self.console = workshop, console
        cases = load_cases(exercises / "cases" / workshop)
        self.pupils = make_class(self.workshop, cases)
        self.folder = fresh_folder(output)
        self.exchange = self.folder / "exchange"
        self.exchange.mkdir()
        self.course = Course.copy(exercises, self.folder / "course", [workshop])
        write_roster(self.course.folder / "roster.csv")
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self._numbers, self.seconds = count(1), defaultdict(list)

    def home(self, student):
        """Folder of one student (pathlib.Path), with the settings of the students' server."""
        home = self.folder / "students" / student
        if not home.is_dir():
            home.mkdir(parents=True)
            settings = SITE_CONFIG.format(course=self.course.course_id, exchange=self.exchange)
            (home / "nbgrader_config.py").write_text(settings)
        return home

    def run(self, name, by=None, **values):
        """Run one command of the instructor's way, and print it as it is typed.

        Parameters
        ----------
        name : str
            Name of the step.
        by : str, optional
            The student who types it; the instructor by default.
        **values : str
            What to fill into the command.

        Returns
        -------
        labkit.grading.course.Outcome
            What it did.

        Raises
        ------
        CommandError
            If it fails where it should not.
        """
        step, who, start = STEPS[name], by or "instructor", time.monotonic()
        typed = step.typed(simulated=True, **{"workshop": self.name, "student": by, **values})
        outcome = self.course.nbgrader(
            *shlex.split(typed)[1:],
            check=False,
            cwd=self.home(by) if by else None,
            environment=self._environment(by),
        )
        text = f"$ {typed}\n{outcome.log}\nexit code {outcome.code}\n"
        log = self.logs / f"{next(self._numbers):02}-{name.replace(' ', '-')}-{who}.log"
        log.write_text(text, encoding="utf-8")
        self.seconds[name].append(time.monotonic() - start)
        took = f"{self.seconds[name][-1]:.1f} s"
        self.console.print(
            f"[dim]{who:>10}[/] $ [bold]{escape(typed)}[/] [dim]{took}[/]", soft_wrap=True
        )
        if outcome.code and not step.may_fail:
            raise CommandError(f"`{typed}` failed:\n{outcome.log.strip()}")
        return outcome

    def _environment(self, student):
        """Variables of one person's account."""
        shared = {"LABKIT_EXCHANGE": str(self.exchange)}
        if student is None:
            return shared
        home = self.home(student)
        places = {"HOME": home, "JUPYTER_DATA_DIR": home / ".data", "JUPYTER_CONFIG_DIR": home}
        return shared | {name: str(place) for name, place in places.items()}

    def everybody(self, do, pupils):
        """Let students act, two at a time."""
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            list(pool.map(do, pupils))

    def say(self, words):
        """Print what happens next."""
        self.console.print(f"\n[cyan]{words}[/]")


def play(demo):
    """Play the whole course of a workshop, from the roster to the grades.

    Parameters
    ----------
    demo : Demo
        Where.

    Returns
    -------
    list of labkit.grading.gradebook.Standing
        Who got what.

    Raises
    ------
    CommandError
        If a command fails that should not.
    """
    _prepare(demo)
    _hand_out_and_in(demo)
    _grade(demo)
    _give_back(demo)
    return demo.course.standings(demo.name)


def _prepare(demo):
    demo.say("The instructor enters the class, makes the students' version and releases it.")
    demo.run("roster")
    demo.run("generate")
    if "Success" not in demo.run("preview").log:  # nbgrader ends with 0 either way
        raise LabkitError("the instructor's own answers fail the tests.", f"See {demo.logs}.")
    demo.run("due", due=f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M} UTC")
    demo.run("release")


def _hand_out_and_in(demo):
    demo.say("The students fetch it, work, and hand in what they have.")
    demo.everybody(lambda pupil: demo.run("fetch", pupil.student), demo.pupils)
    for pupil in demo.pupils:
        if pupil.hands_in:
            pupil.work(demo.home(pupil.student) / demo.name, demo.name)
    on_time = [pupil for pupil in demo.pupils if pupil.hands_in and not pupil.late]
    demo.everybody(lambda pupil: demo.run("submit", pupil.student), on_time)
    demo.say("The due date passes (here by moving it to this moment), and somebody is late.")
    demo.run("due", due=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC")
    for pupil in demo.pupils:
        if pupil.late:
            demo.run("submit", pupil.student)


def _grade(demo):
    demo.say("The instructor collects and grades; two submissions are damaged.")
    demo.run("collect")
    outcome = demo.run("autograde")
    failures = [line for line in outcome.log.splitlines() if "' for student '" in line]
    demo.console.print("\n".join(f"           {line}" for line in failures), markup=False)
    demo.say("The renamed file is given its name back, and graded.")
    for pupil in demo.pupils:
        if pupil.spoilt == RENAMED:
            folder = demo.course.folder / "submitted" / pupil.student / demo.name
            (folder / renamed(demo.name)).rename(folder / f"{demo.name}.ipynb")
            demo.run("regrade", student=pupil.student)


def _give_back(demo):
    demo.say("Students get feedback, the registrar gets a table.")
    demo.run("feedback")
    demo.run("release feedback")
    demo.run("fetch feedback", demo.pupils[0].student)  # the others do the same
    demo.run("export")


def _width():
    """Width of the screen, or enough for the table where there is none."""
    return None if sys.stdout.isatty() else 140


def main(
    output: Annotated[Path, typer.Option(help="Folder to play in; made anew each time.")],
    workshop: Annotated[str, typer.Option(help="Which workshop.")] = "perceptron",
    course: Annotated[Path, typer.Option(help="The course folder.")] = Path("exercises"),
    timings: Annotated[Path | None, typer.Option(help="Write the guide's table of times.")] = None,
):
    """Play a class of twelve through stock nbgrader and print who got what."""
    console, start = Console(highlight=False, width=_width()), time.monotonic()
    try:
        demo = Demo(course, workshop, output, console)
        standings = play(demo)
    except LabkitError as error:
        Console(stderr=True).print(f"demo: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    roles = {pupil.student: pupil.role for pupil in demo.pupils}
    names = {student: name.split()[0] for student, name in ROSTER.items()}
    console.print()
    console.print(grades_table(demo.workshop, standings, names, roles))
    for line in remarks(demo.course, demo.workshop, standings):
        console.print(line, markup=False)
    console.print(paths_to_look_at(demo.folder, demo.name, standings), markup=False)
    if timings:
        timings.write_text(timings_table(demo.seconds), encoding="utf-8")
    console.print(f"Took {time.monotonic() - start:.0f} s.")


if __name__ == "__main__":
    typer.run(main)
