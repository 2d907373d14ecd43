"""Kernels that are forked from a warm process are kernels like any other, sooner."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbgrader.converters import Autograde
from traitlets.config import PyFileConfigLoader

from labkit.grading.course import Course
from labkit.grading.forks import ForkedProcess, WarmProcess, warm_process
from labkit.grading.kernels import FileKernelManager
from labkit.grading.preprocessors import ExecuteWarm
from labkit.grading.warm import ONE_THREAD, PLAIN, modules_for

pytestmark = [
    pytest.mark.xdist_group("forks"),
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux only"),
]
FEW = ("ipykernel.kernelapp", "numpy")
ENV = {**os.environ, **ONE_THREAD}


def executed(*sources, cwd="/", imported=FEW, **settings):
    """Execute cells in such a kernel; return its notebook's cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=cells),
        kernel_name="python3",
        kernel_manager_class=FileKernelManager,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(cwd)}},
        **settings,
    )
    client.create_kernel_manager().imported = imported
    asyncio.run(client.async_execute(reset_kc=False))
    return cells


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def run(source, **settings):
    return printed(executed(source, **settings)[0]).strip()


LOOK = "import os, sys; print(os.getppid(), os.getpid() == os.getsid(0), 'numpy' in sys.modules)"


def test_it_is_the_child_of_a_warm_process_and_leads_a_session_of_its_own():
    parent, leads, warm = run(LOOK).split()
    assert Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")[2] == b"labkit.grading.warm"
    assert (leads, warm) == ("True", "True")


def test_without_modules_it_is_started_afresh_by_this_process():
    assert run(LOOK, imported=()) == f"{os.getpid()} True False"


def test_notebooks_share_nothing(tmp_path):
    first = "import sys, os; sys.modules['seen'] = seen = 1; os.environ['SEEN'] = 'x'"
    executed(first)
    assert run("import sys, os; print('seen' in sys.modules, 'SEEN' in os.environ)") == (
        "False False"
    )


def test_each_draws_random_numbers_of_its_own():
    draw = "import random, numpy as np; print(np.random.random(), random.random())"
    first, second = run(draw).split(), run(draw).split()
    assert not set(first) & set(second)


def test_it_works_in_its_folder_and_imports_from_there(tmp_path):
    (tmp_path / "mine.py").write_text("x = 7")
    assert run("import os, mine; print(os.getcwd(), mine.x)", cwd=tmp_path) == f"{tmp_path} 7"


def test_the_environment_is_that_of_the_moment(monkeypatch):
    run("1")
    monkeypatch.setenv("LABKIT_TRIED", "now")
    assert run("import os; print(os.environ['LABKIT_TRIED'])") == "now"


def test_figures_are_shown_as_ever():
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    warm, fresh = executed(source, imported=PLAIN)[0], executed(source, imported=())[0]
    assert [output.output_type for output in warm.outputs] == ["display_data"]
    assert "image/png" in warm.outputs[0].data
    assert warm.outputs[0].data["text/plain"] == fresh.outputs[0].data["text/plain"]


def test_an_endless_cell_is_interrupted_and_the_next_one_runs():
    cells = executed(
        "while True: pass",
        "print('alive')",
        timeout=2,
        interrupt_on_timeout=True,
        error_on_timeout={"output_type": "error", "ename": "E", "evalue": "", "traceback": []},
        allow_errors=True,
    )
    assert cells[0].outputs
    assert printed(cells[1]) == "alive\n"


def test_a_kernel_that_dies_is_seen_to_die():
    with pytest.raises(DeadKernelError):
        executed("import os; os._exit(1)", timeout=60)


