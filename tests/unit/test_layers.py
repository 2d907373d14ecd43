"""The floors of the house: a part of labkit imports only from the floors below it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labkit

ROOT = Path(labkit.__file__).parent
FLOORS = {
    "errors": -1,  # below the ground floor: every part may raise them
    "streams": -1,  # and every part may be silent
    "device": 0,
    "notebook": 0,
    "pace": 0,
    "packages": 0,
    "progress": 0,
    "recorded": 0,
    "site": 0,
    "nn": 1,
    "data": 1,
    "plot": 2,
    "checks": 2,
    "widgets": 2,
    "grading": 3,
    "doctor": 3,
    "cli": 4,
    "__main__": 5,
}
TOOLS = {"tensorflow", "keras", "matplotlib", "nbgrader", "IPython"}
HEAVY = TOOLS | {"pandas", "sklearn", "scipy"}


def module_name(path):
    return ".".join(("labkit", *path.relative_to(ROOT).with_suffix("").parts))


def part_of(module):
    """labkit.data.store -> data; labkit itself -> None."""
    return module.split(".")[1] if "." in module else None


def imported_modules(tree, package):
    """Every absolute name that an import statement anywhere in the module can bind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(parents if node.level else []), *filter(None, [node.module])])
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from names if base == "labkit" else [base]


def labkit_imports(source, module="labkit.part"):
    names = imported_modules(ast.parse(source), package=module.rpartition(".")[0])
    return {name for name in names if name.split(".")[0] == "labkit"}


def top_level_imports(source):
    """Packages imported when the module is, not when a function of it runs."""
    body = [node for node in ast.parse(source).body if not isinstance(node, ast.FunctionDef)]
    tree = ast.Module(body=body, type_ignores=[])
    return {name.split(".")[0] for name in imported_modules(tree, package="labkit")}


def faults(module, source):
    """What a module imports from its own floor or above, outside its own part."""
    part = part_of(module)
    if part is None or part == "__init__":
        return []
    targets = {part_of(name) for name in labkit_imports(source, module)} - {part, None}
    # a name of labkit itself, such as __version__, is no part
    parts = {name for name in targets if name in FLOORS or (ROOT / name).exists()}
    return sorted(name for name in parts if FLOORS[name] >= FLOORS[part])


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def test_every_part_has_a_floor():
    parts = {part_of(module) for module in MODULES} - {None, "__init__"}
    assert parts <= set(FLOORS), "give the new part a floor, here and in CONTRIBUTING.md"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_lower_floors(module):
    assert faults(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("labkit.nn.layers", "from labkit.plot import style", ["plot"]),
        ("labkit.nn.layers", "from labkit import plot", ["plot"]),
        ("labkit.nn.layers", "import labkit.data.store", ["data"]),
        ("labkit.nn.layers", "def f():\n    import labkit.cli", ["cli"]),
        ("labkit.nn.layers", "from ..grading import run", ["grading"]),
        ("labkit.nn.layers", "from .. import plot", ["plot"]),
        ("labkit.nn.layers", "from .inputs import x\nfrom . import inputs", []),
        ("labkit.nn.layers", "from labkit.nn.inputs import x\nfrom labkit.errors import y", []),
        ("labkit.errors", "from labkit import device", ["device"]),
        ("labkit.site", "from labkit.errors import LabkitError", []),
        ("labkit.doctor", "import labkit\nfrom labkit import __version__, data", []),
    ],
)
def test_the_rule_sees_every_form_of_import(module, source, found):
    assert faults(module, source) == found


@pytest.mark.parametrize("module", [m for m in MODULES if FLOORS.get(part_of(m), 0) <= 1])
def test_the_lower_floors_import_their_tools_only_inside_functions(module):
    source = MODULES[module].read_text(encoding="utf-8")
    assert top_level_imports(source) & TOOLS == set()


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_tensorflow_before_it_is_asked_to(module):
    source = MODULES[module].read_text(encoding="utf-8")
    assert top_level_imports(source) & {"tensorflow", "keras"} == set()


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import labkit", HEAVY | {"numpy"}),
        ("from labkit import errors, device, notebook", HEAVY | {"numpy"}),
        ("from labkit import nn", HEAVY),
        ("from labkit import data", TOOLS | {"sklearn"}),
        ("from labkit import plot, checks", {"tensorflow", "keras", "nbgrader"}),
        ("from labkit import cli", HEAVY | {"numpy"}),
    ],
)
def test_importing_a_part_does_not_load(statement, heavy):
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert heavy & set(done.stdout.split()) == set()
