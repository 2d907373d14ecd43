"""Tensors and variables are shown like arrays, and TensorFlow's errors are explained."""

import numpy as np
import pytest

from labkit.checks import Task, as_numbers, difference, matches
from labkit.checks.show import show, show_call
from labkit.checks.tensors import lines_in_graph, plain_message
from labkit.device import quiet_tensorflow

with quiet_tensorflow():
    import tensorflow as tf


def symbol():
    """Take a tensor out of the graph to which it belongs."""
    kept = []
    tf.function(lambda x: kept.append(2 * x))(tf.constant(1.0))
    return kept[0]


@pytest.mark.parametrize(
    ("value", "text", "in_a_call"),
    [
        (tf.constant(3.0), "tensor 3.0, float32", "tf.constant(3.0)"),
        (
            tf.constant([1.0, 2.0], tf.float64),
            "tensor [1.0, 2.0] of shape (2,), float64",
            "tf.constant([1.0, 2.0], dtype=tf.float64)",
        ),
        (tf.Variable([1, 2]), "variable [1, 2] of shape (2,), int32", "tf.Variable([1, 2])"),
        (tf.zeros((4, 5)), "float32 tensor of shape (4, 5)", "float32 tensor of shape (4, 5)"),
        ([tf.constant(1)], "the list [tf.constant(1)]", "[tf.constant(1)]"),
        (
            [(tf.Variable([1]), tf.constant(2))],
            "the list [(tf.Variable([1]), tf.constant(2))]",
            "[(tf.Variable([1]), tf.constant(2))]",
        ),
        ((tf.constant(1), 2), "(tf.constant(1), 2)", "(tf.constant(1), 2)"),
    ],
)
def test_a_tensor_is_shown_with_its_type_and_in_a_call_as_it_is_typed(value, text, in_a_call):
    assert show(value) == text
    assert show_call("f", (value,)) == f"f({in_a_call})"


@pytest.mark.parametrize("value", [tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0])])
def test_a_tensor_is_as_good_as_an_array(value):
    assert as_numbers(value).tolist() == [1.0, 2.0]
    assert matches(value, np.array([1.0, 2.0]))
    assert difference(value, np.array([1.0, 2.0])) is None


def test_a_tensor_of_a_graph_has_no_numbers_and_is_told_so():
    assert show(symbol()) == "a tensor of a graph, which has no numbers"
    assert "belongs to the graph" in difference(symbol(), 2.0)


# the same mistake, said by each of TensorFlow's two products; the processor decides which is used
FLAT_TENSORS = (
    "In[0] ndims must be >= 2: 1 [Op:MatMul]",
    "In[0] and In[1] ndims must be == 2: 1",
)


def refuses(words):
    """Make a function that fails as an operation of TensorFlow does."""

    def function(x):
        raise tf.errors.InvalidArgumentError(None, None, words)

    return function


def in_a_graph(function):
    """Make a function that calls another inside a graph."""
    return lambda x: tf.function(function)(tf.constant(x, tf.float32))


def asks_a_tape_twice(x):
    v = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = v * v
    return tape.gradient(y, v) + tape.gradient(y, v)


def subtracts_from_a_variable(x):
    v = tf.Variable(x)
    v -= 1.0
    return v


def asks_a_tape(turned):
    """Ask a tape for the gradient of what a tensor was turned into."""
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = turned(v * v)
    return tape.gradient(y, v)


def forgets_parentheses(x):
    with tf.GradientTape as tape:
        tape.watch(x)


def leaks_a_tensor(x):
    kept = []
    tf.function(lambda a: kept.append(2 * a))(tf.constant(x))
    return tf.function(lambda a: a + kept[0])(tf.constant(x))


def adds_to_a_longer_variable(x):
    v = tf.Variable([x])
    return tf.function(lambda a: v.assign_add(a))(tf.constant(x))


def takes_the_loss_of(function):
    """Make a function that takes a loss of wrong arguments."""
    sparse = function is tf.nn.sparse_softmax_cross_entropy_with_logits
    labels = tf.ones((2, 3)) if sparse else tf.constant([0.0, 1.0])
    return lambda x: function(labels, [0, 1] if sparse else tf.ones((2, 3)))


def solves(A):
    """Make a function that solves an equation with this matrix."""
    return lambda x: tf.linalg.solve(tf.constant(A), tf.ones((2, 1)))


