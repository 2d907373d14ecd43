"""Directives ``{workshop} NAME`` and ``{workshops}``: cards made from the workshops themselves.

They are read from the instructor version in ``exercises/source``: its metadata (title, minutes,
concepts) and its graded cells (tasks, points). Nothing else of it reaches the page.
"""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import concepts
import launch
from chapters import ChapterError
from labkit.errors import LabkitError
from labkit.grading.course import workshop_names
from labkit.grading.workshop import Workshop

COURSE = Path(__file__).resolve().parents[2] / "exercises"


def workshop(name):
    """Return a workshop of the course; an unknown name stops the build."""
    try:
        return _read(name, (COURSE / "source" / name / f"{name}.ipynb").stat().st_mtime_ns)
    except (LabkitError, OSError) as error:
        known = ", ".join(workshop_names(COURSE)) or "none"
        raise ExtensionError(
            f"no workshop {name!r}: {error} The workshops are: {known}."
        ) from error


@cache
def _read(name, _modified):
    """Read a workshop; anew only when its notebook has changed."""
    return Workshop(COURSE / "source" / name)


def about(item, key):
    """Return what the notebook's metadata say of a workshop (``labkit: {title, minutes, concepts}``).

    Raises
    ------
    ExtensionError
        If they say nothing.
    """
    found = item.notebook.metadata.get("labkit", {}).get(key)
    if not found:
        raise ExtensionError(f"{item.path}: its metadata lack `labkit: {{{key}: ...}}`")
    return found


def examined(item, root):
    """Return the concepts that a workshop examines.

    Parameters
    ----------
    item : Workshop
        Its metadata name them (``labkit: {concepts: [ID, ...]}``).
    root : Path
        The repository, whose ``book/concepts.yml`` describes them.

    Returns
    -------
    list of Concept

    Raises
    ------
    ExtensionError
        If that file is malformed, or describes none of that name.
    """
    try:
        known = concepts.load(root).concepts
    except ChapterError as error:
        raise ExtensionError(str(error)) from error
    named = about(item, "concepts")
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ExtensionError(
            f"{item.path}: its metadata name the concepts {unknown}, which book/concepts.yml lacks"
        )
    return [known[name] for name in named]


def optional_tasks(item):
    """Return the tasks that stand below the heading ``## Optional``."""
    cells = item.notebook.cells
    headings = [n for n, cell in enumerate(cells) if cell.source.startswith("## Optional")]
    below = cells[headings[0] :] if headings else []
    names = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in below}
    return [task for task in item.tasks if task.graded_by in names]


def facts(item):
    """Return what a card says of a workshop, as pairs of a term and its value."""
    extra = optional_tasks(item)
    bonus = sum(task.points for task in extra)
    by_hand = sum(task.by_hand for task in item.tasks)
    tasks, points = len(item.tasks) - len(extra), f"{item.points - bonus:g}"
    read = f"{tasks - by_hand} with checks, {by_hand} read by a person" if by_hand else f"{tasks}"
    return [
        ("Time", f"about {about(item, 'minutes')} minutes"),
        ("Tasks", read),
        ("Points", points + (f", and {bonus:g} for {_optional(len(extra))}" if extra else "")),
    ]


def _optional(count):
    return "an optional task" if count == 1 else f"{count} optional tasks"


def in_reading_order(names, root):
    """Sort the names of workshops as their pages stand in the table of contents.

    Parameters
    ----------
    names : list of str
        In any order.
    root : Path
        The repository, whose ``_toc.yml`` lists the pages ``book/workshops/NAME``.

    Returns
    -------
    list of str
        One without a page comes last.
    """
    contents = (root / "_toc.yml").read_text(encoding="utf-8")
    listed = re.findall(r"\bbook/workshops/([\w-]+)\s*$", contents, re.MULTILINE)
    return sorted(names, key=lambda name: [*listed, name].index(name))


def fact_list(item):
    """Return the facts of a workshop as a definition list."""
    pairs = [
        nodes.definition_list_item(
            "", nodes.term("", term), nodes.definition("", nodes.paragraph("", value))
        )
        for term, value in facts(item)
    ]
    return nodes.definition_list("", *pairs, classes=["facts"])


def link_strip(docname, item):
    """Return the strip that leads to the released notebook."""
    html = launch.strip(launch.workshop_links(docname, item.name), f"Open: {about(item, 'title')}")
    return nodes.raw("", html, format="html")


def reference(directive, target, text):
    """Return a link to a page of the book."""
    return addnodes.pending_xref(
        "", nodes.inline("", text), refdomain="std", reftype="doc", refexplicit=True,
        reftarget=target, refdoc=directive.env.docname, refwarn=True,
    )  # fmt: skip


class WorkshopCard(SphinxDirective):
    """``{workshop} NAME``: facts, links and concepts of one workshop."""

    required_arguments = 1

    def run(self):
        """Return the card."""
        item = workshop(self.arguments[0])
        self.note(item)
        card = nodes.container("", fact_list(item), link_strip(self.env.docname, item))
        card["classes"].append("workshop-card")
        return [card, *self.examined(item)]

    def note(self, item):
        """Tell Sphinx from which files the card is made."""
        self.env.note_dependency(str(item.path))
        self.env.note_dependency(str(Path(self.env.srcdir) / "book" / "concepts.yml"))

    def examined(self, item):
        """Return the concepts that a workshop examines, each linked to its description."""
        learn = launch.from_page(self.env.docname, "book/learn.html")
        links = [
            nodes.reference("", concept.title, refuri=f"{learn}#concept-{concept.id.lower()}")
            for concept in examined(item, Path(self.env.srcdir))
        ]
        items = [nodes.list_item("", nodes.paragraph("", "", link)) for link in links]
        return [nodes.paragraph("", "It examines:"), nodes.bullet_list("", *items)]


class WorkshopList(SphinxDirective):
    """``{workshops}``: every workshop with its facts, linked to its page."""

    def run(self):
        """Return one card for each workshop."""
        self.env.note_reread()
        names = in_reading_order(workshop_names(COURSE), Path(self.env.srcdir))
        return [self.card(workshop(name)) for name in names]

    def card(self, item):
        """Return the card of one workshop."""
        page = reference(self, f"/book/workshops/{item.name}", about(item, "title"))
        heading = nodes.paragraph("", "", page, classes=["card-title"])
        card = nodes.container("", heading, fact_list(item), link_strip(self.env.docname, item))
        card["classes"].append("workshop-card")
        return card


def setup(app):
    """Register the directives."""
    app.add_directive("workshop", WorkshopCard)
    app.add_directive("workshops", WorkshopList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
