"""What is wrong with the source of a workshop, before anybody grades with it."""

import re
from collections import Counter

from labkit.grading.cells import (
    HIDDEN,
    SOLUTION,
    carries_points,
    grading,
    is_answer,
    marked_cells,
    region,
)

SCHEMA = 3
_GRADING_KEYS = {"grade", "grade_id", "locked", "schema_version", "solution"}


def faults(workshop):
    """List what is wrong with a workshop's source.

    nbgrader accepts most of these and then grades wrongly or not at all.

    Parameters
    ----------
    workshop : labkit.grading.workshop.Workshop
        The instructor version.

    Returns
    -------
    list of str
        One sentence for each fault; empty if it can be released.

    Examples
    --------
    >>> import tempfile, nbformat
    >>> from pathlib import Path
    >>> from labkit.grading.workshop import Workshop
    >>> with tempfile.TemporaryDirectory() as root:
    ...     folder = Path(root, "empty")
    ...     folder.mkdir()
    ...     nbformat.write(nbformat.v4.new_notebook(), folder / "empty.ipynb")
    ...     faults(Workshop(folder))[-1]
    'no cell carries points: there is nothing to grade'
    """
    return [fault for rule in _RULES for fault in rule(workshop.notebook)]


def _language(notebook):
    spec = notebook.metadata.get("kernelspec", {})
    if spec.get("language") != "python":
        yield f"the kernelspec says language {spec.get('language')!r}, not 'python'"


def _grade_ids(notebook):
    names = Counter(grading(cell)["grade_id"] for cell in marked_cells(notebook))
    for name, count in names.items():
        if count > 1:
            yield f"grade_id {name!r} stands on {count} cells"
    for index, cell in enumerate(notebook.cells):
        if grading(cell) and not grading(cell).get("grade_id"):
            yield f"cell {index} has nbgrader metadata but no grade_id"


def _metadata(notebook):
    for cell in marked_cells(notebook):
        about, name = grading(cell), grading(cell)["grade_id"]
        if about.get("schema_version") != SCHEMA:
            yield f"{name!r} has schema_version {about.get('schema_version')!r}, not {SCHEMA}"
        if missing := sorted(_GRADING_KEYS - set(about)):
            yield f"{name!r} lacks nbgrader metadata {missing}"


def _points(notebook):
    cells = [cell for cell in marked_cells(notebook) if carries_points(cell)]
    for cell in cells:
        points = grading(cell).get("points")
        if not isinstance(points, int | float) or points <= 0:
            yield f"{grading(cell)['grade_id']!r} is graded but has points {points!r}"
    if not cells:
        yield "no cell carries points: there is nothing to grade"


def _stubs(notebook):
    for cell in marked_cells(notebook):
        if is_answer(cell) and cell.cell_type == "code" and not region(cell.source, SOLUTION):
            yield (
                f"{grading(cell)['grade_id']!r} has no ### BEGIN SOLUTION … ### END SOLUTION: "
                "students would get a bare stub without the name to define"
            )


def _pairs(notebook):
    before = set()
    for cell in marked_cells(notebook):
        name = grading(cell)["grade_id"]
        before.add(name)
        tests = carries_points(cell) and not is_answer(cell) and cell.cell_type == "code"
        if tests and name.removesuffix("-test") not in before - {name}:
            yield f"test cell {name!r} follows no solution cell {name.removesuffix('-test')!r}"


def _hidden_tests(notebook):
    for index, cell in enumerate(notebook.cells):
        marks = sum(len(re.findall(marker, cell.source)) for marker in HIDDEN)
        if marks and (region(cell.source, HIDDEN) is None or marks % 2):
            yield f"cell {index} opens or closes hidden tests without the other"
        if marks and not (carries_points(cell) and not is_answer(cell)):
            yield f"cell {index} has hidden tests but is not a test cell"


def _outputs(notebook):
    for index, cell in enumerate(notebook.cells):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"cell {index} has outputs: clear them, they may show answers"


_RULES = (_language, _grade_ids, _metadata, _points, _stubs, _pairs, _hidden_tests, _outputs)