MATRIX, TYPES = "do not fit for `@`", "Numbers of two types meet"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (in_a_graph(lambda x: tf.Variable(0.0).assign_add(x)), "Make the variable once, outside"),
        (asks_a_tape_twice, "used up by the first `gradient`"),
        (subtracts_from_a_variable, "change the variable itself"),
        (lambda x: tf.constant(x) * tf.constant(x, tf.float64), TYPES),
        (in_a_graph(lambda x: x * tf.constant(2.0, tf.float64)), TYPES),
        (lambda x: tf.concat([tf.ones(2), tf.ones(2, tf.float64)], axis=0), TYPES),
        (lambda x: tf.Variable(x).assign(tf.constant(x, tf.float64)), TYPES),
        (lambda x: tf.constant(2) * x, TYPES),
        (lambda x: tf.ones((2, 3)) @ tf.ones((2, 3)), MATRIX),
        (lambda x: tf.ones(3) @ tf.ones(3), MATRIX),
        *((refuses(words), MATRIX) for words in FLAT_TENSORS),
        (in_a_graph(lambda x: tf.ones((2, 3)) @ tf.ones((2, 3))), MATRIX),
        (lambda x: tf.ones((2, 3)) + tf.ones(2), "from the right, two axes must be equal"),
        (solves(np.zeros((2, 2), "float32")), "The matrix has no inverse"),
        (lambda x: tf.constant([x]).__setitem__(0, 1.0), "none of NumPy's methods"),
        (lambda x: tf.constant(x).assign(1.0), "only a `tf.Variable` has `assign`"),
        (in_a_graph(lambda x: x.numpy()), "tensors have no numbers yet"),
        (lambda x: tf.ones(2).astype(int), "`tf.cast(A, dtype)`"),
        (lambda x: tf.ones((2, 3)) @ tf.ones(3), MATRIX),
        (lambda x: tf.ones((2, 2)).T, "`tf.transpose(A)`"),
        (lambda x: tf.ones(2).flatten(), "`tf.reshape(A, shape)`"),
        (lambda x: tf.Variable([x]).astype(int), "`tf.cast(A, dtype)`"),
        (lambda x: np.ones(2).numpy(), "a NumPy array already"),
        (in_a_graph(lambda x: tf.Variable(x).numpy()), "tensors have no numbers yet"),
        (in_a_graph(lambda x: np.array(x)), "tensors have no numbers yet"),
        (lambda x: tf.ones(2, tf.float64) / tf.size(tf.ones(2)), TYPES),
        (lambda x: tf.constant(tf.ones(2), tf.float64), TYPES),
        (lambda x: tf.cast(tf.float64, tf.ones(2)), "the tensor first, then the type"),
        (lambda x: tf.cast(tf.float64, np.ones(2)), "the tensor first, then the type"),
        (lambda x: tf.GradientTape().watch(x, x), "not about the line `def`"),
        (lambda x: tf.data.Dataset.range(3).shuffle(seed=1), "not about the line `def`"),
        (lambda x: tf.function(lambda a: a)(x, x), "not about the line `def`"),
        (tf.function(lambda x: lambda y: y), "A graph returns tensors, and no functions"),
        (leaks_a_tensor, "kept in Python and used in another"),
        (lambda x: asks_a_tape(float), "stands where the tape needs the tensor"),
        (lambda x: asks_a_tape(lambda y: np.sum), "call it, and hand over"),
        (forgets_parentheses, "`with tf.GradientTape() as tape:`"),
        (lambda x: len(tf.Variable([x])), "`a.shape[0]`"),
        (lambda x: tf.ones((2, 2))[np.arange(2), np.arange(2)], "`tf.gather(a, rows)`"),
        (lambda x: tf.log(x), "`tf.math.log`"),
        (lambda x: (lambda: x).experimental_get_tracing_count(), "counts nothing"),
        (lambda x: tf.Variable([x, x]).assign_sub([[x], [x]]), "the shape of the variable"),
        (lambda x: tf.Variable([x, x]).assign([x]), "the shape of the variable"),
        (adds_to_a_longer_variable, "the shape of the variable"),
        (takes_the_loss_of(tf.nn.sparse_softmax_cross_entropy_with_logits), "classes come first"),
        (takes_the_loss_of(tf.nn.softmax_cross_entropy_with_logits), "begins with `sparse_`"),
        (lambda x: tf.linalg.solve(tf.ones((3, 2)), tf.ones((3, 1))), "M is square"),
        (lambda x: tf.linalg.solve(tf.eye(2), tf.ones((3, 1))), "M is square"),
        (lambda x: tf.concat([tf.ones(2), tf.ones((2, 2))], axis=1), "takes *one* list"),
        (lambda x: tf.concat(tf.ones((2, 1)), tf.ones((2, 2)), axis=1), "takes *one* list"),
        (lambda x: tf.reduce_mean(tf.ones(2), axis=1), "axes count from 0"),
        (lambda x: tf.Variable(x).assign_sub(None), "A gradient is None where the tape"),
    ],
)
def test_an_error_of_tensorflow_is_explained(function, words, capsys):
    task = Task("f", lambda: function, points=1, rule="rule", read="Task 1")
    task.returns("one", 0.5, expected=np.array([4.0]))
    assert task.score() == 0
    text = " ".join(capsys.readouterr().out.split())
    assert words in text
    assert not any(noise in text for noise in ("{{", "[Op:", "in user code", "autograph"))


def test_the_line_that_is_shown_is_the_students_own_and_not_the_rewritten_one(capsys):
    source = (
        "import tensorflow as tf\n@tf.function\ndef f(x):\n    y = 2 * x\n    return y.numpy()\n"
    )
    space = {}
    exec(compile(source, "/tmp/ipykernel_1/2.py", "exec"), space)
    task = Task("f", lambda: space["f"], points=1, rule="rule", read="Task 1")
    task.returns("one", tf.constant(1.0), expected=2.0)
    assert "at line 5 of the cell" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("text", ["", "plain words", "in user code:", "in user code:\n\n"])
def test_any_message_can_be_made_plain(text):
    assert isinstance(plain_message(text), str)
    assert lines_in_graph(text) == []
