"""Make the versions of the workshops that students get: ``python -m labkit.grading.release``."""

import hashlib
import json
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from labkit.errors import LabkitError
from labkit.grading.course import Course, workshop_names
from labkit.grading.faults import faults
from labkit.grading.leaks import leaks
from labkit.grading.workshop import Workshop
from labkit.site import repository

STAMPS = ".stamps.json"


def release(course, output, workshops=None):
    """Generate, check and store the release version of workshops.

    What is already there and made from the same sources with the same tools is kept.

    Parameters
    ----------
    course : str or PathLike
        The course folder, such as ``exercises``. It is only read.
    output : str or PathLike
        Receives a folder for each workshop.
    workshops : iterable of str, optional
        Which workshops; all by default. Given none, `output` is also cleared of workshops
        that the course no longer has.

    Returns
    -------
    dict of str to bool
        For each workshop whether it was made (true) or kept (false).

    Raises
    ------
    LabkitError
        If a source is faulty, nbgrader refuses it, or the release shows what it must not. The
        release that stood there is then removed, so that no old one passes for a new one.

    Examples
    --------
    >>> release("/nowhere", "/tmp/released")
    Traceback (most recent call last):
    labkit.errors.LabkitError: /nowhere is not a course: it has no nbgrader_config.py.
    """
    course, output = Course(course), Path(output).absolute()
    output.mkdir(parents=True, exist_ok=True)
    names = list(workshops or workshop_names(course.folder))
    stamps = _read_stamps(output)
    if workshops is None:
        _clear(output, stamps, keep=names)
    stale = [name for name in names if stamps.get(name) != _stamp(course, output, name)]
    for name in stale:
        _remake(course, output, name, stamps)
    return {name: name in stale for name in names}


def _remake(course, output, name, stamps):
    """Replace one release, or remove it if it cannot be made."""
    shutil.rmtree(output / name, ignore_errors=True)
    stamps.pop(name, None)
    _write_stamps(output, stamps)
    workshop = Workshop(course.folder / "source" / name)
    _refuse(workshop, "cannot be released", faults(workshop))
    with tempfile.TemporaryDirectory() as work:
        copy = Course.copy(course.folder, Path(work, "course"), [name])
        made = copy.release(name, "--no-db")
        _refuse(workshop, "would leak", leaks(workshop, made))
        shutil.copytree(made, output / name)
    stamps[name] = _stamp(course, output, name)
    _write_stamps(output, stamps)


def _refuse(workshop, verdict, reasons):
    if reasons:
        listed = "".join(f"\n- {reason}" for reason in reasons)
        raise LabkitError(
            f"workshop {workshop.name!r} {verdict}:{listed}", f"Edit {workshop.path}."
        )


def _stamp(course, output, name):
    """Digest all that a release is made from, and of what was made."""
    tools = sorted(Path(__file__).parent.glob("*.py"))
    source = _files(course.folder / "source" / name)
    parts = [course.folder / "nbgrader_config.py", *tools, *source, *_files(output / name)]
    digest = hashlib.sha256(f"{version('nbgrader')} {version('nbconvert')} {repository()}".encode())
    for path in parts:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _read_stamps(output):
    """Read the stamps of the releases in `output`; none if the file is missing or damaged."""
    try:
        stamps = json.loads((output / STAMPS).read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _write_stamps(output, stamps):
    (output / STAMPS).write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n")


def _clear(output, stamps, keep):
    """Remove releases, made by us, of workshops that are gone."""
    for name in sorted(set(stamps) - set(keep)):
        shutil.rmtree(output / name, ignore_errors=True)
        del stamps[name]
    _write_stamps(output, stamps)


def main(
    output: Annotated[Path, typer.Option(help="Folder that receives the releases.")],
    course: Annotated[Path, typer.Option(help="The course folder.")] = Path("exercises"),
    workshop: Annotated[list[str] | None, typer.Argument(help="Only these; default all.")] = None,
):
    """Generate the release version of every workshop and check that it leaks nothing."""
    try:
        for name, made in release(course, output, workshop).items():
            print(f"{'made' if made else 'kept'} {output / name}")
    except LabkitError as error:
        print(f"release: {error}", file=sys.stderr)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
