"""The student's answer as a check sees it: called with copies, every call written down."""

import copy
import dis
import types

import numpy as np

from labkit.checks import compare
from labkit.checks.explain import missing
from labkit.checks.mistakes import only_printed
from labkit.checks.report import Mismatch
from labkit.checks.show import show, show_call, type_name


class Probe:
    """Stands for the student's answer inside one check.

    Parameters
    ----------
    name : str
        What the answer is called in the notebook.
    answer : callable
        ``lambda: step``; called without arguments it hands over the answer, or raises
        NameError when the notebook does not have it.
    printed : Sink, optional
        Counts what the student's code prints.

    Attributes
    ----------
    called, returned : str or None
        The last call and what came back, for the report.

    Examples
    --------
    >>> probe = Probe("double", lambda: (lambda x: 2 * x))
    >>> probe(np.array([1.0, 2.0]))
    array([2., 4.])
    >>> probe.called, probe.returned
    ('double([1.0, 2.0])', '[2.0, 4.0] of shape (2,)')
    """

    def __init__(self, name, answer, printed=None):
        self.name, self.answer, self.printed = name, answer, printed
        self.called = self.returned = None

    @property
    def value(self):
        """The answer itself; a `Mismatch` when the notebook has nothing of that name."""
        try:
            return self.answer()
        except NameError:
            raise Mismatch(missing(self.name, self.names), returned="nothing") from None

    @property
    def names(self):
        """Public names of the notebook."""
        return [n for n in getattr(self.answer, "__globals__", ()) if not n.startswith("_")]

    def __call__(self, *args):
        """Call the student's function with copies of the arguments.

        Parameters
        ----------
        *args : object
            The arguments.

        Returns
        -------
        object
            Whatever came back.
        """
        return self.call_with(copy.deepcopy(args))

    def call_with(self, args):
        """Call the student's function with these very objects.

        Parameters
        ----------
        args : tuple
            The arguments, which the function may change.

        Returns
        -------
        object
            Whatever came back.

        Raises
        ------
        Mismatch
            If the answer is missing or cannot be called.
        """
        self.called, self.returned = show_call(self.name, args), None
        function = self.value
        if not callable(function):
            raise Mismatch(
                f"`{self.name}` should be a function and is {type_name(function)}: was the name "
                "used for something else, further down?",
                returned=show(function),
            )
        result = function(*args)
        self.returned = show(result)
        return result

    def array(self, *args, shape):
        """Call the student's function and take numbers of one shape from it.

        Parameters
        ----------
        *args : object
            The arguments.
        shape : tuple of int
            Required shape.

        Returns
        -------
        ndarray of shape ``shape``
            The result as floats.

        Raises
        ------
        Mismatch
            If it is not numbers, or of another shape.

        Examples
        --------
        >>> Probe("f", lambda: np.sqrt).array(4.0, shape=())
        array(2.)
        """
        return self._floats(self(*args), shape)

    def parts(self, *args, **shapes):
        """Call the student's function and take several arrays from it.

        Parameters
        ----------
        *args : object
            The arguments.
        **shapes : tuple of int
            Name and required shape of each part, in order.

        Returns
        -------
        tuple of ndarray
            The parts as floats.

        Raises
        ------
        Mismatch
            If their number or a shape is another.

        Examples
        --------
        >>> Probe("divmod", lambda: divmod).parts(7, 2, quotient=(), rest=())
        (array(3.), array(1.))
        """
        result = compare.as_parts(self(*args), len(shapes))
        if result is None:
            raise Mismatch(
                f"{len(shapes)} things were asked for: end with `return {', '.join(shapes)}`.",
                expected=", ".join(shapes),
            )
        pairs = zip(result, shapes.items(), strict=True)
        return tuple(self._floats(part, shape, name) for part, (name, shape) in pairs)

    def _floats(self, value, shape, name="the result"):
        if why := only_printed(self, value) or compare.misshapen(value, shape):
            raise Mismatch(
                why, expected=f"{name} of shape {shape}" if shape else f"{name}: a number"
            )
        return compare.as_numbers(value).astype(float)

    def require(self, ok, why, expected=None, called=None, returned=None):
        """Fail the check unless a condition holds.

        Parameters
        ----------
        ok : bool
            The condition, computed from plain numbers.
        why : str
            The sentence for the learner when it does not hold.
        expected, called, returned : str, optional
            Texts for the report; the last call's where left out.

        Raises
        ------
        Mismatch
            If ``ok`` is false.

        Examples
        --------
        >>> Probe("f", lambda: abs).require(True, "never said")
        """
        if not ok:
            raise Mismatch(why, expected, called, returned)


def same(first, second):
    """Tell whether two results agree in every number, as far as they hold numbers.

    Parameters
    ----------
    first, second : object
        What two calls returned.

    Returns
    -------
    bool
        False only when they are known to differ.

    Examples
    --------
    >>> same((1, np.zeros(2)), (1, np.zeros(2))), same(1, 2)
    (True, False)
    """
    if isinstance(first, tuple | list) and compare.as_numbers(first) is None:
        other = compare.as_parts(second, len(first))
        return other is not None and all(map(same, first, other))
    a, b = compare.as_numbers(first), compare.as_numbers(second)
    if a is None or b is None:
        return (a is None) == (b is None)
    return np.array_equal(a, b, equal_nan=True)


def notebook_data(function):
    """Find the notebook's own data that a function uses without being given it.

    Parameters
    ----------
    function : object
        The student's function. What is not a plain Python function uses nothing.

    Returns
    -------
    list of str
        Names of global numbers, arrays, lists and dictionaries, sorted. Modules,
        functions, classes and CONSTANTS are nobody's business.

    Examples
    --------
    >>> notebook_data(lambda x: x + 1)
    []
    """
    if not isinstance(function, types.FunctionType):
        return []
    space = function.__globals__
    return sorted(n for n in _global_names(function.__code__) if _is_data(n, space.get(n)))


def _global_names(code):
    steps = dis.get_instructions(code)
    names = {step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "STORE_GLOBAL")}
    inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
    return names.union(*map(_global_names, inner))


def _is_data(name, value):
    kinds = (int, float, np.generic, np.ndarray, list, tuple, dict, set)
    return isinstance(value, kinds) and not name.isupper() and not name.startswith("_")