def test_nothing_is_imported_beforehand_from_the_folder_of_a_submission(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABKIT_TRIED", "a warm process of this test's own")
    for name in ("numpy", "json", "labkit"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('poison')")
    assert run(LOOK, cwd=tmp_path.parent).split()[1:] == ["True", "True"]


def test_tensorflow_trains_in_two_kernels_with_the_same_result_as_in_a_fresh_one():
    source = textwrap.dedent("""\
        import sys
        there = "tensorflow" in sys.modules
        import keras, numpy as np
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        X = np.arange(30.0).reshape(10, 3) / 30
        model.fit(X, X.sum(axis=1), epochs=2, verbose=0)
        print(there, model.get_weights()[0].ravel())""")
    warm = [run(source, imported=modules_for(source)) for _ in range(2)]
    fresh = run(source, imported=())
    assert warm == [fresh.replace("False", "True")] * 2


def test_a_process_with_threads_is_not_forked_and_says_so(tmp_path, monkeypatch, caplog):
    code = "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    (tmp_path / "threaded.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert run(LOOK, imported=("threaded",)) == f"{os.getpid()} True False"
    assert "has 2 threads, so it may not fork" in caplog.text


def test_when_the_warm_process_has_ended_kernels_are_started_afresh(monkeypatch, caplog):
    monkeypatch.setenv("LABKIT_TRIED", "another warm process of this test's own")
    parent = int(run(LOOK).split()[0])
    os.kill(parent, signal.SIGKILL)
    assert run(LOOK).split()[0] == str(os.getpid())
    assert "the warm process" in caplog.text


def test_modules_that_are_not_installed_are_left_out():
    warm = WarmProcess(("no_such_module",), ENV)
    warm.close()


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_process_is_left_when_the_grader_is_killed(tmp_path):
    script = textwrap.dedent("""\
        import json, os, sys, time
        from labkit.grading.forks import WarmProcess
        warm = WarmProcess(("ipykernel.kernelapp",), dict(os.environ, OMP_NUM_THREADS="1"))
        kernel = warm.fork(["ipykernel_launcher", "-f", sys.argv[1]], dict(os.environ), "/")
        print(json.dumps([warm._process.pid, kernel.pid]), flush=True)
        time.sleep(600)""")
    command = [sys.executable, "-c", script, str(tmp_path / "connection.json")]
    grader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in grader.stdout.readline().strip("[]\n").split(",")]
    assert [running(pid) for pid in pids] == [True, True]
    grader.kill()
    grader.communicate()
    deadline = time.monotonic() + 30
    while any(map(running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [running(pid) for pid in pids] == [False, False]


@pytest.fixture
def sleeper():
    child = subprocess.Popen(["sleep", "600"])
    yield ForkedProcess(child.pid, os.pidfd_open(child.pid))
    child.kill()
    child.wait()


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_forked_process_is_watched_and_ended_like_popen(sleeper, end):
    assert sleeper.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.01)
    getattr(sleeper, end)()
    assert sleeper.wait(10) == sleeper.returncode == sleeper.poll() == 0
    sleeper.send_signal(signal.SIGKILL)  # to nobody


def test_there_is_one_warm_process_for_one_environment():
    env = frozenset(ENV.items())
    assert warm_process(("json",), env) is warm_process(("json",), env)
    assert warm_process(("json",), env) is not warm_process(("csv",), env)


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import numpy as np", []),
        ("from sklearn.metrics import f1_score", ["sklearn.linear_model"]),
        ("import tensorflow as tf\nimport keras", ["keras"]),
        ("import antigravity", []),
    ],
)
def test_only_the_libraries_of_the_course_are_imported_beforehand(code, heavy):
    assert modules_for(code) == (*PLAIN, *heavy)


def settings_of(folder):
    with mock.patch.dict(os.environ):  # which the settings change, for nbgrader's own process
        return PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config().Autograde


def test_the_steps_of_autograding_are_nbgraders_own_but_for_the_kernel(exercises):
    stock = [f"{step.__module__}.{step.__name__}" for step in Autograde().autograde_preprocessors]
    ours = [resolved(name) for name in settings_of(exercises).autograde_preprocessors]
    execute = f"{ExecuteWarm.__module__}.ExecuteWarm"
    assert ours == [execute if name.endswith(".Execute") else name for name in stock]


def resolved(name):
    """Where a class is defined that a dotted name leads to."""
    module, _, found = name.rpartition(".")
    step = getattr(__import__(module, fromlist=[found]), found)
    return f"{step.__module__}.{step.__name__}"


@pytest.mark.nbgrader
def test_the_scores_are_those_of_fresh_kernels(make_course, mini, tmp_path):
    answers = {"ann": "return 2 * x", "ben": "return 3 * x", "cy": "import os; os._exit(1)"}
    found = []
    for step in ("labkit.grading.preprocessors.ExecuteWarm", "nbgrader.preprocessors.Execute"):
        course = Course.copy(make_course(mini), tmp_path / step)
        config = course.folder / "nbgrader_config.py"
        text = config.read_text()
        assert "labkit.grading.preprocessors.ExecuteWarm" in text
        config.write_text(text.replace("labkit.grading.preprocessors.ExecuteWarm", step))
        course.release("mini")
        for name, answer in answers.items():
            notebook = course.workshops["mini"].notebook
            cell = next(cell for cell in notebook.cells if cell.id == "double")
            cell.source = f"def double(x):\n    {answer}"
            course.hand_in(name, "mini", notebook)
        course.nbgrader("autograde", "mini", check=False)
        found.append([(s.student, s.status, s.scores) for s in course.standings("mini")])
    assert found[0] == found[1]
    assert len(found[0]) == 3
