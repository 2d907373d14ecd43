"""TensorFlow's tensors, variables and errors, as a check sees them; imports no TensorFlow."""

import re
import sys

import numpy as np


def holds_numbers(value):
    """Tell what kind of TensorFlow object with numbers a value is.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    {"tensor", "variable", "symbol"} or None
        ``"symbol"`` for a tensor of a graph, which has no numbers; None for anything else.

    Examples
    --------
    >>> holds_numbers(np.ones(2)) is None
    True
    """
    tf = sys.modules.get("tensorflow")
    if tf is None or not hasattr(tf, "Variable"):
        return None
    if isinstance(value, tf.Variable):
        return "variable"
    if isinstance(value, tf.Tensor):
        return "tensor" if hasattr(value, "numpy") else "symbol"
    return None


def numbers(value):
    """Take the numbers out of a tensor or variable.

    Parameters
    ----------
    value : tf.Tensor or tf.Variable
        What `holds_numbers` knows.

    Returns
    -------
    ndarray or None
        None for a tensor of a graph.
    """
    try:
        return np.asarray(value.numpy())
    except Exception:  # what a graph's tensor raises depends on how it came out of the graph
        return None


def plain_message(text):
    """Take out of an error's message what TensorFlow wraps around it.

    Parameters
    ----------
    text : str
        Message of an error.

    Returns
    -------
    str
        The message without names of internal nodes, and, of an error inside a `tf.function`,
        without the listing of the code that led there.

    Examples
    --------
    >>> plain_message("{{function_node __wrapped__AddV2}} Incompatible shapes: [2] [Op:AddV2] name: ")
    'Incompatible shapes: [2]'
    """
    if text.startswith("in user code:"):
        text = re.split(r"\n *\n", text.rstrip())[-1]
        text = re.sub(r"^\s*\w+: ", "", text)
    text = re.sub(r"\{\{.*?\}\} ?", "", text)
    return re.sub(r"\s*\[Op:\w+\].*", "", text, flags=re.DOTALL).strip()


def lines_in_graph(text):
    """Find the lines of code in the message of an error that arose inside a `tf.function`.

    Parameters
    ----------
    text : str
        Message of an error.

    Returns
    -------
    list of (str, int, str)
        File, number and text of each line of code that TensorFlow had rewritten, the innermost
        last.

    Examples
    --------
    >>> lines_in_graph("no such thing")
    []
    """
    found = re.findall(r'File "([^"]+)", line (\d+), in \S+  \*\s*\n\s*(.*)', text)
    return [(file, int(number), line.strip()) for file, number, line in found]


def hold_tensors(parts):
    """Tell whether a list holds tensors or variables, by themselves or in pairs.

    Parameters
    ----------
    parts : list or tuple
        Of anything. Only the first few are looked at.

    Returns
    -------
    bool
        True if one is found.

    Examples
    --------
    >>> hold_tensors([1, (2, 3)])
    False
    """
    return any(
        hold_tensors(part) if type(part) is tuple else holds_numbers(part) for part in parts[:6]
    )


REWRITTEN = "__autograph_generated_file"  # in the names of files that TensorFlow makes of functions

