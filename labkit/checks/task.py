"""A graded task: a name, its points, and the checks that decide how many are earned."""

import copy

from labkit.checks import compare
from labkit.checks.explain import explain, happened
from labkit.checks.guard import TimeUp, quiet, time_limit
from labkit.checks.mistakes import named, only_printed
from labkit.checks.probe import Probe, notebook_data, same
from labkit.checks.report import Mismatch, failed, passed
from labkit.checks.show import show
from labkit.errors import LabkitError

_NOT_RUN = {"not run": "the answer did not end in two earlier checks"}


class Task:
    """Collects the checks of one task, runs each at once, and counts the points.

    Each check runs guarded: what the student's code raises, prints, warns or forgets to
    end becomes a message. A check prints one line when it passes and a block when it does
    not: what was called, what came back, what was expected, why, and where to read.

    Parameters
    ----------
    name : str
        Name of the student's function (or other answer) in the notebook.
    answer : callable
        ``lambda: step``, so that a missing name is a message and no crash.
    points : float
        What the task is worth, above 0.
    rule : str
        What was asked for in one sentence; said where nothing better is known.
    read : str
        Where to read about it.
    seconds : float
        Soft time limit of each check. After the first that runs out of time, one second;
        after two with none passed between them, the checks that follow are not run and fail.

    Raises
    ------
    LabkitError
        If ``points`` is not above 0, or ``answer`` cannot be called.

    Notes
    -----
    Points earned = points x (weights of the passed checks) / (weights of all checks),
    rounded to two decimals; full points only when every check passed.

    Examples
    --------
    >>> def double(x):
    ...     return x * x
    >>> task = Task("double", lambda: double, points=4, rule="double(x) is 2x.", read="Task 1")
    >>> task.returns("twice 2 is 4", 2, expected=4)
    ✓ twice 2 is 4
    >>> task.returns("twice 3 is 6", 3, expected=6, mistakes=[(9, "That is x squared.")])
    ✗ twice 3 is 6
        called      double(3)
        returned    9
        expected    6
        why         That is x squared.
        read        Task 1
    >>> task.score()
    double: 1 of 2 checks passed, 2 of 4 points.
    2.0
    """

    def __init__(self, name, answer, *, points, rule, read, seconds=5.0):
        if not callable(answer):
            raise LabkitError(f"answer must be `lambda: {name}`, got {answer!r}.")
        if not points > 0:
            raise LabkitError(f"points must be above 0, got {points!r}.")
        self.name, self.answer, self.points = name, answer, float(points)
        self.rule, self.read, self._seconds = rule, read, seconds
        self._test_file = getattr(getattr(answer, "__code__", None), "co_filename", "")
        self._results = {}
        self._errors_shown = set()
        self._timeouts = 0  # since a check passed

    def returns(
        self,
        title,
        *args,
        expected,
        kind=None,
        names=(),
        mistakes=(),
        rtol=compare.RTOL,
        atol=compare.ATOL,
        weight=1,
    ):
        """Check what one call returns.

        Parameters
        ----------
        title : str
            What is checked; printed, and unique in the task.
        *args : object
            Arguments of the call; the student's function gets copies.
        expected : number, ndarray, str or tuple of these
            What must come back, in the same shape.
        kind : {"int", "float", "bool"}, optional
            Type of number asked for; without it any will do.
        names : sequence of str
            What the parts of a tuple are called.
        mistakes : sequence of (wrong, sentence)
            Known misconceptions: ``wrong`` is the value they lead to, or a function that
            is given the numbers that came back and tells whether they betray it.
        rtol, atol : float
            Tolerances for floats, of the mistakes too; whole numbers must be equal.
        weight : float
            Share of the points, against the other checks.
        """

        def body(probe):
            returned = probe(*args)
            why = compare.difference(returned, expected, kind, names, rtol, atol)
            if why is None:
                return
            # right numbers in a wrong form betray no misconception about the numbers
            if not compare.matches(returned, expected, rtol, atol):
                why = named(mistakes, returned, rtol, atol) or only_printed(probe, returned) or why
            raise Mismatch(why or self.rule, expected=show(expected))

        self._run(title, weight, body)

    def check(self, title, weight=1):
        """Make a check of a function that is given a `Probe`.

        Parameters
        ----------
        title : str
            What is checked; printed, and unique in the task.
        weight : float
            Share of the points, against the other checks.

        Returns
        -------
        callable
            A decorator. It runs the function at once; the check fails if it raises.

        Examples
        --------
        >>> task = Task("neg", lambda: (lambda x: -x), points=1, rule="-x", read="Task 1")
        >>> @task.check("twice is nothing")
        ... def _(neg):
        ...     neg.require(neg.array(neg(1.0), shape=()) == 1.0, "Two signs cancel.")
        ✓ twice is nothing
        """

        def run(body):
            self._run(title, weight, body)
            return body

        return run

    def keeps_arguments(self, title, *args, weight=1):
        """Check that a call does not change its arguments.

        Counts only once another check has passed: doing nothing at all changes nothing.

        Parameters
        ----------
        title : str
            What is checked.
        *args : object
            Arguments of the call.
        weight : float
            Share of the points.
        """

        def body(probe):
            self._needs_a_pass()
            given = copy.deepcopy(args)
            probe.call_with(given)
            for place, (before, after) in enumerate(zip(args, given, strict=True), start=1):
                probe.require(
                    same(before, after),
                    f"Argument {place} was changed in place: it now is {show(after)}. `a += b` and "
                    "`a[i] = b` write into the caller's array; `a = a + b` makes a new one.",
                    expected=f"argument {place} as before: {show(before)}",
                )

        self._run(title, weight, body)

    def stands_alone(self, title, *args, weight=1):
        """Check that a call uses its arguments and nothing else.

        The same call twice must return the same, and the function must not read the
        notebook's own data. Counts only once another check has passed.

        Parameters
        ----------
        title : str
            What is checked.
        *args : object
            Arguments of the call.
        weight : float
            Share of the points.
        """

        def body(probe):
            self._needs_a_pass()
            first = probe(*args)
            probe.require(
                same(first, probe(*args)),
                "The same call returned something else the second time: something outside the "
                "function, or a random number, has its hand in it.",
                expected=show(first),
            )
            outside = notebook_data(probe.value)
            probe.require(
                not outside,
                f"It uses `{', '.join(outside)}` of the notebook, which nobody handed to it: with "
                "other data it would still use the old. Take everything from the arguments.",
                expected="only what stands in the parentheses is used",
            )

        self._run(title, weight, body)

    def score(self):
        """Print the sum, and return the points earned.

        Returns
        -------
        float
            Between 0 and ``points``: the last line of a test cell, and its grade.

        Raises
        ------
        LabkitError
            If the task has no check.
        """
        if not self._results:
            raise LabkitError(f"task {self.name!r} has no check.", "Add one before score().")
        won = [weight for weight, ok in self._results.values() if ok]
        earned = self._earned(sum(won), sum(weight for weight, _ in self._results.values()))
        print(
            f"{self.name}: {len(won)} of {len(self._results)} checks passed, "
            f"{earned:g} of {self.points:g} points."
        )
        return earned

    def _earned(self, won, total):
        if all(ok for _, ok in self._results.values()):
            return self.points
        return max(0.0, min(round(self.points * won / total, 2), self.points - 0.01))

    def _needs_a_pass(self):
        if not any(ok for _, ok in self._results.values()):
            raise Mismatch(
                "Counted as soon as another check of this task passes.",
                called="not called yet",
            )

    def _run(self, title, weight, body):
        if title in self._results or not weight > 0:
            raise LabkitError(f"check {title!r} needs a title of its own and a weight above 0.")
        self._results[title] = (weight, False)
        rows = self._guarded(body) if self._timeouts < 2 else _NOT_RUN
        self._results[title] = (weight, rows is None)
        self._timeouts = 0 if rows is None else self._timeouts
        print(passed(title) if rows is None else failed(title, **rows))

    def _guarded(self, body):
        try:
            with quiet() as printed, time_limit(self._seconds):
                return self._judge(Probe(self.name, self.answer, printed), body)
        except TimeUp as error:
            # raised in our own lines, not in the student's: the same to the reader
            return self._raised(None, error)

    def _judge(self, probe, body):
        """Run a check; return None, or the rows of its report."""
        try:
            body(probe)
        except Mismatch as found:
            return {
                "called": found.called or probe.called,
                "returned": found.returned or probe.returned,
                "expected": found.expected,
                "why": str(found),
                "read": self.read,
            }
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return self._raised(probe, error)
        return None

    def _raised(self, probe, error):
        if isinstance(error, TimeUp):
            self._seconds = min(self._seconds, 1.0)
            self._timeouts += 1
        end = happened(error, self._test_file)
        if end in self._errors_shown:
            return {"as above": end.removeprefix("nothing: ")}
        self._errors_shown.add(end)
        return {
            "called": probe and probe.called,
            "returned": end,
            "why": explain(error, self.name, probe.names if probe else ()),
            "read": self.read,
        }
