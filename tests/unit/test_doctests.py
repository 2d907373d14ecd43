"""The examples in labkit's docstrings: every public name has one, and all of them run."""

import doctest
import importlib
import types
from pathlib import Path

import pytest

import labkit

ROOT = Path(labkit.__file__).parent
OPTIONAL = {"nbgrader", "nbformat", "tensorflow", "keras", "jupytext", "IPython"}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def module_name(path):
    parts = ("labkit", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}
del MODULES["labkit.__main__"]
# What readers and students call. Commands and the instructor's side are run by tests of their own.
PARTS = [
    "checks",
    "data",
    "device",
    "doctor",
    "errors",
    "nn",
    "notebook",
    "pace",
    "packages",
    "plot",
    "recorded",
    "site",
    "streams",
]


def public(module):
    """Functions and classes that a part offers: its __all__, or all without an underscore."""
    own = [name for name, value in vars(module).items() if is_defined_in(module, value)]
    names = getattr(module, "__all__", [name for name in own if not name.startswith("_")])
    return {name: getattr(module, name) for name in names if callable(getattr(module, name))}


def is_defined_in(module, value):
    return getattr(value, "__module__", None) == module.__name__


def without_example(module):
    """Public names that no example shows; errors are raised, not called, so they need none."""
    return [
        name
        for name, value in public(module).items()
        if not any(each.examples for each in doctest.DocTestFinder().find(value, name))
        and not (isinstance(value, type) and issubclass(value, Exception))
    ]


def import_or_skip(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name.split(".")[0] not in OPTIONAL:
            raise
        pytest.skip(f"{error.name} is not installed")


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """An empty folder to work in, no data, no network, no window."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABKIT_DATA", raising=False)
    monkeypatch.delenv("LABKIT_DATA_STRICT", raising=False)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LABKIT_OFFLINE", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module, report = import_or_skip(name), []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for example in doctest.DocTestFinder().find(module):
        runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


@pytest.mark.parametrize("part", PARTS)
def test_every_public_name_has_an_example(part):
    assert without_example(import_or_skip(f"labkit.{part}")) == []


@pytest.mark.parametrize("name", MODULES)
def test_no_example_is_skipped(name):
    assert "doctest: +SKIP" not in MODULES[name].read_text(encoding="utf-8")


def test_a_missing_example_is_noticed():
    module = types.ModuleType("part")
    exec(
        "def shown():\n    '''Do.\n\n    >>> shown()\n    '''\n"
        "def bare():\n    '''Do.'''\n"
        "def _private():\n    '''Do.'''\n"
        "class Shown:\n    def f():\n        '''Do.\n\n        >>> Shown.f()\n        '''\n"
        "class Bare:\n    '''A thing.'''\n"
        "class BareError(Exception):\n    '''Bad.'''\n"
        "from math import sin\n",
        vars(module),
    )
    assert without_example(module) == ["bare", "Bare"]
    module.__all__ = ["shown", "sin"]
    assert without_example(module) == ["sin"]
