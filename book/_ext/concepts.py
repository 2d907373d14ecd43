"""The concepts of the course: read them, see who teaches them, and list them for the reader.

The directive ``{concepts}`` writes the list from ``book/concepts.yml`` and the chapters' own
claims, so that no page repeats by hand what a chapter says of itself.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from chapters import ROOT, ChapterError, find, front_matter

_KEYS = {"id", "title", "part", "description", "graded_in"}
_SECTIONS = {"parts": dict, "planned": list, "concepts": list}


@dataclass(frozen=True)
class Concept:
    """One thing the course teaches.

    Attributes
    ----------
    id : str
        Stable name, such as ``P3``.
    title : str
        A few words.
    part : str
        The part of the book it belongs to.
    description : str
        One sentence.
    graded_in : tuple of str
        Workshops that examine it.
    shared : str
        Why more than one chapter teaches it; empty if one does.
    """

    id: str
    title: str
    part: str
    description: str
    graded_in: tuple
    shared: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Everything that ``concepts.yml`` says.

    Attributes
    ----------
    parts : dict of str to str
        Titles of the parts, in order.
    concepts : dict of str to Concept
        By id, in order.
    planned : tuple of str
        Ids that no chapter teaches yet.
    """

    parts: dict
    concepts: dict
    planned: tuple


def load(root=ROOT):
    """Read ``book/concepts.yml``.

    Parameters
    ----------
    root : Path
        The repository.

    Returns
    -------
    Catalogue

    Raises
    ------
    ChapterError
        If the file is malformed; it names the concept and the fault.
    """
    path = root / "book" / "concepts.yml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        _refuse_shape(content)
        parts, planned = content["parts"], tuple(content["planned"])
        concepts = [_concept(entry, parts) for entry in content["concepts"]]
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise ChapterError(f"{path}: {error!s}") from error
    ids = [concept.id for concept in concepts]
    _refuse_repeats(path, "an id stands twice in `concepts`", ids)
    _refuse_repeats(path, "an id stands twice in `planned`", planned)
    if not set(planned) <= set(ids):
        raise ChapterError(f"{path}: `planned` names no concept: {sorted(set(planned) - set(ids))}")
    return Catalogue(parts, dict(zip(ids, concepts, strict=True)), planned)


def _refuse_shape(content):
    """Refuse a list of concepts that lacks a section, or has one of another kind."""
    if not isinstance(content, dict):
        raise ValueError(f"it must be a mapping with the keys {list(_SECTIONS)}; got {content!r}")
    for key, kind in _SECTIONS.items():
        if not isinstance(content.get(key), kind):
            word = "mapping" if kind is dict else "list"
            raise ValueError(f"`{key}` must be a {word}; got {content.get(key)!r}")


def _concept(entry, parts):
    """Check one entry of the list."""
    if not isinstance(entry, dict):
        raise ValueError(
            f"a concept must be a mapping with the keys {sorted(_KEYS)}; got {entry!r}"
        )
    name = entry.get("id", entry)
    if not _KEYS <= set(entry) <= _KEYS | {"shared"}:
        raise ValueError(f"{name} must have the keys {sorted(_KEYS)}; got {sorted(entry)}")
    if entry["part"] not in parts:
        raise ValueError(f"{name} has the part {entry['part']!r}; the parts are {list(parts)}")
    if not isinstance(entry["graded_in"], list):
        raise ValueError(f"{name}: graded_in must be a list; got {entry['graded_in']!r}")
    return Concept(**{**entry, "graded_in": tuple(entry["graded_in"])})


def _refuse_repeats(path, fault, ids):
    """Refuse a list in which an id stands twice."""
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ChapterError(f"{path}: {fault}: {repeated}")


def claims(root=ROOT):
    """Find out which chapters teach which concepts.

    Parameters
    ----------
    root : Path
        The repository.

    Returns
    -------
    dict of str to list of Chapter
        By concept id; only ids that a chapter claims.
    """
    taught = {}
    for chapter in find(root=root):
        for id in front_matter(chapter.text).get("labkit", {}).get("concepts", []):
            taught.setdefault(id, []).append(chapter)
    return taught


