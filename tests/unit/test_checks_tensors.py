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
        (in_a_graph(lambda x: tf.ones((2, 3)) @ tf.ones((2, 3))), MATRIX),
        (lambda x: tf.ones((2, 3)) + tf.ones(2), "from the right, two axes must be equal"),
        (solves(np.zeros((2, 2), "float32")), "The matrix has no inverse"),
        (lambda x: tf.constant([x]).__setitem__(0, 1.0), "no such attribute"),
        (lambda x: tf.constant(x).assign(1.0), "only a `tf.Variable` has `assign`"),
        (in_a_graph(lambda x: x.numpy()), "tensors have no numbers yet"),
        (lambda x: tf.ones(2).astype(int), "`tf.cast(A, dtype)`"),
        (lambda x: tf.ones((2, 3)) @ tf.ones(3), MATRIX),
        (lambda x: tf.ones((2, 2)).T, "`tf.transpose(A)`"),
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
