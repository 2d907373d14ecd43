"""Reads what a student handed in as what it is: bytes of a stranger.

Nothing here follows a link, runs code or takes more memory than the limits allow; what cannot be
read becomes a finding with a sentence, and never an error that would stop a class.
"""

import difflib
import json
import os
import re
import stat
from dataclasses import dataclass, field

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

MEGABYTE = 1_000_000
_CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KINDS = {"code": new_code_cell, "markdown": new_markdown_cell}


@dataclass(frozen=True)
class Limits:
    """How much a submission may hold.

    Parameters
    ----------
    notebook, file, total : int
        Bytes of a notebook, of another file, and of all files together.
    count : int
        Number of files.

    Examples
    --------
    >>> Limits().notebook
    10000000
    """

    notebook: int = 10 * MEGABYTE
    file: int = 10 * MEGABYTE
    total: int = 20 * MEGABYTE
    count: int = 200


@dataclass(frozen=True)
class Finding:
    """What is wrong with a submission.

    Parameters
    ----------
    status : str
        One of `labkit.grading.status.STATUSES`.
    sentence : str
        What was found, and what to do.
    notebook : str
        Name of the notebook it is about, without ``.ipynb``; empty if it is about all.

    Examples
    --------
    >>> Finding("missing", "There is no step.ipynb.", "step").status
    'missing'
    """

    status: str
    sentence: str
    notebook: str = ""


@dataclass(frozen=True)
class Intake:
    """What a student handed in, read.

    Parameters
    ----------
    notebooks : dict of str to nbformat.NotebookNode
        Those that could be read, by name without ``.ipynb``.
    files : dict of str to bytes
        The other files, by their path in the submission.
    findings : tuple of Finding
        What is wrong.

    Examples
    --------
    >>> Intake().findings
    ()
    """

    notebooks: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    findings: tuple = ()


class UnreadableError(Exception):
    """A file that is not what it should be; carries the status and the sentence.

    Examples
    --------
    >>> UnreadableError("corrupt", "It is empty.").args
    ('corrupt', 'It is empty.')
    """


def take_in(folder, names, limits=None):
    """Read a submission.

    Parameters
    ----------
    folder : str or PathLike
        The student's folder, ``submitted/STUDENT/WORKSHOP``.
    names : iterable of str
        The notebooks that were asked for, without ``.ipynb``.
    limits : Limits, optional
        How much it may hold.

    Returns
    -------
    Intake
        What could be read, and what could not.

    Examples
    --------
    >>> take_in("/nowhere", ["step"]).findings[0].status
    'missing'
    """
    limits, names = limits or Limits(), tuple(names)
    try:
        found = _walk(os.fspath(folder), limits)
    except FileNotFoundError:
        found = {}
    except UnreadableError as reason:
        return Intake(findings=(Finding(*reason.args),))
    notebooks, findings = {}, []
    for name in names:
        try:
            notebooks[name] = _notebook(name, found)
        except UnreadableError as reason:
            findings.append(Finding(*reason.args, name))
    wanted = {f"{name}.ipynb" for name in names}
    others = {
        path: data
        for path, data in found.items()
        if isinstance(data, bytes) and path not in wanted and not path.endswith(".ipynb")
    }
    return Intake(notebooks, others, tuple(findings))


def _walk(folder, limits):
    """Read all files below a folder, by path; where there is a folder, None stands for it."""
    found, total = {}, 0
    for path, entry in _entries(folder):
        if stat.S_ISDIR(entry.st_mode):
            found[path] = None
            continue
        if not stat.S_ISREG(entry.st_mode):
            what = "a link" if stat.S_ISLNK(entry.st_mode) else "no ordinary file"
            raise UnreadableError(
                "refused", f"{path!r} is {what}. Links and devices are not followed."
            )
        total += entry.st_size
        largest = limits.notebook if path.endswith(".ipynb") else limits.file
        if entry.st_size > largest or total > limits.total:
            raise UnreadableError(
                "too_large", _too_large(path, entry.st_size, total, largest, limits)
            )
        found[path] = entry
        if len(found) > limits.count:
            raise UnreadableError("too_large", f"There are more than {limits.count} files.")
    return {path: entry and _read(folder, path, entry.st_size) for path, entry in found.items()}


def _too_large(path, size, total, largest, limits):
    if size > largest:
        return f"{path!r} has {size:,} bytes; {largest:,} are allowed. Were the outputs cleared?"
    return f"The files together have {total:,} bytes or more; {limits.total:,} are allowed."


def _entries(folder):
    """List what a folder holds, with its kind, and never look through a link."""
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        raise UnreadableError("refused", f"{folder!r} is a link or a file. Links are not followed.")
    for root, folders, files, at in os.fwalk(folder, onerror=_refuse, follow_symlinks=False):
        for name in sorted([*folders, *files]):
            path = os.path.relpath(os.path.join(root, name), folder)
            yield path, os.stat(name, dir_fd=at, follow_symlinks=False)


