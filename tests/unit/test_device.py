"""Hardware, and the %%gpu cell magic in a real IPython shell."""

import os
import re
import subprocess
import sys
import types
from importlib.util import find_spec

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from labkit import device


@pytest.fixture(autouse=True)
def log_level_unset(monkeypatch):
    """TensorFlow's log level is unset, and is afterwards what it was."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell of its own with the extension loaded; it forgets itself afterwards."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    shell.run_line_magic("load_ext", "labkit.device")
    return shell


@pytest.fixture
def one_gpu(monkeypatch):
    monkeypatch.setattr(device, "gpus", lambda: ["Test GPU"])


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(device, "gpus", list)


def fake_tensorflow(*gpus):
    """A stand-in with the three calls that labkit.device makes: it sees `gpus`, name to maker."""
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.__spec__ = types.SimpleNamespace(origin="tensorflow/__init__.py")
    seen = [types.SimpleNamespace(name=name, maker=maker) for name, maker in gpus]

    def get_device_details(gpu):
        return {"device_name": gpu.maker} if gpu.maker else {}

    tensorflow.config = types.SimpleNamespace(
        list_physical_devices=lambda kind: seen if kind == "GPU" else [],
        experimental=types.SimpleNamespace(get_device_details=get_device_details),
    )
    return tensorflow


def without_colours(shown):
    return re.sub(r"\x1b\[[\d;]*m", "", shown)


def test_cpu_count_is_what_this_process_may_use():
    code = "from labkit.device import cpu_count; print(cpu_count())"
    pinned = [sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{0}}); {code}"]
    if hasattr(os, "sched_setaffinity"):
        assert subprocess.run(pinned, capture_output=True, text=True).stdout == "1\n"
    assert 1 <= device.cpu_count() <= os.cpu_count()


def test_without_tensorflow_there_is_no_gpu(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert device.gpus() == []
    assert device.has_gpu() is False


def test_a_folder_called_tensorflow_is_not_tensorflow(monkeypatch, tmp_path):
    (tmp_path / "tensorflow").mkdir()
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert device.gpus() == []


@pytest.mark.parametrize(
    ("seen", "names"),
    [
        ([], []),
        ([("/physical_device:GPU:0", "NVIDIA A100")], ["NVIDIA A100"]),
        ([("/physical_device:GPU:0", None)], ["/physical_device:GPU:0"]),
    ],
)
def test_gpus_are_those_tensorflow_lists(monkeypatch, seen, names):
    monkeypatch.setitem(sys.modules, "tensorflow", fake_tensorflow(*seen))
    assert device.gpus() == names
    assert device.has_gpu() is bool(names)


@pytest.mark.parametrize(
    ("cores", "names", "line"),
    [
        (1, [], "1 CPU core, no GPU that TensorFlow can use"),
        (8, ["NVIDIA A100", "NVIDIA T4"], "8 CPU cores, NVIDIA A100, NVIDIA T4"),
    ],
)
def test_describe_is_one_line(monkeypatch, cores, names, line):
    monkeypatch.setattr(device, "cpu_count", lambda: cores)
    monkeypatch.setattr(device, "gpus", lambda: names)
    assert device.describe() == line


@pytest.mark.parametrize("before", [{}, {"TF_CPP_MIN_LOG_LEVEL": "3"}], ids=["unset", "3"])
def test_quiet_means_that_nothing_reaches_the_error_stream(capfd, before):
    os.environ.update(before)
    with device.quiet_tensorflow():
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"
        os.write(2, b"chatter")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_an_exception_leaves_the_quiet_block_and_sound_comes_back(capfd):
    with pytest.raises(ImportError, match="no libcuda"), device.quiet_tensorflow():
        raise ImportError("no libcuda")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_who_sets_the_log_level_hears_everything(capfd, monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    with device.quiet_tensorflow():
        os.write(2, b"chatter")
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"
    assert capfd.readouterr().err == "chatter"


def test_quiet_leaks_no_open_file():
    def use_once():
        with device.quiet_tensorflow():
            pass
        probe = os.dup(2)  # the lowest free number
        os.close(probe)
        return probe

    assert use_once() == use_once()


@pytest.mark.skipif(find_spec("tensorflow") is None, reason="TensorFlow is not installed")
def test_asking_for_gpus_prints_nothing_and_importing_the_module_loads_no_tensorflow():
    code = (
        "import sys; from labkit import device; assert 'tensorflow' not in sys.modules; "
        "device.gpus(); assert 'tensorflow' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.usefixtures("one_gpu")
def test_with_a_gpu_the_cells_variables_are_the_notebooks(shell):
    shell.run_cell("width = 6").raise_error()
    shell.run_cell("%%gpu\nheight = 7\narea = width * height").raise_error()
    assert shell.user_ns["area"] == 42


@pytest.mark.usefixtures("one_gpu")
def test_functions_of_the_cell_see_later_changes(shell):
    shell.run_cell("%%gpu\nscale = 2\ndef double(x):\n    return scale * x").raise_error()
    assert shell.run_cell("scale = 3; double(5)").result == 15


@pytest.mark.usefixtures("one_gpu")
@pytest.mark.parametrize(
    ("cell", "result", "printed"),
    [
        ("%%gpu\n6 * 7", 42, "Out[1]: 42"),
        ("%%gpu\nx = 6 * 7", None, ""),
        ("%%gpu\n6 * 7;", None, ""),
        ("%%gpu\n# a comment", None, ""),
        ("%%gpu\nprint('seen')", None, "seen"),
        ("%%gpu\n!echo from the system", None, "from the system"),
        ("%%gpu\nhere = %pwd\nhere == __import__('os').getcwd()", True, "Out[1]: True"),
    ],
)
def test_with_a_gpu_the_cell_shows_what_it_would_without_the_magic(
    shell, capfd, cell, result, printed
):
    outcome = shell.run_cell(cell, store_history=True)
    outcome.raise_error()
    assert outcome.result == result
    assert capfd.readouterr().out.strip() == printed


@pytest.mark.usefixtures("one_gpu")
@pytest.mark.parametrize(
    ("cell", "error"),
    [("%%gpu\nbefore = 1\n1 / 0", ZeroDivisionError), ("%%gpu\nx = = 1", SyntaxError)],
)
def test_an_error_in_the_cell_fails_the_cell_once(shell, capsys, cell, error):
    outcome = shell.run_cell(cell)
    assert not outcome.success
    with pytest.raises(error):
        outcome.raise_error()
    shown = without_colours("".join(capsys.readouterr()))
    assert shown.count(f"{error.__name__}: ") == 1


@pytest.mark.usefixtures("one_gpu")
def test_a_traceback_shows_the_cells_line(shell, capsys):
    shell.run_cell("%%gpu\nbefore = 1\nbefore / 0")
    assert "----> 2 before / 0" in without_colours(capsys.readouterr().out)
    assert shell.user_ns["before"] == 1


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_the_cell_is_not_run_and_says_so_in_one_stable_line(shell, capsys):
    outcome = shell.run_cell("%%gpu\nran = True\n1 / 0")
    outcome.raise_error()
    assert outcome.result is None
    assert "ran" not in shell.user_ns
    said = capsys.readouterr().out
    assert said == "Skipped: no GPU (see `labkit doctor`).\n"
    assert len(said) <= 41  # letters of code on a phone of 390 pixels


def test_without_tensorflow_the_line_is_the_same(shell, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    shell.run_cell("%%gpu\nran = True").raise_error()
    assert "ran" not in shell.user_ns
    assert capsys.readouterr().out == device.SKIPPED + "\n"


@pytest.mark.usefixtures("one_gpu")
def test_words_after_the_magic_are_refused(shell):
    outcome = shell.run_cell("%%gpu 0\nran = True")
    with pytest.raises(UsageError, match="%%gpu takes nothing after it; got '0'"):
        outcome.raise_error()
    assert "ran" not in shell.user_ns


class TestKerasOnTensorFlow:
    """The choice of the backend, made before Keras is imported."""

    @pytest.fixture(autouse=True)
    def nothing_chosen(self, monkeypatch, tmp_path):
        monkeypatch.delitem(sys.modules, "keras", raising=False)
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))
        self.settings = tmp_path / "keras.json"

    def enter(self):
        with device.keras_on_tensorflow():
            return "inside"

    @pytest.mark.parametrize("text", [None, "", "not JSON", "[]", "{}", '{"backend": ""}'])
    def test_without_a_choice_it_is_tensorflow(self, text):
        if text is not None:
            self.settings.write_text(text)
        assert self.enter() == "inside"

    @pytest.mark.parametrize("text", ["{}", '{"backend": "jax"}'])
    def test_the_variable_goes_before_the_file(self, monkeypatch, text):
        monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
        self.settings.write_text(text)
        assert self.enter() == "inside"

    def test_another_backend_in_the_variable_is_refused_before_the_import(self, monkeypatch):
        monkeypatch.setenv("KERAS_BACKEND", "jax")
        with pytest.raises(device.BackendError, match="variable KERAS_BACKEND says 'jax'"):
            self.enter()
        assert "keras" not in sys.modules

    def test_another_backend_in_the_file_is_refused_with_the_cure(self):
        self.settings.write_text('{"backend": "torch"}')
        with pytest.raises(device.BackendError, match=r"keras\.json says 'torch'") as caught:
            self.enter()
        assert "%env KERAS_BACKEND=tensorflow" in str(caught.value)

    def test_keras_that_runs_on_another_backend_is_refused(self, monkeypatch):
        other = types.ModuleType("keras")
        other.config = types.SimpleNamespace(backend=lambda: "jax")
        monkeypatch.setitem(sys.modules, "keras", other)
        monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
        with pytest.raises(device.BackendError, match="has been imported on 'jax'"):
            self.enter()

    def test_a_real_import_is_silent_and_on_tensorflow(self, tmp_path):
        code = (
            "from labkit.device import keras_on_tensorflow\n"
            "with keras_on_tensorflow():\n    import keras\n"
            "print(keras.config.backend())"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (run.stdout, run.stderr) == ("tensorflow\n", "")
