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
from labkit.site import install_requirement

STAMPS = ".stamps.json"


def release(course, output, workshops=None):
    """Generate, check and store the release version of workshops.

    What is already there and made from the same sources with the same tools is kept.

    Parameters
    ----------
    course : str or PathLike
        The course folder, such as ``exercises``. It is only read.
    output : str or PathLike
        Receives a folder for each workshop. What stands there is replaced only by a release
        that is made and checked, and only if it is itself a release.
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
        If a source is faulty, nbgrader refuses it, or the release shows what it must not; also
        if `output` lies in the course's sources, or holds, under the name of a workshop, what
        is no release. Nothing is changed then.

    Examples
    --------
    >>> release("/nowhere", "/tmp/released")
    Traceback (most recent call last):
    labkit.errors.LabkitError: /nowhere is not a course: it has no nbgrader_config.py.
    """
    course, output = Course(course), Path(output).absolute()
    names = list(workshops or workshop_names(course.folder))
    stamps = _read_stamps(output)
    _refuse_places(course, output, names, stamps)
    output.mkdir(parents=True, exist_ok=True)
    if workshops is None:
        _clear(output, stamps, keep=names)
    stale = [name for name in names if stamps.get(name) != _stamp(course, output, name)]
    for name in stale:
        _remake(course, output, name, stamps)
    return {name: name in stale for name in names}


def _refuse_places(course, output, names, stamps):
    """Refuse to write where something would be lost that can not be made again."""
    if output.resolve().is_relative_to((course.folder / "source").resolve()):
        raise LabkitError(f"{output} lies in the course's sources.", "Name another output folder.")
    places = [output, *(output / name for name in names if name not in stamps)]
    for place in places:
        if place.exists() and not (place.is_dir() and (place == output or _is_release(place))):
            raise LabkitError(
                f"{place} was not made by labkit.grading.release, so it is left alone.",
                "Name another output folder, or remove it yourself.",
            )


def _is_release(place):
    """Tell whether a folder without our stamp holds what a release holds, and no more."""
    names = {path.name for path in place.iterdir()}
    return not place.is_symlink() and names <= {f"{place.name}.ipynb"}


def _remake(course, output, name, stamps):
    """Make one release, and put it in the place of the old one."""
    workshop = Workshop(course.folder / "source" / name)
    _refuse(workshop, "cannot be released", faults(workshop))
    with tempfile.TemporaryDirectory() as work:
        copy = Course.copy(course.folder, Path(work, "course"), [name])
        made = copy.release(name, "--no-db")
        _refuse(workshop, "would leak", leaks(workshop, made))
        _remove(output / name)
        shutil.copytree(made, output / name)
    stamps[name] = _stamp(course, output, name)
    _write_stamps(output, stamps)


def _remove(folder):
    if folder.exists():
        shutil.rmtree(folder)


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
    versions = f"{version('nbgrader')} {version('nbconvert')} {install_requirement()}"
    digest = hashlib.sha256(versions.encode())
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
    if not isinstance(stamps, dict):
        return {}
    present = {path.name for path in output.iterdir()}  # so that none names what lies elsewhere
    return {name: stamp for name, stamp in stamps.items() if name in present}


def _write_stamps(output, stamps):
    (output / STAMPS).write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n")


def _clear(output, stamps, keep):
    """Remove releases, made by us, of workshops that are gone."""
    for name in sorted(set(stamps) - set(keep)):
        _remove(output / name)
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
