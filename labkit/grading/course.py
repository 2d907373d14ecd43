"""An nbgrader course in a folder: made, driven and read, always through nbgrader itself."""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat

from labkit.errors import LabkitError
from labkit.grading.workshop import Workshop, read_notebook

MARK = ".labkit-course"  # stands in every folder that labkit made and may therefore remove
_PUBLIC = ("nbgrader_config.py", "roster.csv")


class CommandError(LabkitError):
    """An nbgrader command failed; carries what it printed.

    Examples
    --------
    >>> raise CommandError("`nbgrader list` failed: no exchange")
    Traceback (most recent call last):
    labkit.grading.course.CommandError: `nbgrader list` failed: no exchange
    """


@dataclass(frozen=True)
class Outcome:
    """What an nbgrader command did.

    Parameters
    ----------
    command : str
        As one would type it.
    code : int
        Its exit code.
    log : str
        What it printed.

    Examples
    --------
    >>> Outcome("nbgrader list", 0, "").ok
    True
    """

    command: str
    code: int
    log: str

    @property
    def ok(self):
        """Whether the command ended with exit code 0 (bool)."""
        return self.code == 0


class Course:
    """A course folder that nbgrader works in.

    Parameters
    ----------
    folder : str or PathLike
        Holds ``nbgrader_config.py`` and ``source/``.

    Raises
    ------
    LabkitError
        If it is not a course folder.

    See Also
    --------
    Course.copy : makes a working copy of a course.

    Examples
    --------
    >>> Course("/nowhere")
    Traceback (most recent call last):
    labkit.errors.LabkitError: /nowhere is not a course: it has no nbgrader_config.py.
    """

    def __init__(self, folder):
        self.folder = Path(folder).absolute()
        if not (self.folder / "nbgrader_config.py").is_file():
            raise LabkitError(f"{self.folder} is not a course: it has no nbgrader_config.py.")

    def __repr__(self):
        return f"Course({str(self.folder)!r})"

    @classmethod
    def copy(cls, origin, folder, workshops=None):
        """Make a working copy of a course: its settings, its roster and its sources.

        Parameters
        ----------
        origin : str or PathLike
            The course to copy, such as ``exercises``.
        folder : str or PathLike
            Where to; made anew. An older copy that stands there is removed.
        workshops : iterable of str, optional
            Which workshops; all by default.

        Returns
        -------
        Course
            The copy.

        Raises
        ------
        LabkitError
            If `folder` holds something that labkit did not make, or a workshop is missing.
        """
        origin, folder = cls(origin).folder, fresh_folder(folder)
        for name in _PUBLIC:
            if (origin / name).is_file():
                shutil.copy(origin / name, folder)
        for workshop in workshops or workshop_names(origin):
            source = Workshop(origin / "source" / workshop).folder
            ignored = shutil.ignore_patterns(".*", "__pycache__")
            shutil.copytree(source, folder / "source" / workshop, ignore=ignored)
        return cls(folder)

    @cached_property
    def workshops(self):
        """The workshops of the course, by name (dict of str to Workshop)."""
        return {
            name: Workshop(self.folder / "source" / name) for name in workshop_names(self.folder)
        }

    @cached_property
    def course_id(self):
        """Name of the course for nbgrader, from its settings (str)."""
        from traitlets.config import PyFileConfigLoader

        before = dict(os.environ)
        try:
            settings = PyFileConfigLoader("nbgrader_config.py", str(self.folder)).load_config()
        finally:  # the settings are meant for nbgrader's processes, not for this one
            os.environ.clear()
            os.environ.update(before)
        return settings.CourseDirectory.course_id

    def nbgrader(self, *arguments, check=True, cwd=None, environment=None):
        """Run an nbgrader command.

        Parameters
        ----------
        *arguments : str
            What follows ``nbgrader`` on the command line.
        check : bool
            Whether a failure raises.
        cwd : str or PathLike, optional
            Where to run it; in the course folder by default.
        environment : dict of str to str, optional
            Variables to set besides those of this process.

        Returns
        -------
        Outcome
            The command, its exit code and what it printed.

        Raises
        ------
        CommandError
            If the command fails and `check` is true; with nbgrader's own words.

        Notes
        -----
        The course's settings count, not those that whoever runs this has in ``~/.jupyter``.
        """
        command = shlex.join(["nbgrader", *arguments])
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd or self.folder,
            env=os.environ | {"JUPYTER_CONFIG_DIR": str(self.folder)} | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if check and run.returncode:
            raise CommandError(f"`{command}` failed in {cwd or self.folder}:\n{run.stdout.strip()}")
        return Outcome(command, run.returncode, run.stdout)

    def release(self, workshop, *options):
        """Generate the release version of a workshop.

        Parameters
        ----------
        workshop : str
            Its name.
        *options : str
            More options of ``nbgrader generate_assignment``, such as ``--no-db``.

        Returns
        -------
        pathlib.Path
            The folder that students get.

        Raises
        ------
        CommandError
            If nbgrader refuses the source.
        """
        self.nbgrader("generate_assignment", workshop, "--force", *options)
        return self.folder / "release" / workshop

    def hand_in(self, student, workshop, notebook):
        """Put a student's notebook where ``nbgrader autograde`` looks for it.

        Parameters
        ----------
        student, workshop : str
            Whose, and of which workshop.
        notebook : nbformat.NotebookNode
            What the student hands in.
        """
        folder = self.folder / "submitted" / student / workshop
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{workshop}.ipynb")

    def autograded(self, student, workshop):
        """Read the notebook that autograding left.

        Parameters
        ----------
        student, workshop : str
            Whose, and of which workshop.

        Returns
        -------
        nbformat.NotebookNode
            The executed notebook.

        Raises
        ------
        LabkitError
            If the submission was not graded.
        """
        return read_notebook(self.folder / "autograded" / student / workshop / f"{workshop}.ipynb")

    def standings(self, workshop):
        """Read the gradebook: every student of the course and what they got.

        Parameters
        ----------
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
        """
        from labkit.grading.gradebook import read_standings

        return read_standings(self, workshop)


def workshop_names(folder):
    """List the workshops of a course.

    Parameters
    ----------
    folder : str or PathLike
        The course folder.

    Returns
    -------
    list of str
        Their names, sorted.

    Examples
    --------
    >>> workshop_names("/nowhere")
    []
    """
    return sorted(path.parent.name for path in Path(folder, "source").glob("*/*.ipynb"))


def fresh_folder(folder):
    """Make an empty folder, removing an older one only if labkit made it.

    Parameters
    ----------
    folder : str or PathLike
        Where.

    Returns
    -------
    pathlib.Path
        The folder, absolute.

    Raises
    ------
    LabkitError
        If it exists, is not empty and does not carry labkit's mark.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     fresh_folder(Path(root, "new")).name
    'new'
    """
    folder = Path(folder).absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARK).is_file():
            raise LabkitError(
                f"{folder} exists and was not made by labkit, so it is left alone.",
                "Name another folder, or remove it yourself.",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("labkit made this folder and removes it when it is made anew.\n")
    return folder
