"""Makes jobs of what a class handed in: reads, repairs, and leaves out what cannot be executed."""

import hashlib
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import labkit
from labkit.errors import LabkitError
from labkit.grading.cells import carries_points, is_answer
from labkit.grading.course import workshop_names
from labkit.grading.intake import take_in
from labkit.grading.jobs import Job, Limits, Step
from labkit.grading.repair import originals, repair
from labkit.grading.warm import modules_for
from labkit.grading.workshop import read_notebook


@dataclass(frozen=True)
class Release:
    """What a submission of one workshop is measured by.

    Parameters
    ----------
    workshop : str
        Its name.
    cells : dict of str to tuple of labkit.grading.repair.Original
        The cells that nbgrader knows, by the name of the notebook.
    kernelspecs : dict of str to dict
        What every notebook says it is written in.
    files : dict of str to bytes
        The workshop's own files beside the notebooks; they take the place of the student's.
    modules : tuple of str
        What the kernels have imported beforehand.

    Examples
    --------
    >>> Release("mini", {}).files
    {}
    """

    workshop: str
    cells: dict
    kernelspecs: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    modules: tuple = ()


@dataclass
class Planned:
    """One submission, ready to be executed, or with the reason why not.

    Parameters
    ----------
    student : str
        Who handed it in.
    notebooks : dict of str to nbformat.NotebookNode
        Repaired, without outputs.
    jobs : dict of str to labkit.grading.jobs.Job
        What to execute, by the name of the notebook.
    findings : list of labkit.grading.intake.Finding
        Why something cannot be executed.
    repairs : list of str
        What was put right.

    Examples
    --------
    >>> Planned("s01").jobs
    {}
    """

    student: str
    notebooks: dict = field(default_factory=dict)
    jobs: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)
    repairs: list = field(default_factory=list)


def read_release(course, workshop):
    """Read what a workshop's submissions are measured by.

    Parameters
    ----------
    course : labkit.grading.course.Course
        The course; its gradebook is only read.
    workshop : str
        Its name.

    Returns
    -------
    Release
        What the gradebook and the source hold.

    Raises
    ------
    LabkitError
        If there is no such workshop, or it was never generated.

    Examples
    --------
    >>> from labkit.grading.course import Course
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "nbgrader_config.py").touch()
    ...     read_release(Course(folder), "mini")
    Traceback (most recent call last):
    labkit.errors.LabkitError: there is no workshop 'mini'...
    """
    from nbgrader.api import Gradebook, MissingEntry  # slow to import

    known, folder = workshop_names(course.folder), course.folder / "source" / workshop
    if workshop not in known:
        raise LabkitError(
            f"there is no workshop {workshop!r} in {course.folder / 'source'}.",
            f"There are {', '.join(known) or 'none'}.",
        )
    path, generate = (
        course.folder / "gradebook.db",
        f"Run `nbgrader generate_assignment {workshop}`.",
    )
    if not path.is_file():
        raise LabkitError(f"there is no gradebook in {course.folder}.", generate)
    address = f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"
    with Gradebook(address, course.course_id) as book:
        try:
            names = sorted(notebook.name for notebook in book.find_assignment(workshop).notebooks)
        except MissingEntry as error:
            raise LabkitError(f"the gradebook has no workshop {workshop!r}.", generate) from error
        cells = {name: originals(book, workshop, name) for name in names}
    sources = {name: read_notebook(folder / f"{name}.ipynb") for name in names}
    code = "\n".join(c.source for nb in sources.values() for c in nb.cells if c.cell_type == "code")
    return Release(
        workshop,
        cells,
        kernelspecs={name: dict(nb.metadata.get("kernelspec", {})) for name, nb in sources.items()},
        files=take_in(folder, ()).files,
        modules=modules_for(code),
    )


def plan(course, release, student, limits=None, seed=0):
    """Read one submission and make jobs of it.

    Parameters
    ----------
    course : labkit.grading.course.Course
        Where it lies.
    release : Release
        What it is measured by.
    student : str
        Whose it is.
    limits : labkit.grading.jobs.Limits, optional
        What it may take.
    seed : int
        For its random numbers.

    Returns
    -------
    Planned
        Its jobs, and what is wrong with it.
    """
    folder = course.folder / "submitted" / student / release.workshop
    taken = take_in(folder, release.cells)
    planned = Planned(student, taken.notebooks, findings=list(taken.findings))
    files = {n: d for n, d in taken.files.items() if n != "timestamp.txt"} | release.files
    for name, notebook in taken.notebooks.items():
        planned.repairs += repair(notebook, release.cells[name])
        notebook.metadata["kernelspec"] = dict(release.kernelspecs[name])
        steps = [
            _step(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"
        ]
        planned.jobs[name] = Job(
            tuple(step for step in steps if step.source.strip()),
            files,
            limits or Limits(),
            release.modules,
            seed,
            surroundings(),
        )
    return planned


def _step(index, cell):
    return Step(index, cell.source, test=carries_points(cell) and not is_answer(cell))


@cache
def surroundings():
    """Return a digest (str) of what a result depends on besides its job.

    Python, the packages that are installed, and labkit's own code, which students' checks use.

    Examples
    --------
    >>> surroundings() == surroundings()
    True
    """
    found = {f"{d.metadata['Name']}=={d.version}" for d in metadata.distributions()}
    digest = hashlib.sha256("\n".join([sys.version, *sorted(found)]).encode())
    root = Path(labkit.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
