"""A task counts its points, and turns whatever a student's code does into a message."""

import logging
import random
import sys
import time
import warnings

import numpy as np
import pytest
from nbgrader.utils import get_partial_grade

from labkit.checks import Task
from labkit.errors import LabkitError

RULE, READ = "double(x) is 2x.", "Task 1; chapter Perceptron"


def task_for(function, **options):
    """A task about a function that is called `double` in the notebook."""
    return Task("double", lambda: function, **{"points": 4, "rule": RULE, "read": READ} | options)


def outcome(function, capsys, *args, expected=4.0, seconds=5.0, **options):
    """Points and printed text of one check of ``double(2.0)``; stderr must stay empty."""
    task = task_for(function, seconds=seconds)
    task.returns("twice 2 is 4", *(args or (2.0,)), expected=expected, **options)
    points = task.score()
    out, err = capsys.readouterr()
    assert err == ""
    return points, " ".join(out.split())


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("weights_and_results", "points", "earned"),
    [
        ([(1, True), (1, True)], 3, 3.0),
        ([(1, True), (1, False)], 3, 1.5),
        ([(2, True), (1, False)], 3, 2.0),
        ([(1, False), (1, False)], 3, 0.0),
        ([(1, True), (1, False), (1, False)], 2, 0.67),
        ([(999, True), (1, False)], 1, 0.99),
    ],
)
def test_points_are_the_weight_of_the_passed_checks(weights_and_results, points, earned):
    task = task_for(lambda x: x, points=points)
    for number, (weight, good) in enumerate(weights_and_results):
        task.returns(f"check {number}", 1, expected=1 if good else 2, weight=weight)
    score = task.score()
    assert (type(score), score) == (float, earned)


@pytest.mark.parametrize("passed", [0, 1, 2, 3, 7])
def test_nbgrader_reads_the_score_that_was_earned(passed):
    task = task_for(lambda x: x, points=7)
    for number in range(7):
        task.returns(f"check {number}", number, expected=number if number < passed else -1)
    output = {"data": {"text/plain": repr(task.score())}}
    assert get_partial_grade(output, 7.0) == float(passed)


def test_a_task_without_checks_is_refused():
    with pytest.raises(LabkitError, match="'double' has no check"):
        task_for(abs).score()


@pytest.mark.parametrize("points", [0, -1, float("nan")])
def test_points_must_be_above_zero(points):
    with pytest.raises(LabkitError, match="points must be above 0"):
        task_for(abs, points=points)


def test_the_answer_must_be_handed_over_by_a_function():
    with pytest.raises(LabkitError, match="answer must be `lambda: double`"):
        Task("double", 3, points=1, rule=RULE, read=READ)


def test_a_title_may_not_be_used_twice():
    task = task_for(abs)
    task.returns("one", 1, expected=1)
    with pytest.raises(LabkitError, match="'one' needs a title of its own"):
        task.returns("one", 1, expected=1)


@pytest.mark.parametrize("weight", [0, -1])
def test_a_weight_must_be_above_zero(weight):
    with pytest.raises(LabkitError, match="weight above 0"):
        task_for(abs).returns("one", 1, expected=1, weight=weight)


# ---------------------------------------------------------------- what is printed


def test_a_passed_check_prints_one_line(capsys):
    task_for(lambda x: 2 * x).returns("twice 2 is 4", 2, expected=4)
    assert capsys.readouterr().out == "✓ twice 2 is 4\n"


def test_a_failed_check_says_what_why_and_where_to_read(capsys):
    task_for(lambda x: x**3).returns("twice 2 is 4", 2, expected=4)
    assert capsys.readouterr().out.splitlines() == [
        "✗ twice 2 is 4",
        "    called      double(2)",
        "    returned    8",
        "    expected    4",
        f"    why         {RULE}",
        f"    read        {READ}",
    ]


def test_no_line_is_wider_than_the_page(capsys):
    task_for(lambda x: x).returns("wide", np.eye(3), np.eye(3), expected=np.eye(3), mistakes=[])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 92


def test_the_same_error_is_explained_once(capsys):
    def double(x):
        raise NotImplementedError

    task = task_for(double)
    task.returns("first", 1, expected=2)
    task.returns("second", 2, expected=4)
    out = capsys.readouterr().out
    assert out.count("still the stub") == 1
    assert out.endswith("✗ second\n    as above    it is not written yet\n")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (4.0, "That is x squared."),
        (lambda found: found > 3, "That is x squared."),
        (5.0, RULE),
        (lambda found: found.no_such_attribute, RULE),
        (lambda found: np.array([1, 2]) == found, RULE),
    ],
)
def test_a_known_mistake_is_named_by_value_or_by_test(wrong, named, capsys):
    mistakes = [(wrong, "That is x squared.")]
    _, text = outcome(lambda x: x * x, capsys, 2.0, expected=-3.0, mistakes=mistakes)
    assert named in text


