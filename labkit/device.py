"""What hardware there is, and the ``%%gpu`` cell magic for cells that need a graphics processor.

TensorFlow is imported only when somebody asks for GPUs, and it is kept quiet.
"""

import ast
import importlib.util
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from labkit.errors import LabkitError
from labkit.streams import silenced

SKIPPED = "Skipped: no GPU (see `labkit doctor`)."  # as long as a phone is wide


class BackendError(LabkitError):
    """Keras would run on another backend than TensorFlow, or does so already."""


def cpu_count():
    """Return how many processor cores this process may use.

    Returns
    -------
    int
        At least 1; fewer than the machine has where this process is bound to some of them
        (its CPU affinity, where the system tells). A container's quota of CPU time is not
        seen: with half a core's time on 8 cores this is 8.

    Examples
    --------
    >>> cpu_count() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def quiet_tensorflow():
    """Keep TensorFlow's start-up messages off the screen: for its first import.

    ``TF_CPP_MIN_LOG_LEVEL=3`` alone does not do it: some messages are written before TensorFlow
    reads it. So the process's error stream is closed inside the block as well. Exceptions
    leave the block as usual. Whoever has set ``TF_CPP_MIN_LOG_LEVEL`` to 0, 1 or 2 hears what
    TensorFlow then says.

    Examples
    --------
    >>> with quiet_tensorflow():
    ...     os.write(2, b"lost") and None
    """
    is_quiet = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") == "3"
    with silenced(*([2] if is_quiet else [])):
        yield


@contextmanager
def keras_on_tensorflow():
    """Import Keras quietly inside this block, and be sure that it runs on TensorFlow.

    Keras 3 also runs on JAX and PyTorch: the variable ``KERAS_BACKEND`` chooses, else the file
    ``keras.json`` in ``$KERAS_HOME`` or ``~/.keras``, else it is TensorFlow. The choice holds
    from the first import to the end of the process.

    Raises
    ------
    BackendError
        On entry, before anything is imported, if another backend is chosen, or if Keras has
        been imported on another one; says how to choose TensorFlow.

    See Also
    --------
    quiet_tensorflow : the silence alone.
    Chapter "A first model in Keras" tells what a backend is.

    Examples
    --------
    >>> with keras_on_tensorflow():
    ...     import keras
    >>> keras.config.backend()
    'tensorflow'
    """
    backend, source = _chosen_backend()
    if backend != "tensorflow":
        raise BackendError(
            f"this needs Keras on the backend 'tensorflow'; {source} {backend!r}.",
            "restart the kernel and run `%env KERAS_BACKEND=tensorflow` before the first import "
            "of Keras; outside a notebook, `export KERAS_BACKEND=tensorflow` before Python.",
        )
    with quiet_tensorflow():
        yield


def _chosen_backend():
    """Return the backend that Keras runs on, or will, and words that say who chose it."""
    if "keras" in sys.modules:
        return sys.modules["keras"].config.backend(), "it has been imported on"
    if os.environ.get("KERAS_BACKEND"):
        return os.environ["KERAS_BACKEND"], "the environment variable KERAS_BACKEND says"
    path = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras", "keras.json")
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or none that Keras could read
        settings = {}
    chosen = settings.get("backend") if isinstance(settings, dict) else None
    return chosen or "tensorflow", f"the file {path} says"


def has_tensorflow():
    """Return whether TensorFlow is installed; it does not import TensorFlow.

    Returns
    -------
    bool
        False for a mere folder of that name.

    Examples
    --------
    >>> has_tensorflow() in (True, False)
    True
    """
    spec = importlib.util.find_spec("tensorflow")
    return spec is not None and spec.origin is not None


def gpus():
    """Return the names of the GPUs that TensorFlow can use; it imports TensorFlow.

    Returns
    -------
    list of str
        Such as ``["NVIDIA A100-SXM4-40GB"]``; empty without a GPU and without TensorFlow.

    Raises
    ------
    ImportError
        If TensorFlow is installed but cannot be imported.

    Examples
    --------
    >>> isinstance(gpus(), list)
    True
    """
    if not has_tensorflow():
        return []
    with quiet_tensorflow():
        import tensorflow as tf

        return [_product_name(tf, gpu) for gpu in tf.config.list_physical_devices("GPU")]


def _product_name(tf, gpu):
    """Return what the maker calls the GPU, or TensorFlow's name for it."""
    details = tf.config.experimental.get_device_details(gpu)
    return details.get("device_name", gpu.name)


def has_gpu():
    """Return whether TensorFlow sees a GPU; it imports TensorFlow.

    Returns
    -------
    bool
        False without TensorFlow.

    Raises
    ------
    ImportError
        If TensorFlow is installed but cannot be imported.

    Examples
    --------
    >>> has_gpu() == bool(gpus())
    True
    """
    return bool(gpus())


def describe():
    """Return one line on the processors and GPUs of this machine; it imports TensorFlow.

    Returns
    -------
    str
        Such as ``"2 CPU cores, no GPU that TensorFlow can use"``.

    Raises
    ------
    ImportError
        If TensorFlow is installed but cannot be imported.

    Examples
    --------
    >>> "CPU core" in describe()
    True
    """
    cores = cpu_count()
    names = ", ".join(gpus()) or "no GPU that TensorFlow can use"
    return f"{cores} CPU core{'s' if cores > 1 else ''}, {names}"


def load_ipython_extension(shell):
    """Add the ``%%gpu`` cell magic; IPython calls this for ``%load_ext labkit.device``.

    A cell that begins with ``%%gpu`` runs as usual where TensorFlow sees a GPU. Elsewhere, also
    without TensorFlow, it prints one line, the same on every machine, and is not run.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The notebook's shell.

    Examples
    --------
    >>> from IPython.core.interactiveshell import InteractiveShell
    >>> from traitlets.config import Config
    >>> shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    >>> shell.run_line_magic("load_ext", "labkit.device")
    >>> "gpu" in shell.magics_manager.magics["cell"]
    True
    """
    from IPython.core import magic
    from IPython.core.error import UsageError

    # so that a final semicolon hides the value; IPython 7, which Colab runs, does not know it
    @getattr(magic, "output_can_be_silenced", lambda function: function)
    def gpu(line, cell):
        """Run the cell where TensorFlow sees a GPU; elsewhere print one line instead."""
        if line.strip():
            raise UsageError(f"%%gpu takes nothing after it; got {line.strip()!r}.")
        if has_gpu():
            return _run_cell(shell, cell)
        print(SKIPPED)
        return None

    shell.register_magic_function(gpu, magic_kind="cell")


def _run_cell(shell, cell):
    """Run a cell's source in the shell and return the value of its last expression, if any.

    Errors leave it as they leave any cell, so that the cell fails: a nested ``shell.run_cell``
    would show them and let the notebook go on.
    """
    source = shell.transform_cell(cell)
    name = shell.compile.cache(source)  # tracebacks can show the lines
    body = shell.transform_ast(shell.compile.ast_parse(source, filename=name)).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(shell.compile(ast.Module(body, []), name, "exec"), shell.user_ns)
    if last is None:
        return None
    return eval(shell.compile(ast.Expression(last.value), name, "eval"), shell.user_ns)
