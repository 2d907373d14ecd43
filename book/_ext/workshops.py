"""Directives ``{workshop} NAME`` and ``{workshops}``: cards made from the workshops themselves.

Title, minutes, tasks, points and concepts are read from the instructor version in
``exercises/source``; nothing of it but these facts reaches the page.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import launch
import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "exercises" / "source"
CONCEPTS = ROOT / "book" / "concepts.yml"


@dataclass(frozen=True)
class Workshop:
    """The facts of one workshop."""

    path: Path

    @property
    def name(self):
        """Name of its folder, of its notebook and of its page."""
        return self.path.stem

    @cached_property
    def notebook(self):
        """The instructor version."""
        return json.loads(self.path.read_text(encoding="utf-8"))

    @property
    def about(self):
        """What its author says of it (``labkit`` in the notebook's metadata)."""
        return self.notebook["metadata"].get("labkit", {})

    @property
    def title(self):
        """Its first heading."""
        for cell in self.notebook["cells"]:
            for line in "".join(cell["source"]).splitlines():
                if cell["cell_type"] == "markdown" and line.startswith("# "):
                    return line[2:].strip()
        raise ExtensionError(f"{self.path}: no heading '# ...': a workshop needs a title")

    @property
    def graded(self):
        """The nbgrader facts of its graded cells."""
        facts = (cell["metadata"].get("nbgrader", {}) for cell in self.notebook["cells"])
        return [fact for fact in facts if fact.get("grade")]

    @property
    def points(self):
        """Points to be had."""
        return sum(fact["points"] for fact in self.graded)

    @property
    def by_hand(self):
        """Number of answers that a person reads."""
        return sum(bool(fact.get("solution")) for fact in self.graded)

    def facts(self):
        """Return what the card shows, as pairs of a term and its value."""
        tasks = f"{len(self.graded)}" + (
            f", {self.by_hand} of them read by hand" * bool(self.by_hand)
        )
        minutes = self.about.get("minutes")
        pairs = [("Time", f"about {minutes} minutes" if minutes else ""), ("Tasks", tasks)]
        return [*(p for p in pairs if p[1]), ("Points", f"{self.points:g}")]


def workshops():
    """Return all workshops, in the order of their names."""
    return [
        Workshop(path) for path in sorted(SOURCE.glob("*/*.ipynb")) if path.stem == path.parent.name
    ]


def workshop(name):
    """Return one workshop; an unknown name stops the build."""
    known = {item.name: item for item in workshops()}
    if name not in known:
        raise ExtensionError(
            f"no workshop {name!r} in {SOURCE}; known: {', '.join(known) or 'none'}"
        )
    return known[name]


def concept_titles():
    """Return the title of each concept id."""
    concepts = yaml.safe_load(CONCEPTS.read_text(encoding="utf-8")) if CONCEPTS.exists() else []
    return {item["id"]: item["title"] for item in concepts}


def link_strip(docname, item):
    """Return the strip that leads to the released notebook."""
    html = launch.strip(
        launch.workshop_links(docname, item.name), f"Open the workshop {item.title}"
    )
    return nodes.raw("", html, format="html")


def fact_list(item):
    """Return the facts of a workshop as a definition list."""
    pairs = [
        nodes.definition_list_item(
            "", nodes.term("", term), nodes.definition("", nodes.paragraph("", value))
        )
        for term, value in item.facts()
    ]
    return nodes.definition_list("", *pairs, classes=["facts"])


def concept_list(item):
    """Return the concepts that a workshop examines, by title."""
    titles = concept_titles()
    unknown = [name for name in item.about.get("concepts", []) if name not in titles]
    if unknown:
        raise ExtensionError(f"{item.path}: concepts {unknown} do not stand in {CONCEPTS.name}")
    items = [
        nodes.list_item("", nodes.paragraph("", f"{titles[name]} ({name})"))
        for name in item.about.get("concepts", [])
    ]
    return nodes.bullet_list("", *items, classes=["concepts"])


class WorkshopCard(SphinxDirective):
    """``{workshop} NAME``: facts, links and concepts of one workshop."""

    required_arguments = 1

    def run(self):
        """Return the card."""
        item = workshop(self.arguments[0])
        self.env.note_dependency(str(item.path))
        self.env.note_dependency(str(CONCEPTS))
        card = nodes.container(classes=["workshop-card"])
        card += fact_list(item)
        card += link_strip(self.env.docname, item)
        examined = nodes.paragraph("", "It examines:", classes=["examines"])
        return [card, examined, concept_list(item)]


class WorkshopList(SphinxDirective):
    """``{workshops}``: every workshop with its facts, linked to its page."""

    def run(self):
        """Return one card for each workshop."""
        self.env.note_reread()
        return [self.card(item) for item in workshops()]

    def card(self, item):
        """Return the card of one workshop."""
        page = addnodes.pending_xref(
            "", nodes.inline("", item.title), refdomain="std", reftype="doc", refexplicit=True,
            reftarget=f"/book/workshops/{item.name}", refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        title = nodes.paragraph("", "", page, classes=["card-title"])
        card = nodes.container("", title, classes=["workshop-card"])
        card += fact_list(item)
        card += link_strip(self.env.docname, item)
        return card


def setup(app):
    """Register the directives."""
    app.add_directive("workshop", WorkshopCard)
    app.add_directive("workshops", WorkshopList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
