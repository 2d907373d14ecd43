"""The prose of a chapter, line by line: what a reader reads, without code, tables and markup."""

import re
from dataclasses import dataclass

_OPEN = re.compile(r"^\s*(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}\s*(?P<rest>.*)$")
_CODE = re.compile(r"^\s*(`{3,}|~{3,})(?!\{)\s*[\w+-]*$")
_SKIPPED = re.compile(r"^\s*(\||%|<!--|:[\w-]+:( |$)|\([\w-]+\)=$|\+\+\+|\[\^\w+\]:)")
_HEADING = re.compile(r"^(#+)\s+(.*)$")
_ITEM = re.compile(r"^\s*([-*]|\d+[.)])\s+")
_MARKUP = re.compile(
    r"\{[\w:-]+\}`[^`]*`"  # roles, such as glue and citations
    r"|`[^`]*`"  # code
    r"|(?<!\\)\$[^$]+\$"  # mathematics
    r"|\]\([^)]*\)"  # where links lead
    r"|<[^>]+>"
)
_NOT_PROSE = {"math", "footbibliography", "bibliography", "image", "figure"}
_HIDDEN = {"dropdown", "solution", "solution-start"}


@dataclass(frozen=True)
class Line:
    """One line of prose.

    Attributes
    ----------
    number : int
        In the file; 1 is the first.
    text : str
        As written, without indentation and list marker.
    section : str
        The heading of second level above it.
    hidden : bool
        Whether it stands in something collapsed: an answer, a hint, a solution, or what the
        reader of a question is told after the choice.
    starts : bool
        Whether it begins a paragraph or list item.
    block : str
        The directive it stands in; ``solution`` anywhere in a solution, empty outside of all.
    """

    number: int
    text: str
    section: str
    hidden: bool
    starts: bool
    block: str = ""

    @property
    def words(self):
        """The words that a reader reads."""
        return re.findall(r"[^\W_][\w'’-]*", self.plain)

    @property
    def plain(self):
        """The text with roles, code, mathematics and addresses taken out."""
        return _MARKUP.sub(" ", self.text)


class _Reader:
    """Reads lines in order, and knows what it is inside of."""

    def __init__(self):
        self.section, self.blocks, self.solution, self.starts = "", [], False, True
        self.paragraphs = 0  # of the innermost directive

    def read(self, number, line):
        """Take in a line; give a `Line` if it is prose."""
        if self._moves(line) or not line.strip():
            self.starts = True
            return None
        item = _ITEM.match(line)
        text = line[item.end() :] if item else line.strip()
        begins, self.starts = self.starts or bool(item), False
        self.paragraphs += begins
        return Line(number, text, self.section, self._hidden(), begins, self._block())

    def _moves(self, line):
        """Whether a line opens, closes or continues something that is no prose."""
        return (
            self._closes(line) or self._opens(line) or self._heads(line) or self._is_skipped(line)
        )

    def _is_skipped(self, line):
        """Whether a line stands inside code or mathematics, or is a table row, option or comment."""
        inside = bool(self.blocks) and self.blocks[-1][1] in _NOT_PROSE | {"code", "$$"}
        return inside or bool(_SKIPPED.match(line))

    def _closes(self, line):
        """Whether a line ends the innermost block."""
        if not self.blocks:
            return False
        fence, name = self.blocks[-1]
        ends = line.strip().endswith("$$") if name == "$$" else line.strip() == fence
        if ends:
            self.blocks.pop()
        return ends

    def _opens(self, line):
        """Whether a line begins a block."""
        if self.blocks and self.blocks[-1][1] in {"code", "$$"}:
            return False
        directive, code = _OPEN.match(line), _CODE.match(line)
        if directive:
            self._enter(directive)
        elif code:
            self.blocks.append((code[1], "code"))
        elif line.strip().startswith("$$"):
            if not (line.strip().endswith("$$") and len(line.strip()) > 4):
                self.blocks.append(("$$", "$$"))
        else:
            return False
        return True

    def _enter(self, directive):
        """Step into a directive; solutions reach from one directive to another."""
        name = directive["name"]
        if name.startswith("solution-"):
            self.solution = name == "solution-start"
        self.paragraphs = 0
        self.blocks.append((directive["fence"], name))

    def _heads(self, line):
        """Whether a line is a heading; notes the section it begins."""
        heading = _HEADING.match(line)
        if heading and len(heading[1]) == 2:
            self.section = heading[2].strip()
        return bool(heading)

    def _block(self):
        """Name the directive that a line of prose stands in."""
        names = [name for _, name in self.blocks]
        return "solution" if self.solution or "solution" in names else (names or [""])[-1]

    def _hidden(self):
        """Whether we are inside something collapsed; of a choice, after its first paragraph."""
        names = [name for _, name in self.blocks]
        told = "choice" in names and (names[-1] != "choice" or self.paragraphs > 1)
        return self.solution or told or any(name in _HIDDEN for name in names)


def prose(cells, starts):
    """Read the prose out of a chapter.

    Parameters
    ----------
    cells : list of NotebookNode
        The chapter's cells.
    starts : iterable of int
        The line on which each begins.

    Returns
    -------
    list of Line
    """
    reader, lines = _Reader(), []
    for cell, start in zip(cells, starts, strict=True):
        reader.starts = True
        if cell.cell_type == "markdown":
            numbered = enumerate(cell.source.splitlines(), start=start)
            lines += [reader.read(number, line) for number, line in numbered]
    return [line for line in lines if line]
