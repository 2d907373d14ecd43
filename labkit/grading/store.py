"""Keeps results by what they depend on, so that nothing is executed twice."""

import os
import tempfile
from pathlib import Path

from labkit.errors import LabkitError
from labkit.grading.jobs import Result


class Store:
    """Results in a folder, each in a file named by the key of its job.

    A file is there whole or not at all, whatever ends the grader: it is written beside, and
    takes its name when it is on the disk. Several graders may share a store.

    Parameters
    ----------
    folder : str or PathLike
        Where; made if it is not there.

    Raises
    ------
    LabkitError
        If the folder cannot be made.

    Examples
    --------
    >>> from labkit.grading.jobs import Job
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(folder)
    ...     store.keep(Job(()), Result([]))
    ...     store.find(Job(()))
    Result(outcomes=[], seconds=0.0, version=1)
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LabkitError(
                f"the folder of results {self.folder} cannot be made: {error.strerror}.",
                "Make room or give yourself the right to write there; nothing was graded.",
            ) from error

    def _path(self, job):
        return self.folder / f"{job.key}.json"

    def find(self, job):
        """Return the result of a job; None if there is none, or none that can be read.

        Parameters
        ----------
        job : labkit.grading.jobs.Job
            What was executed.

        Returns
        -------
        labkit.grading.jobs.Result or None
            What came of it.
        """
        try:
            return Result.from_json(self._path(job).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError):
            return None

    def keep(self, job, result):
        """Write the result of a job.

        Parameters
        ----------
        job : labkit.grading.jobs.Job
            What was executed.
        result : labkit.grading.jobs.Result
            What came of it.

        Raises
        ------
        LabkitError
            If it cannot be written; what was there before is there still.
        """
        try:
            write_whole(self._path(job), result.to_json())
        except OSError as error:
            raise LabkitError(
                f"a result cannot be written to {self.folder}: {error.strerror}.",
                "Make room there and start again: what is written already is not lost.",
            ) from error


def write_whole(path, text):
    """Write a file so that it is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where; an older file of that name is replaced.
    text : str
        What it holds.

    Raises
    ------
    OSError
        If there is no room or no right; an older file stays as it was.
    """
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