def test_right_numbers_of_the_wrong_type_betray_no_mistake(capsys):
    mistakes = [(lambda found: True, "You forgot the bias.")]
    _, text = outcome(lambda x: x > 1, capsys, expected=1, kind="int", mistakes=mistakes)
    assert "truth values" in text
    assert "bias" not in text


# ---------------------------------------------------------------- what students' code does


def raises(error):
    def double(x):
        raise error

    return double


def recursive(x):
    return recursive(x)


def forgets_return(x):
    x * 2


def prints(x):
    print(2 * x)


def uses_a_misspelt_name(x):
    return 2 * RULES  # noqa: F821


def test_what_a_library_has_not_implemented_is_no_stub(capsys):
    function = raises(NotImplementedError("complex keys are not supported"))
    task_for(function).returns("one", 1, expected=2)
    out = capsys.readouterr().out
    assert "NotImplementedError, complex keys are not supported" in out
    assert "stub" not in out
    assert "written" not in out


def assigns_too_late(x):
    for _ in range(int(x)):
        total += x  # noqa: F821
    return total


def asks(x):
    return float(input("x?"))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (raises(NotImplementedError()), "still the stub"),
        (recursive, "calls itself again and again"),
        (forgets_return, "Does the function end with `return`"),
        (prints, "It was printed, not returned"),
        (uses_a_misspelt_name, "A name is used that does not exist"),
        (uses_a_misspelt_name, "There is `RULE`: is that the one?"),
        (assigns_too_late, "before this function has given it a value"),
        (asks, "everything comes in through the arguments"),
        (lambda: 4.0, "Keep the line `def double(...)`"),
        (lambda x, y: 4.0, "Keep the line `def double(...)`"),
        (lambda x: x[5], "one number, not a list or an array"),
        (lambda x: [x][5], "Counting starts at 0"),
        (lambda x: {}["w"], "Keep the keys as given"),
        (lambda x: x.shapes, "no such attribute"),
        (lambda x: x / 0, "which number may be zero"),
        (lambda x: np.ones((2, 3)) @ np.ones(2), "In `A @ B` the last axis of A"),
        (lambda x: np.ones((2, 3)) + np.ones(2), "from the right, two axes must be equal"),
        (lambda x: 1 if np.ones(2) > 0 else 0, "`if` needs one truth value"),
        (lambda x: max(0, np.ones(2)), "`np.maximum(a, b)`"),
        (lambda x: int(np.ones(2)), ".astype(int)"),
        (lambda x: x(2), "look for `(`"),
        (lambda x: None + x, "a function without `return`"),
        (lambda x: [a for a, b in [(1, 2, 3)]], "different number of things"),
        (raises(SystemExit()), "A function ends with `return`"),
        (raises(MemoryError()), "not enough memory"),
        (raises(AssertionError("no")), "An `assert` of your own"),
        (raises(ImportError("torch")), "This package is not needed"),
        (raises(GeneratorExit()), "Read the last words"),
        (raises(BaseException()), "Read the last words"),
        (lambda x: abs, "the parentheses of a call are missing"),
        (lambda x: "4.0", "this is a str"),
        (lambda x: [[1], [1, 2]], "this is a list"),
        (lambda x: 4 + 0j, "this is a complex"),
        (lambda x: np.array([4.0]), "the number alone was asked for"),
        (lambda x: -4.0, "the opposite sign"),
        (lambda x: np.nan, "There is a nan"),
        (3, "should be a function and is an int"),
        (None, "should be a function and is a NoneType"),
    ],
)
def test_whatever_goes_wrong_is_explained(function, words, capsys):
    points, text = outcome(function, capsys)
    assert points == 0.0
    assert words in text
    assert "Traceback" not in text


def test_the_students_line_is_shown(capsys):
    _, text = outcome(uses_a_misspelt_name, capsys)
    line = uses_a_misspelt_name.__code__.co_firstlineno + 1
    # this file is the test's own, so its lines count as the test cell's: use another
    space = {}
    exec(compile("def double(x):\n    return x / 0\n", "/tmp/ipykernel_1/2.py", "exec"), space)
    assert f"line {line}" not in text
    assert "at line 2 of the cell" in outcome(space["double"], capsys)[1]


@pytest.mark.parametrize("known", [["double"], ["doubel"]])
def test_a_missing_name_is_no_traceback(known, capsys):
    space = {name: abs for name in known if name != "double"}
    answer = eval("lambda: double", space)
    task = Task("double", answer, points=1, rule=RULE, read=READ)
    task.returns("one", 1, expected=2)
    text = " ".join(capsys.readouterr().out.split())
    assert "There is no `double` yet. Run the cell that defines it" in text
    assert ("There is `doubel`: is that the one?" in text) == ("doubel" in space)