def disagreements(catalogue, taught):
    """Say where the list of concepts and the claims of the chapters differ.

    Parameters
    ----------
    catalogue : Catalogue
        What is to be taught.
    taught : dict of str to list of Chapter
        What is, see `claims`.

    Returns
    -------
    list of str
        In words; empty if they agree.
    """
    return [
        *(
            f"{_names(taught[id])} claims {id}, which is no concept"
            for id in _unknown(catalogue, taught)
        ),
        *(
            f"{_names(taught[id])} claims {id}, which is listed as planned: take it off that list"
            for id in catalogue.planned
            if id in taught
        ),
        *(
            f"no chapter claims {id}, and it is not listed as planned"
            for id in catalogue.concepts
            if id not in taught and id not in catalogue.planned
        ),
        *(
            f"{id} is claimed by {_names(chapters)}: say why under `shared`, or let one go"
            for id, chapters in taught.items()
            if len(chapters) > 1 and not getattr(catalogue.concepts.get(id), "shared", "")
        ),
    ]


def _unknown(catalogue, taught):
    """Claimed ids that stand in no list."""
    return [id for id in taught if id not in catalogue.concepts]


def _names(chapters):
    """Names of chapters, for a message."""
    return " and ".join(chapter.name for chapter in chapters)


class ConceptsDirective(SphinxDirective):
    """``{concepts}``: a section for each part, an entry for each concept."""

    def run(self):
        """Build the sections."""
        root = Path(self.env.srcdir)
        catalogue, taught = load(root), claims(root)
        self.env.note_dependency(str(root / "book" / "concepts.yml"))
        for chapter in find(root=root):
            self.env.note_dependency(str(chapter.text))
        return [
            _progress(catalogue, taught),
            *(self._part(part, catalogue, taught) for part in catalogue.parts),
        ]

    def _part(self, part, catalogue, taught):
        """Write one part of the book, its concepts as a definition list."""
        section = nodes.section(ids=[f"concepts-{part}"], names=[f"concepts-{part}"])
        self.state.document.note_explicit_target(section)
        entries = nodes.definition_list(classes=["concepts"])
        for concept in catalogue.concepts.values():
            if concept.part == part:
                entries += self._entry(concept, taught.get(concept.id, []))
        title = nodes.title(text=catalogue.parts[part])
        section += [title, entries]
        return section

    def _entry(self, concept, chapters):
        """Write one concept: its title, what it is, who teaches it and where it is graded."""
        term = nodes.term(
            "", f"{concept.title} ({concept.id})", ids=[f"concept-{concept.id.lower()}"]
        )
        where = nodes.paragraph(classes=["concept-where"])
        if chapters:
            where += nodes.Text("Taught in ")
            where += _joined([self._link(f"/book/{chapter.name}") for chapter in chapters])
        else:
            where += nodes.emphasis(text="Planned")
        if concept.graded_in:
            where += nodes.Text(" · examined in the workshop ")
            where += _joined([self._workshop(name) for name in concept.graded_in])
        definition = nodes.definition("", nodes.paragraph(text=concept.description), where)
        return nodes.definition_list_item("", term, definition)

    def _workshop(self, name):
        """Link to the page of a workshop, or its name if it has none yet."""
        page = f"book/workshops/{name}"
        self.env.note_dependency(str(Path(self.env.srcdir) / f"{page}.md"))
        if (Path(self.env.srcdir) / f"{page}.md").is_file():
            return self._link(f"/{page}")
        planned = nodes.Text(" (planned)")
        return nodes.inline("", "", nodes.emphasis(text=name), planned)

    def _link(self, target):
        """Link to a page, by its title."""
        return addnodes.pending_xref(
            "",
            nodes.inline(text=target),
            refdomain="std",
            reftype="doc",
            reftarget=target,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=True,
        )


def _progress(catalogue, taught):
    """Say how many of the concepts are taught so far."""
    known = sum(id in taught for id in catalogue.concepts)
    total = len(catalogue.concepts)
    so_far = "All" if known == total else f"So far, {known} of"
    rest = "are taught." if known == total else "are taught; the others are planned."
    return nodes.paragraph(text=f"{so_far} {total} concepts {rest}")


def _joined(links):
    """Links with "and" or commas between them."""
    parts = []
    for rank, link in enumerate(links):
        if rank:
            parts.append(nodes.Text(" and " if rank == len(links) - 1 else ", "))
        parts.append(link)
    return parts


def setup(app):
    """Register the directive."""
    app.add_directive("concepts", ConceptsDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