def _refuse(error):
    raise UnreadableError("refused", f"{error.filename!r} cannot be opened: {error.strerror}.")


def _read(folder, path, size):
    """Read a file; one that is no longer the one that was seen is refused."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = _open_below(folder, path, flags)
    except OSError as error:
        raise UnreadableError("refused", f"{path!r} cannot be opened: {error.strerror}.") from error
    with open(descriptor, "rb") as file:
        data = file.read(size + 1)
    if len(data) > size:
        raise UnreadableError("refused", f"{path!r} grew while it was read.")
    return data


def _open_below(folder, path, flags):
    """Open a file step by step, so that no folder on the way can be a link."""
    *folders, name = path.split(os.sep)
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    for step in folders:
        try:
            below = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
        finally:
            os.close(at)
        at = below
    try:
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)


def _notebook(name, found):
    """Read one notebook from the bytes that were found."""
    path = f"{name}.ipynb"
    if path not in found:
        raise UnreadableError("missing", _missing(path, found))
    if found[path] is None:
        raise UnreadableError("corrupt", f"{path!r} is a folder.")
    return _checked(path, _parsed(path, found[path]))


def _missing(path, found):
    """Say which of the files may be the one that was asked for."""
    others = sorted(other for other in found if other.endswith(".ipynb"))
    if not others:
        return f"There is no {path!r}, and no other notebook."
    near = difflib.get_close_matches(path, others, n=1, cutoff=0.0)[0]
    return f"There is no {path!r}. Was {near!r} renamed? There are: {', '.join(others)}."


def _parsed(path, data):
    """Turn bytes into what JSON says."""
    if not data.strip():
        raise UnreadableError("corrupt", f"{path!r} is empty.")
    if data.startswith(_BOM):
        raise UnreadableError(
            "corrupt",
            f"{path!r} begins with a byte-order mark, as an editor on Windows writes it. Save it as "
            "UTF-8 without.",
        )
    try:
        text = data.decode("utf-8")
        return json.loads(text)
    except UnicodeDecodeError as error:
        why = f"is not UTF-8 text (byte {error.start})"
    except RecursionError:
        why = "is nested deeper than a notebook ever is"
    except ValueError as error:  # of JSON, or a number of thousands of digits
        if _CONFLICT.search(text):
            why = "holds the marks of a merge that was not finished (<<<<<<<, >>>>>>>)"
        else:
            why = f"is no JSON: {error}"
    raise UnreadableError("corrupt", f"{path!r} {why}. It may have been cut off or edited by hand.")


def _checked(path, content):
    """Turn what JSON says into a notebook, or say why it is none."""
    version = content.get("nbformat") if isinstance(content, dict) else None
    if version != 4:
        what = f"is a notebook of format {version!r}" if version is not None else "is no notebook"
        raise UnreadableError(
            "corrupt", f"{path!r} {what}; format 4 is read. Open it in Jupyter and save it again."
        )
    cells = content.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("corrupt", f"{path!r} has no list of cells.")
    notebook, taken = new_notebook(), set()
    for index, cell in enumerate(cells):
        try:
            notebook.cells.append(_cell(cell, index, taken))
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            why = "its source is no text" if isinstance(error, TypeError) else "it is nothing such"
            raise UnreadableError(
                "corrupt", f"Cell {index + 1} of {path!r} is no cell: {why}."
            ) from error
    return notebook


def _cell(content, index, taken):
    """Make a cell of what stands for one; what no grader needs is left out.

    What a program printed on a student's computer is nobody's proof, so outputs go as well.
    """
    make = _KINDS.get(str(content.get("cell_type")), new_raw_cell)
    source = content.get("source", "")
    source = source if isinstance(source, str) else "".join(source)
    source = source.encode("utf-8", "replace").decode()  # half a letter cannot be stored
    cell = make(source, id=_unique(content.get("id"), index, taken))
    metadata = content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if "nbgrader" in metadata:
        cell.metadata["nbgrader"] = nbformat.from_dict(metadata["nbgrader"])
    tags = metadata.get("tags")
    if isinstance(tags, list) and (words := [tag for tag in tags if isinstance(tag, str)]):
        cell.metadata["tags"] = list(dict.fromkeys(words))
    if cell.cell_type != "code" and _are_attachments(content.get("attachments")):
        cell.attachments = nbformat.from_dict(content["attachments"])
    return cell


def _are_attachments(content):
    """Tell whether these are images that a text cell brings along: data by type by name."""
    if not isinstance(content, dict) or not all(isinstance(v, dict) for v in content.values()):
        return False
    return all(isinstance(data, str) for kinds in content.values() for data in kinds.values())


def _unique(id, index, taken):
    """Keep a cell's id if it is one and new; else make one that is the same every time."""
    good = isinstance(id, str) and _ID.fullmatch(id) and id not in taken
    name = id if good else f"cell-{index}"
    while name in taken:
        name += "-"
    taken.add(name)
    return name
