"""A submission is executed to its end, whatever its cells do; and no tool of a notebook forges a test."""

import asyncio
import sys

import pytest

from labkit.grading import sandbox
from labkit.grading.jobs import Job, Limits, Outcome, Result, Step
from labkit.grading.warm import PLAIN

if not sys.platform.startswith("linux"):
    pytest.skip("cages need Linux", allow_module_level=True)

from labkit.grading.held import Warden
from labkit.grading.runner import run

pytestmark = pytest.mark.xdist_group("held")
QUICK = {"cell": 2.0, "memory": 400 << 20, "scratch": 8 << 20, "output": 20_000}


@pytest.fixture(scope="module")
def warden():
    wish = "none" if sandbox.trouble() else "bwrap"
    warden = Warden(sandbox.choose(wish), PLAIN, {})
    yield warden
    warden.close()


def job(*cells, **limits):
    """A job of these cells; a test is a pair of "test" and its code."""
    sources = [cell if isinstance(cell, tuple) else ("answer", cell) for cell in cells]
    steps = [Step(i, source, kind == "test") for i, (kind, source) in enumerate(sources)]
    return Job(tuple(steps), limits=Limits(**QUICK | limits))


def test(source):
    return "test", source


test.__test__ = False


def outcomes(warden, *cells, **limits):
    return asyncio.run(run(job(*cells, **limits), warden)).outcomes


def value(outcome):
    """The value that nbgrader would take for the points; None if there is none."""
    for output in outcome.outputs:
        if output["output_type"] == "execute_result":
            return output["data"]["text/plain"]
    return None


def failed(outcome):
    """Whether nbgrader would give no points."""
    return any(
        output["output_type"] == "error" or output.get("name") == "stderr"
        for output in outcome.outputs
    )


def printed(outcome):
    return "".join(output.get("text", "") for output in outcome.outputs)


def test_cells_run_in_their_order_and_tests_see_the_answers(warden):
    done = outcomes(warden, "x = 2", test("assert x == 2"), "x + 1", test("print('so')\nx / 4"))
    assert [outcome.status for outcome in done] == ["ok"] * 4
    assert [outcome.count for outcome in done] == [1, 2, 3, 4]
    assert [value(outcome) for outcome in done] == [None, None, "3", "0.5"]
    assert printed(done[3]) == "so\n"


def test_a_test_that_fails_shows_the_error_and_the_line(warden):
    (_, done) = outcomes(warden, "def f(x):\n    return 1 / x", test("f(0)"))
    (error,) = done.outputs
    assert error["ename"] == "ZeroDivisionError"
    assert any("return 1 / x" in line for line in error["traceback"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2.5", "2.5"),
        ("2.5;", None),
        ("x = 1", None),
        ("None", None),
        ("", None),
        ("'all'", "'all'"),
        ("import asyncio\nawait asyncio.sleep(0)\n3", "3"),
        ("%matplotlib inline\n4", "4"),
        ("def _grade():\n    return 1.5\n\n_grade()", "1.5"),
    ],
)
def test_the_value_of_a_test_is_what_a_notebook_would_show(source, expected, warden):
    (done,) = outcomes(warden, test(source))
    assert not failed(done)
    assert value(done) == expected


