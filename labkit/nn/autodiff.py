r"""Reverse-mode automatic differentiation of single numbers, in one short class.

Built in front of the reader in the chapter *Backpropagation*. Every operation on a `Value`
remembers where its result came from; `Value.backward` walks that graph from the end to the
beginning, and multiplies and adds derivatives as the chain rule says.
"""

import math
import numbers


class Value:
    r"""A number that remembers how it was computed.

    Parameters
    ----------
    data : float
        The number, finite.
    label : str, default ""
        A name for drawings and error messages.

    Attributes
    ----------
    data : float
        The number.
    grad : float
        Derivative of the value that `backward` was last called on with respect to this one.
    op : str
        The operation that made it; empty for a number that was given.
    parents : tuple of Value
        What the operation was applied to.

    Raises
    ------
    TypeError, ValueError
        If `data` is no finite number.

    See Also
    --------
    labkit.plot.computation_graph : draws the graph of a value.

    Notes
    -----
    For :math:`z` with parents :math:`y_k`, each value on the way gets

    .. math:: \frac{\partial L}{\partial y_k} \mathrel{+}= \frac{\partial L}{\partial z}
        \frac{\partial z}{\partial y_k}

    once for every path that leads from it to the end :math:`L`.

    Examples
    --------
    >>> x = Value(3.0, "x")
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad  # x² + 2x and its derivative, 2x + 2
    (15.0, 8.0)
    """

    def __init__(self, data, label=""):
        self.data, self.label = _checked_number("data", data), str(label)
        self.grad = 0.0
        self.op, self.parents, self._slopes = "", (), ()

    @classmethod
    def _made(cls, data, op, *sources):
        """Make the result of an operation from pairs (parent, derivative for that parent)."""
        result = cls(data)
        result.op = op
        result.parents = tuple(parent for parent, _ in sources)
        result._slopes = tuple(slope for _, slope in sources)
        return result

    def __add__(self, other):
        other = _value(other)
        return self._made(self.data + other.data, "+", (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = _value(other)
        return self._made(self.data * other.data, "×", (self, other.data), (other, self.data))

    def __pow__(self, exponent):
        """Return the value to a fixed power, a plain number."""
        if isinstance(exponent, Value):
            raise TypeError(
                "exponent must be a plain number; for a ** b write (b * a.log()).exp()."
            )
        exponent = _checked_number("exponent", exponent)
        if self.data == 0 and exponent < 1 and exponent != 0:
            raise ValueError(f"0 has no power {exponent:g} with a finite derivative.")
        if self.data < 0 and exponent != int(exponent):
            raise ValueError(f"{self.data:g} has no real power {exponent:g}.")
        try:
            slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
            return self._made(self.data**exponent, f"^{exponent:g}", (self, slope))
        except OverflowError:
            raise ValueError(f"{self.data:g} to the power {exponent:g} is too large.") from None

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -_value(other)

    def __truediv__(self, other):
        return self * _value(other) ** -1

    def __radd__(self, other):
        return _value(other) + self

    def __rmul__(self, other):
        return _value(other) * self

    def __rsub__(self, other):
        return _value(other) - self

    def __rtruediv__(self, other):
        return _value(other) / self

    def exp(self):
        """Return e to the power of the value.

        Examples
        --------
        >>> Value(0.0).exp().data
        1.0
        """
        try:
            result = math.exp(self.data)
        except OverflowError:
            raise ValueError(f"exp of {self.data:g} is too large for a float.") from None
        return self._made(result, "exp", (self, result))

    def log(self):
        """Return the natural logarithm of the value, which must be above 0.

        Examples
        --------
        >>> Value(1.0).log().data
        0.0
        """
        if self.data <= 0:
            raise ValueError(f"log needs a number above 0; got {self.data:g}.")
        return self._made(math.log(self.data), "log", (self, 1 / self.data))

    def tanh(self):
        """Return the hyperbolic tangent of the value.

        Examples
        --------
        >>> Value(0.0).tanh().data
        0.0
        """
        result = math.tanh(self.data)
        return self._made(result, "tanh", (self, 1 - result**2))

    def sigmoid(self):
        """Return the logistic function of the value.

        Examples
        --------
        >>> Value(0.0).sigmoid().data
        0.5
        """
        small = math.exp(-abs(self.data))  # in [0, 1], never overflows
        result = (1 if self.data >= 0 else small) / (1 + small)
        return self._made(result, "σ", (self, result * (1 - result)))

    def relu(self):
        """Return the positive part of the value; its derivative at 0 is taken as 0.

        Examples
        --------
        >>> Value(-2.0).relu().data
        0.0
        """
        return self._made(max(0.0, self.data), "relu", (self, float(self.data > 0)))

    def graph(self):
        """Return all values that this one was computed from, and itself, inputs first.

        Returns
        -------
        list of Value
            Every value stands after its parents.

        Examples
        --------
        >>> x = Value(2.0, "x")
        >>> [node.data for node in (x * x).graph()]
        [2.0, 4.0]
        """
        ordered, seen, waiting = [], set(), [(self, False)]
        while waiting:  # a loop, not a recursion: a graph may be a thousand operations deep
            node, parents_done = waiting.pop()
            if parents_done:
                ordered.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting.extend((parent, False) for parent in reversed(node.parents))
        return ordered

    def backward(self):
        """Fill in `grad` of this value and of all that it was computed from.

        Each call starts anew: gradients of earlier calls are forgotten.

        Examples
        --------
        >>> a, b = Value(2.0), Value(5.0)
        >>> (a * b).backward()
        >>> a.grad, b.grad
        (5.0, 2.0)
        """
        graph = self.graph()
        for node in graph:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(graph):  # all that depends on a node comes before it
            for parent, slope in zip(node.parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def __repr__(self):
        name = f", {self.label!r}" if self.label else ""
        return f"Value({self.data:g}{name})"


def _checked_number(name, number):
    """Return a finite number as a float, or say why not."""
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        raise TypeError(f"{name} must be a number; got {number!r}.")
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite; got {number!r}.")
    return float(number)


def _value(number):
    """Return a plain number as a value."""
    return number if isinstance(number, Value) else Value(number)
