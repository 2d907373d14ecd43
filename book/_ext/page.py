"""A chapter as its style sees it: prose, sections, code cells and what they show."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import nbformat

from chapters import Chapter
from draft import draft
from prose import prose


@dataclass(frozen=True)
class Code:
    """A code cell: its cell, the line of its code, and its stored outputs."""

    cell: nbformat.NotebookNode
    line: int
    outputs: list

    @property
    def length(self):
        """Lines of code that are not empty."""
        return sum(bool(line.strip()) for line in self.cell.source.splitlines())

    @property
    def tags(self):
        """The cell's tags."""
        return self.cell.metadata.get("tags", [])

    @property
    def images(self):
        """Figures among the stored outputs."""
        shown = [output for output in self.outputs if "scrapbook" not in output.get("metadata", {})]
        return [o for o in shown if any(kind.startswith("image/") for kind in o.get("data", {}))]

    @property
    def glued(self):
        """Names under which the stored outputs hold values for the prose."""
        glued = (output.get("metadata", {}).get("scrapbook") for output in self.outputs)
        return [scrap["name"] for scrap in glued if scrap]

    @property
    def texts(self):
        """Code and stored text, to look for numbers in."""
        shown = [o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in self.outputs]
        return "\n".join([self.cell.source, *shown])


@dataclass(frozen=True)
class Page:
    """A chapter, read for its style."""

    chapter: Chapter

    @cached_property
    def source(self):
        """The text's lines."""
        return self.chapter.text.read_text(encoding="utf-8").splitlines()

    @cached_property
    def _draft(self):
        return draft(self.chapter)

    @cached_property
    def prose(self):
        """Its prose, see `prose`."""
        return prose(self._draft.notebook.cells, self._draft.lines)

    @cached_property
    def code(self):
        """Its code cells, without the one that installs labkit."""
        cells, lines = self._draft.notebook.cells[1:], self._draft.lines[1:]
        outputs = self._outputs()
        pairs = zip(cells, lines, strict=True)
        return [Code(c, line, outputs.get(c.id, [])) for c, line in pairs if c.cell_type == "code"]

    def _outputs(self):
        """Read the stored outputs by cell id; there are none before the first `make refresh`."""
        if not self.chapter.notebook.is_file():
            return {}
        cells = nbformat.read(self.chapter.notebook, as_version=4).cells
        return {cell.id: cell.outputs for cell in cells if cell.cell_type == "code"}

    @property
    def executed(self):
        """Whether every code cell, as it is now written, has been executed."""
        stored = self._outputs()
        return all(code.cell.id in stored for code in self.code)

    @cached_property
    def headings(self):
        """Headings of second level with their lines."""
        cells = zip(self._draft.notebook.cells, self._draft.lines, strict=True)
        texts = ((c.source, line) for c, line in cells if c.cell_type == "markdown")
        numbered = [(n, t) for text, line in texts for n, t in enumerate(text.splitlines(), line)]
        return [(text[3:].strip(), number) for number, text in numbered if text.startswith("## ")]

    def lines_of(self, section):
        """Source lines of a section, with their numbers."""
        starts = [*self.headings, ("", len(self.source) + 1)]
        spans = {name: (start, end) for (name, start), (_, end) in pairwise(starts)}
        start, end = spans.get(section, (0, 1))
        return list(enumerate(self.source[start : end - 1], start + 1))

    def text_of(self, section):
        """Source of a section."""
        return "\n".join(text for _, text in self.lines_of(section))
