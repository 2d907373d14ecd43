"""What is to be executed of a submission, and what came of it: data alone, the same everywhere.

A `Job` holds all that its outcome depends on, and no name of a student. So the same job gives the
same `Result` on any computer, and a result that is there need not be made again.
"""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace

from labkit.grading.cage import Cage

VERSION = 1  # of the data below; results of another version are made anew


@dataclass(frozen=True)
class Limits:
    """What a submission may take.

    Parameters
    ----------
    cell, total : float
        Seconds for one cell, and for all of them together.
    memory, scratch : int
        Bytes of memory, and of files that it writes.
    processes : int
        Processes and threads.
    output : int
        Bytes that one cell may print, draw or display.

    Examples
    --------
    >>> Limits(memory=1 << 30).cage().memory == 1 << 30
    True
    """

    cell: float = 60.0
    total: float = 600.0
    memory: int = 4 << 30
    scratch: int = 256 << 20
    processes: int = 256
    output: int = 2_000_000

    def cage(self):
        """Make the cage (labkit.grading.cage.Cage) that holds a kernel to them."""
        return Cage(
            memory=self.memory,
            scratch=self.scratch,
            processes=self.processes,
            cpu=int(self.total) + 60,
        )


@dataclass(frozen=True)
class Step:
    """A cell that is executed.

    Parameters
    ----------
    index : int
        Its place in the notebook.
    source : str
        Its code.
    test : bool
        Whether it is a test, and not the student's.

    Examples
    --------
    >>> Step(0, "1 + 1").test
    False
    """

    index: int
    source: str
    test: bool = False


@dataclass(frozen=True)
class Job:
    """Everything on which the outcome of a submission depends.

    Parameters
    ----------
    steps : tuple of Step
        The cells, in their order.
    files : dict of str to bytes
        What they find in their folder.
    limits : Limits
        What they may take.
    modules : tuple of str
        What their kernel has imported beforehand.
    seed : int
        For their random numbers.
    surroundings : str
        A digest of the environment: versions of Python, labkit and the libraries, and data.

    Examples
    --------
    >>> job = Job((Step(0, "1 + 1"),))
    >>> Job.from_json(job.to_json()) == job
    True
    """

    steps: tuple
    files: dict = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    modules: tuple = ()
    seed: int = 0
    surroundings: str = ""

    def to_json(self):
        """Write it as text (str); the same job gives the same text."""
        files = {name: base64.b64encode(data).decode() for name, data in self.files.items()}
        content = asdict(replace(self, files=files)) | {"version": VERSION}
        return json.dumps(content, sort_keys=True, ensure_ascii=True)

    @classmethod
    def from_json(cls, text):
        """Read one that `to_json` wrote."""
        content = json.loads(text)
        if content.pop("version") != VERSION:
            raise ValueError(f"the job is not of version {VERSION}")
        content["steps"] = tuple(Step(**step) for step in content["steps"])
        content["limits"] = Limits(**content["limits"])
        content["modules"] = tuple(content["modules"])
        files = content["files"].items()
        content["files"] = {name: base64.b64decode(data) for name, data in files}
        return cls(**content)

    @property
    def key(self):
        """Name under which the result is kept (str): a digest of everything."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


@dataclass
class Outcome:
    """What came of one cell.

    Parameters
    ----------
    index : int
        Its place in the notebook.
    status : str
        ``"ok"``, also where it raised an error; or what ended it: ``"timeout"``, ``"oom"``,
        ``"dead"``, ``"output_limit"``; or ``"partial"``: it was not executed.
    outputs : list of dict
        As a notebook has them.
    count : int or None
        Its number in the order of execution.
    seconds : float
        How long it took.

    Examples
    --------
    >>> Outcome(3).status
    'ok'
    """

    index: int
    status: str = "ok"
    outputs: list = field(default_factory=list)
    count: int | None = None
    seconds: float = 0.0


@dataclass
class Result:
    """What came of a job.

    Parameters
    ----------
    outcomes : list of Outcome
        One for each step.
    seconds : float
        How long all of it took.
    version : int
        Of the form of these data.

    Examples
    --------
    >>> Result.from_json(Result([Outcome(0)]).to_json()).outcomes[0].index
    0
    """

    outcomes: list
    seconds: float = 0.0
    version: int = VERSION

    def to_json(self):
        """Write it as text (str)."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_json(cls, text):
        """Read one that `to_json` wrote.

        Raises
        ------
        ValueError
            If it is of another version, or cut off.
        """
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("version") != VERSION:
            raise ValueError(f"the result is not of version {VERSION}")
        return cls(**content | {"outcomes": [Outcome(**each) for each in content["outcomes"]]})