def test_the_stop_button_stops_the_cell():
    with pytest.raises(KeyboardInterrupt):
        task_for(raises(KeyboardInterrupt())).returns("one", 1, expected=1)


def endless(x):
    while True:
        pass


def endless_and_deaf(x):
    while True:
        try:
            x += 1
        except Exception:
            continue


def endless_but_once(x):
    try:
        while True:
            pass
    except BaseException:  # the first alarm is swallowed; the second is not
        while True:
            pass


@pytest.mark.parametrize("function", [endless, endless_and_deaf, endless_but_once])
def test_an_endless_loop_ends(function, capsys):
    points, text = outcome(function, capsys, seconds=0.1)
    assert points == 0.0
    assert "double took too long" in text


def test_after_the_first_loop_the_others_get_less_time():
    task = task_for(lambda x: time.sleep(10), seconds=1.05)  # endless, and idle
    task.returns("one", 1, expected=2)
    assert task._seconds == 1.0


@pytest.mark.parametrize(
    ("arguments", "called", "passed"),
    [
        ([-1, -2, 3, 4], 2, 0),  # two loops: the others are not run
        ([1, -2, -3, 4], 3, 1),
        ([-1, 2, -3, 4], 4, 2),  # an answer that ends now and then is called each time
    ],
)
def test_after_two_loops_the_other_checks_are_not_run(arguments, called, passed, capsys):
    calls = []

    def endless_below_zero(x):
        calls.append(x)
        while x < 0:
            pass
        return x

    task = task_for(endless_below_zero, seconds=0.05)
    for argument in arguments:
        task.returns(f"{argument} is kept", argument, expected=argument)
    assert len(calls) == called
    assert task.score() == passed
    text = " ".join(capsys.readouterr().out.split())
    not_run = text.count("not run the answer did not end in two earlier checks")
    assert not_run == len(arguments) - called


# ---------------------------------------------------------------- hostile and noisy objects


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


class NoRepr:
    def __repr__(self):
        raise RuntimeError("no")


class ReprOfNothing:
    def __repr__(self):
        return None


class LongRepr:
    def __repr__(self):
        return "\x1b[31m" + "x" * 10**7


class FailsAsArray:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no")


class EqualArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)


class EqualFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __repr__(self):
        return "4.0"