REASONS = (
    (
        (NotImplementedError, AttributeError),
        r"numpy\(\) is only available|symbolic tf\.Tensor|(Symbolic)?Tensor.*'numpy'",
        "While TensorFlow builds the graph of a `tf.function`, tensors have no numbers yet. Stay "
        "with TensorFlow's operations inside, and call `.numpy()` outside.",
    ),
    (
        TypeError,
        r"(DatasetV2|GradientTape)\.\w+\(\) |Binding inputs to tf\.function",
        "This is not about the line `def`: the function that the error names was given too few or "
        "too many arguments. `tape.watch` takes one tensor or one list, `shuffle` a buffer size "
        "first, a `tf.function` what its own `def` says.",
    ),
    (
        TypeError,
        "compatible with tf.function, Python functions must return",
        "A graph returns tensors, and no functions: does `@tf.function` stand above the function "
        "that makes another, instead of above that other one?",
    ),
    (
        TypeError,
        "out of scope",
        "A tensor of one graph was kept in Python and used in another. What must outlive a call "
        "belongs in a `tf.Variable`, changed by `assign`.",
    ),
    (
        TypeError,
        "context manager protocol",
        "The parentheses are missing: `with tf.GradientTape() as tape:`.",
    ),
    (
        (AttributeError, TypeError),
        r"'(float|int)' object has no attribute '(_id|dtype)'|`type_value`: -?\d",
        "A Python number stands where the tape needs the tensor: `float(...)` and `.numpy()` take it "
        "away from the tape.",
    ),
    (
        TypeError,
        "`type_value`: <function",
        "A function stands where a tensor is needed: call it, and hand over what it returns.",
    ),
    (
        Exception,
        "to a TensorFlow DType|unsupported type .*DType",
        "`tf.cast(a, dtype)` takes the tensor first, then the type.",
    ),
    (
        TypeError,
        r"Variable' has no len|len is not well defined",
        "Variables, and the tensors of a graph, have no `len`: ask for `a.shape[0]`.",
    ),
    (
        TypeError,
        "valid indices",
        "A tensor is not indexed by arrays, as NumPy's are: `tf.gather(a, rows)` picks rows, and "
        "`tf.gather(Z, y, batch_dims=1)` one number from each row.",
    ),
    (
        AttributeError,
        "module 'tensorflow.*' has no attribute",
        "TensorFlow has no function of this name there. Sums and means begin with `reduce_`, such as "
        "`tf.reduce_mean`; others are in `tf.math`, such as `tf.math.log`, and in `tf.linalg`.",
    ),
    (
        AttributeError,
        "'function' object has no attribute 'experimental_get_tracing_count'",
        "A plain function counts nothing: ask the `tf.function` that was made of it.",
    ),
    (
        Exception,
        "Cannot update variable with shape|Cannot assign value to variable|must be equal rank.*Assign",
        "What is assigned must have the shape of the variable: one number for each of its own. Was "
        "too much added up, along the wrong axis, or is it a column?",
    ),
    (
        ValueError,
        r"labels\.shape\.rank",
        "The classes come first, one whole number for each row, and then the logits. By name it "
        "cannot go wrong: `labels=y, logits=logits`.",
    ),
    (
        Exception,
        "logits and labels must be broadcastable",
        "These labels should be rows as wide as the logits. For whole numbers there is the function "
        "whose name begins with `sparse_`.",
    ),
    (
        Exception,
        "must be a square matrix|rhs are incompatible",
        "`tf.linalg.solve(M, C)` solves M x = C: M is square, and C a column with as many rows. Were "
        "both sides multiplied by the same transpose?",
    ),
    (
        Exception,
        "ConcatOp|multiple values for argument 'axis'",
        "`tf.concat([A, B], axis=1)` takes *one* list and puts tables side by side: as many axes, as "
        "many rows, so a column of ones is (n, 1).",
    ),
    (
        Exception,
        "Invalid reduction dimension",
        "An axis is named that this tensor does not have: axes count from 0, and a flat one has 0 "
        "alone.",
    ),
    (
        ValueError,
        "singleton tf.Variable|creating_tfvariables",
        "A `tf.Variable` is made inside a function that becomes a graph, so each call would make "
        "another one. Make the variable once, outside, and let the function use it.",
    ),
    (
        RuntimeError,
        "non-persistent GradientTape",
        "A tape is used up by the first `gradient`. Ask it once for everything, "
        "`tape.gradient(J, [W, b])`, or make it with `persistent=True`.",
    ),
    (
        RuntimeError,
        r"variable\.assign",
        "A variable does not change by `=`, `+=` or `-=`: these would put a new tensor in its place. "
        "`v.assign_sub(d)`, `v.assign_add(d)` and `v.assign(a)` change the variable itself.",
    ),
    (
        Exception,
        r"was expected to be an? \w+ tensor but is|that does not match type|conversion requested dtype"
        "|must have the same dtype|with dtype .* but got dtype|that don't all match"
        "|dtypes .* do not match|to EagerTensor of dtype",
        "Numbers of two types meet, such as float64 and float32, and TensorFlow converts neither. "
        "Bring both to one type: `tf.cast(a, tf.float64)`, or `dtype=X.dtype` where one is made.",
    ),
    (
        Exception,
        # oneDNN, which TensorFlow takes on some processors, counts axes in words of its own
        "Matrix size-incompatible|ndims must be (>=|==) 2|MatMul|must have the same rank"
        "|different ndims",
        "The shapes do not fit for `@`: both sides need two axes, and the last axis of A must be as "
        "long as the first of B. Is a `tf.transpose` missing, or a column `y[:, None]`?",
    ),
    (
        Exception,
        "Incompatible shapes|required broadcastable shapes|Dimensions must be equal",
        "The shapes do not fit for `+`, `-` or `*`. Write down the shape of each side: from the "
        "right, two axes must be equal, or one of them 1.",
    ),
    (
        Exception,
        "is not invertible",
        "The matrix has no inverse: are there more columns than rows, or is a transpose at the "
        "wrong place?",
    ),
    (
        TypeError,
        "(Tensor|Variable)' object does not support item assignment",
        "A tensor never changes, and a variable changes by `assign`: `v[0].assign(...)`.",
    ),
    (
        AttributeError,
        r"Tensor'? object has no attribute 'assign",
        "A tensor never changes: only a `tf.Variable` has `assign`. Was it replaced by a tensor, "
        "by `=`?",
    ),
    (
        AttributeError,
        "ndarray' object has no attribute 'numpy'",
        "This is a NumPy array already, and only tensors have `.numpy()`. `np.asarray(a)` takes both.",
    ),
    (
        AttributeError,
        "(Tensor|Variable)'? object has no attribute",
        "Tensors have none of NumPy's methods: write `tf.transpose(A)`, `tf.reduce_mean(A)`, "
        "`tf.reshape(A, shape)`, `tf.cast(A, dtype)`.",
    ),
    (
        Exception,
        r"None values not supported|value \(None\)",
        "Something is None here. A gradient is None where the tape saw no way from that variable to "
        "the cost: was it watched, and was the cost computed inside `with`?",
    ),
)