FORGERIES = {
    "a value shown by the answer": "import sys\ndef f():\n    sys.displayhook(4.0)\n    return 0",
    "a hook that shows values": (
        "import sys\nsys.displayhook = lambda value: sys.__displayhook__(4.0)\ndef f():\n    return 0"
    ),
    "a hook after each cell": (
        "def full(result):\n    result.error_in_exec = result.error_before_exec = None\n"
        "    import sys; sys.displayhook(4.0)\n"
        "get_ipython().events.register('post_run_cell', full)\ndef f():\n    return 0"
    ),
    "a filter that drops the asserts": (
        "def drop(lines):\n    return [line for line in lines if 'assert' not in line]\n"
        "get_ipython().input_transformers_post.append(drop)\n"
        "get_ipython().input_transformers_cleanup.append(drop)\ndef f():\n    return 0"
    ),
    "a change of the code that was read": (
        "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node):\n"
        "        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Drop())\ndef f():\n    return 0"
    ),
    "another way to run cells": (
        "shell = get_ipython()\nshell.run_cell = shell.run_cell_async = lambda *a, **k: None\n"
        "def f():\n    return 0"
    ),
    "all values shown": ("get_ipython().ast_node_interactivity = 'all'\ndef f():\n    return 0"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_tool_of_a_notebook_forges_a_test(forgery, warden):
    done = outcomes(warden, FORGERIES[forgery], test("assert f() == 1"), test("4.0 * (f() == 1)"))
    assert failed(done[1])
    assert float(value(done[2])) == 0


def test_a_right_answer_keeps_its_points_beside_a_warning(warden):
    warns = "import sys, warnings\nwarnings.warn('soon gone')\nprint('note', file=sys.stderr)\n2.0"
    (done,) = outcomes(warden, test(warns))
    assert not failed(done)
    assert value(done) == "2.0"
    assert "note" in printed(done)


def test_an_endless_loop_is_stopped_and_the_rest_goes_on(warden):
    done = outcomes(warden, "x = 1", "while True: pass", "y = x + 1", test("y"))
    assert [outcome.status for outcome in done] == ["ok", "timeout", "ok", "ok"]
    assert "stopped after 2 seconds" in done[1].outputs[-1]["evalue"]
    assert value(done[3]) == "2"


def test_a_loop_that_will_not_stop_is_killed_and_what_was_before_it_is_there_again(warden):
    stubborn = (
        "import time\nwhile True:\n    try:\n        while True: time.sleep(1)\n"
        "    except BaseException: pass"
    )
    done = outcomes(warden, "x = 1", stubborn, test("x"), cell=0.5)
    assert [outcome.status for outcome in done] == ["ok", "timeout", "ok"]
    assert value(done[2]) == "1"


@pytest.mark.parametrize(
    ("deadly", "status", "words"),
    [
        ("import os; os._exit(3)", "dead", "exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "dead", "signal 11"),
        ("import numpy as np; held = [np.ones(10**7) for _ in range(90)]", "oom", "memory"),
    ],
)
def test_a_cell_that_ends_the_kernel_costs_only_itself(deadly, status, words, warden):
    done = outcomes(warden, "x = 1", deadly, "y = x + 1", test("y"), cell=30)
    assert [outcome.status for outcome in done] == ["ok", status, "ok", "ok"]
    assert words in done[1].outputs[-1]["evalue"]
    assert value(done[3]) == "2"


def test_a_test_that_ends_the_kernel_scores_nothing_and_the_next_is_graded(warden):
    answers = "import os\ndef f():\n    os._exit(0)\nx = 1"
    done = outcomes(warden, answers, test("f()"), test("x"))
    assert [outcome.status for outcome in done] == ["ok", "dead", "ok"]
    assert failed(done[1])
    assert value(done[2]) == "1"


def test_a_submission_that_ends_kernel_after_kernel_comes_to_an_end(warden):
    done = outcomes(warden, *["import os; os._exit(1)"] * 10, test("1"))
    assert done[0].status == "dead"
    assert done[-1].status == "partial"
    assert failed(done[-1])


@pytest.mark.parametrize("leaves", ["import sys; sys.exit(0)", "exit()", "raise SystemExit"])
def test_leaving_politely_leaves_only_the_cell(leaves, warden):
    done = outcomes(warden, f"x = 1\n{leaves}", test("x"))
    assert value(done[1]) == "1"


def test_the_time_for_all_cells_has_an_end_too(warden):
    naps = ["import time; time.sleep(0.6)"] * 5
    done = outcomes(warden, *naps, test("1"), total=1.5)
    assert done[0].status == "ok"
    assert done[-1].status == "partial"
    assert "was over" in printed(done[-1]) + done[-1].outputs[-1]["evalue"]


def test_output_without_end_is_cut_off_and_the_cell_goes_on(warden):
    done = outcomes(warden, "for i in range(5000): print('line', i)\nx = 1", test("x"), cell=30)
    assert done[0].status == "output_limit"
    assert len(printed(done[0])) < 30_000
    assert "cut off" in printed(done[0])
    assert value(done[1]) == "1"


def test_many_pieces_of_output_are_cut_off_too(warden):
    code = "from IPython.display import display\nfor i in range(3000): display(i)"
    (done,) = outcomes(warden, code, cell=30, output=10_000_000)
    assert done.status == "output_limit"
    assert len(done.outputs) <= 1001


@pytest.mark.parametrize(
    "asks",
    [
        "input('name?')",
        "breakpoint()",
        "import pdb; pdb.set_trace()",
        "import getpass; getpass.getpass()",
    ],
)
def test_a_cell_that_asks_fails_at_once(asks, warden):
    done = outcomes(warden, asks, test("1"))
    assert done[0].seconds < 2
    assert failed(done[0])
    assert value(done[1]) == "1"


def test_figures_and_updates_are_kept(warden):
    code = (
        "import matplotlib.pyplot as plt\nfrom IPython.display import display\n"
        "plt.plot([1, 2]); plt.show()\n"
        "shown = display('first', display_id=True)\nshown.update('second')"
    )
    (done,) = outcomes(warden, code, output=2_000_000, cell=30)
    kinds = [set(output["data"]) for output in done.outputs if "data" in output]
    assert any("image/png" in kind for kind in kinds)
    assert "'second'" in str(done.outputs)
    assert "'first'" not in str(done.outputs)


def test_the_same_job_gives_the_same_values(warden):
    cells = ["import random, numpy as np", test("(random.random(), np.random.rand())")]
    assert value(outcomes(warden, *cells)[1]) == value(outcomes(warden, *cells)[1])


def test_a_job_is_written_and_read_as_it_is():
    whole = Job(
        (Step(1, "ä"), Step(2, "1", True)), {"a.bin": b"\0\xff"}, Limits(cell=3), ("numpy",), 7
    )
    again = Job.from_json(whole.to_json())
    assert again == whole
    assert again.key == whole.key


@pytest.mark.parametrize(
    "other",
    [
        Job((Step(1, "y"),), {"a": b"1"}),
        Job((Step(1, "x", True),), {"a": b"1"}),
        Job((Step(1, "x"),), {"a": b"2"}),
        Job((Step(1, "x"),), {"a": b"1"}, Limits(cell=3)),
        Job((Step(1, "x"),), {"a": b"1"}, seed=1),
        Job((Step(1, "x"),), {"a": b"1"}, surroundings="numpy 3"),
    ],
)
def test_whatever_a_result_depends_on_changes_the_key(other):
    assert other.key != Job((Step(1, "x"),), {"a": b"1"}).key


def test_a_result_is_written_and_read_as_it_is():
    result = Result([Outcome(1, "timeout", [{"output_type": "stream", "text": "ä"}], 4, 2.5)], 3.5)
    assert Result.from_json(result.to_json()) == result


@pytest.mark.parametrize("text", ['{"version": 0}', "{}", "", '{"version": 1, "outc'])
def test_a_result_that_is_not_whole_is_none(text):
    with pytest.raises(ValueError, match=r"version|Expecting|Unterminated|delimiter"):
        Result.from_json(text)