class EqualText(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class LyingClass:
    @property
    def __class__(self):
        return tuple


@pytest.mark.parametrize(
    "value",
    [
        AlwaysEqual(),
        NoRepr(),
        ReprOfNothing(),
        LongRepr(),
        FailsAsArray(),
        np.zeros(()).view(EqualArray),
        EqualFloat(1.0),
        LyingClass(),
        (n for n in [4.0]),
        np.array([AlwaysEqual()], dtype=object),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("expected", [4.0, (4.0, 4.0)], ids=["number", "pair"])
def test_no_object_passes_by_being_strange(value, expected, capsys):
    names = ("a", "b") if isinstance(expected, tuple) else ()
    points, text = outcome(lambda x: value, capsys, expected=expected, names=names)
    assert points == 0.0
    assert len(text) < 1000
    assert "\x1b" not in text


def test_no_text_passes_by_being_equal_to_all(capsys):
    assert outcome(lambda x: EqualText("no"), capsys, expected="yes")[0] == 0.0


class UnshowableError(Exception):
    def __str__(self):
        raise RuntimeError("no")


def test_an_error_that_cannot_be_shown_is_still_explained(capsys):
    assert "cannot be shown" in outcome(raises(UnshowableError()), capsys)[1]


def noisy(x):
    print("out")
    print("err", file=sys.stderr)
    warnings.warn("careful", stacklevel=1)
    logging.getLogger("student").error("log")
    np.float64(1) / np.float64(0)
    np.exp(np.float64(1e4))
    return 2 * x


def test_noise_of_a_right_answer_costs_nothing(capsys):
    stream = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(stream)
    try:
        points, text = outcome(noisy, capsys)
    finally:
        logging.getLogger().removeHandler(stream)
    assert points == 4.0
    assert text == "✓ twice 2 is 4 double: 1 of 1 checks passed, 4 of 4 points."


def test_a_notebook_that_raises_on_overflow_is_judged_like_others(capsys):
    with np.errstate(all="raise"):
        assert outcome(noisy, capsys)[0] == 4.0


def test_a_property_check_notices_what_was_printed(capsys):
    task = task_for(prints)

    @task.check("form")
    def _(double):
        double.array(1.0, shape=())

    assert "It was printed, not returned" in " ".join(capsys.readouterr().out.split())


# ---------------------------------------------------------------- properties


def in_place(x):
    x *= 2
    return x


def in_place_in_a_list(x):
    x[0] = 2 * x[0]
    return np.array(x)


@pytest.mark.parametrize("function", [in_place, in_place_in_a_list])
def test_changing_an_argument_is_found(function, capsys):
    task = task_for(function)
    task.returns("value", np.array([1.0]), expected=np.array([2.0]))
    task.keeps_arguments("x stays", np.array([1.0]))
    assert task.score() == 2.0
    assert "Argument 1 was changed in place: it now is [2.0]" in " ".join(
        capsys.readouterr().out.split()
    )


def test_checks_do_not_share_their_arguments():
    x = np.array([1.0])
    task = task_for(in_place)
    task.returns("first", x, expected=np.array([2.0]))
    task.returns("second", x, expected=np.array([2.0]))
    assert task.score() == 4.0
    assert x.tolist() == [1.0]


@pytest.mark.parametrize("check", ["keeps_arguments", "stands_alone"])
def test_doing_nothing_earns_nothing(check, capsys):
    task = task_for(lambda x: None)
    task.returns("value", 1.0, expected=2.0)
    getattr(task, check)("well-behaved", 1.0)
    assert task.score() == 0.0
    assert "Counted as soon as another check" in capsys.readouterr().out


factor = 2.0
FACTOR = 2.0
seen = []


def with_notebook_data(x):
    return factor * x


def with_notebook_data_inside(x):
    return sum(factor * each for each in [x])


def with_global_statement(x):
    global factor
    factor = 2.0
    return 2.0 * x


def with_memory(x):
    seen.append(x)
    return 2.0 * x if len(seen) < 3 else 2.0 * x + len(seen)


def with_a_constant(x):
    return FACTOR * np.float64(x) + helper()


def helper():
    return 0.0


def by_chance(x):
    return 2.0 * x + random.random()


@pytest.mark.parametrize(
    ("function", "alone"),
    [
        (with_notebook_data, False),
        (with_notebook_data_inside, False),
        (with_global_statement, False),
        (with_memory, False),
        (by_chance, False),
        (with_a_constant, True),
        (lambda x: 2.0 * x, True),
        (np.float64(2.0).__mul__, True),
    ],
)
def test_what_does_not_come_in_through_the_arguments_is_found(function, alone, capsys):
    task = task_for(function)
    task.returns("roughly", 1.0, expected=2.0, atol=1.5)
    task.stands_alone("alone", 1.0)
    assert (task.score() == 4.0) is alone


def test_a_property_check_can_use_the_function_as_it_likes(capsys):
    task = task_for(lambda x: 2 * x)

    @task.check("doubling twice is four times")
    def _(double):
        double.require(double.array(double(1.0), shape=()) == 4.0, "never said")

    @task.check("halves come out whole")
    def _(double):
        double.require(double.array(0.5, shape=()) == 7.0, "It does not.", expected="7")

    assert task.score() == 2.0
    out = capsys.readouterr().out
    assert "✓ doubling twice is four times" in out
    assert "expected    7\n    why         It does not." in out


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((1.0,), "2 things were asked for: end with `return w, b`"),
        (np.zeros(2), "2 things were asked for"),
        ((np.zeros(3), 0.0), "The shape is (3,) instead of (2,)"),
        ((np.zeros((2, 1)), 0.0), "column of shape (2, 1)"),
        (([0.0, 0.0], 0.0), "The numbers came in a list"),
        ((np.zeros(2), None), "Nothing was returned"),
    ],
)
def test_parts_of_the_wrong_form_are_refused(value, words, capsys):
    task = task_for(lambda x: value)

    @task.check("form")
    def _(double):
        double.parts(1.0, w=(2,), b=())

    assert task.score() == 0.0
    assert words in " ".join(capsys.readouterr().out.split())


def test_an_author_who_unpacks_too_soon_crashes_nothing(capsys):
    task = task_for(lambda x: None)

    @task.check("unpacks")
    def _(double):
        _w, _b = double(1.0)

    assert task.score() == 0.0
    assert "Something is None here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rtol", "returned", "mistake", "named"),
    [
        (1e-9, 4.00001, 4.00001, True),  # matches 4 but for the task's own tolerance
        (1e-9, 4.00001, 4.00002, False),  # near, but not near enough for this task
        (0.1, 6.1, 6.0, True),
    ],
)
def test_mistakes_are_told_with_the_tasks_own_tolerance(capsys, rtol, returned, mistake, named):
    mistakes = [(mistake, "A slip of the pen.")]
    points, text = outcome(lambda x: returned, capsys, rtol=rtol, mistakes=mistakes)
    assert points == 0.0
    assert ("A slip of the pen." in text) is named
