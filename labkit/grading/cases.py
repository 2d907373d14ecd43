"""Answers that prove a workshop's tests: wrong ones that must lose points, right ones that must not."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from labkit.errors import LabkitError

_FILE = {"task", "wrong", "right", "costly"}
_ANSWER = {"name", "answer", "why", "also"}
_WRONG = {"check", "says", "hidden"}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Case:
    """One answer to one task, and what the tests must make of it.

    Parameters
    ----------
    task : str
        Name of the task; empty for a case that is about the whole workshop.
    kind : str
        ``"wrong"``, ``"right"``, ``"reference"`` or ``"untouched"``.
    name : str
        What tells it from the other cases of its task.
    answers : dict of str to str
        Source by ``grade_id``; everything else is answered as the instructor did.
    check : str
        Printed title of the check that must fail (wrong answers only).
    says : tuple of str
        Words that the failing check must print.
    hidden : bool
        Whether that check is one that students do not see.
    why : str
        What the student was thinking.
    costly : bool
        Whether the tests of its task take seconds, because they train.

    Examples
    --------
    >>> Case("step", "wrong", "strict", {"step": "..."}).student
    'step.wrong.strict'
    """

    task: str
    kind: str
    name: str
    answers: dict
    check: str = ""
    says: tuple = ()
    hidden: bool = False
    why: str = ""
    costly: bool = False

    @property
    def student(self):
        """Id of the student who hands this in (str)."""
        return ".".join(part for part in (self.task, self.kind, self.name) if part)


def load_cases(folder):
    r"""Read the cases of a workshop.

    Parameters
    ----------
    folder : str or PathLike
        ``exercises/cases/WORKSHOP``, with one ``TASK.yml`` for each task.

    Returns
    -------
    list of Case
        All of them, in the order of the files.

    Raises
    ------
    LabkitError
        If a file is not as it should be; the error names the file and the case.

    Examples
    --------
    >>> import tempfile
    >>> text = "task: step\nright:\n- {name: plain, answer: 'step = abs'}\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "step.yml").write_text(text)
    ...     [case.student for case in load_cases(folder)]
    ['step.right.plain']
    """
    return [case for path in sorted(Path(folder).glob("*.yml")) for case in _read(path)]


def _read(path):
    """Read the cases of one file."""
    content = _mapping(path)
    if content["task"] != path.stem:
        raise LabkitError(f"{path}: task is {content['task']!r}, but the file is {path.name}.")
    cases = [
        replace(_case(path, content["task"], kind, entry), costly=bool(content.get("costly")))
        for kind in ("wrong", "right")
        for entry in content.get(kind) or []
    ]
    names = [case.name for case in cases]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise LabkitError(f"{path}: the names {repeated} are used more than once.")
    return cases


def _mapping(path):
    """Read what the file holds, refusing keys that it may not have."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LabkitError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, dict) or "task" not in content:
        raise LabkitError(f"{path} does not begin with `task: NAME`.")
    _allow(path, content, _FILE)
    return content


def _case(path, task, kind, entry):
    """Make one case, or raise an error that names it."""
    where = f"{path}: {kind} {entry.get('name')!r}" if isinstance(entry, dict) else f"{path}"
    if not isinstance(entry, dict):
        raise LabkitError(f"{where}: an entry of {kind!r} is not a mapping.")
    _allow(where, entry, _ANSWER | (_WRONG if kind == "wrong" else set()))
    needed = {"name", "answer"} | ({"why", "check", "says"} if kind == "wrong" else set())
    if missing := sorted(key for key in needed if not entry.get(key)):
        raise LabkitError(f"{where}: {missing} is missing or empty.")
    if not _SLUG.fullmatch(str(entry["name"])):
        raise LabkitError(f"{where}: the name must be small letters, digits and hyphens.")
    return Case(
        task=task,
        kind=kind,
        name=entry["name"],
        answers={task: entry["answer"], **(entry.get("also") or {})},
        check=entry.get("check", ""),
        says=_words(where, entry.get("says", ())),
        hidden=bool(entry.get("hidden", False)),
        why=entry.get("why", ""),
    )


def _words(where, says):
    """Take the words of `says`, which may be one text or a list of texts."""
    words = (says,) if isinstance(says, str) else tuple(says)
    if not all(isinstance(word, str) and word for word in words):
        raise LabkitError(
            f"{where}: `says` must be words, got {says!r}; quote what YAML reads as numbers."
        )
    return words


def _allow(where, mapping, keys):
    if unknown := sorted(set(mapping) - keys):
        raise LabkitError(f"{where}: unknown key {unknown}.", f"Known are {sorted(keys)}.")
