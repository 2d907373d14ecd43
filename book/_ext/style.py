"""What every chapter must look like: ``python book/_ext/style.py`` says where one does not.

Each rule reads a `Page` and gives its complaints in words. A chapter that breaks a rule for a
good reason says so in its front matter, and is then held to need the exception::

    labkit:
      except: {rule_name: why this chapter is better without it}
"""

import re
import sys
from itertools import pairwise
from statistics import median

from chapters import ChapterError, find, front_matter
from page import Page

OPENING = ["Overview", "You will be able to"]
CLOSING = ["Check yourself", "Summary", "Exercises", "References"]
TAGS = {
    "nbval-check-output",
    "raises-exception",
    "slow",
    *(f"{verb}-{what}" for verb in ("hide", "remove") for what in ("input", "output", "cell")),
}


def code(page):
    """Show code that runs: without any, no other rule has something to measure."""
    if not page.code:
        yield "it has no code cell: a chapter runs what it says"


def order(page):
    """Label the title, and keep the sections in the order that readers know."""
    names = [name for name, _ in page.headings]
    middle = names[len(OPENING) : len(names) - len(CLOSING)]
    body = "\n".join(page.source)
    if not re.search(r"^\([\w-]+\)=\n# \S", body, re.MULTILINE):
        yield "the title has no label: write `(name)=` on the line above `# Title`"
    if names[: len(OPENING)] != OPENING or names[-len(CLOSING) :] != CLOSING:
        yield f"the sections are {names}; they must begin with {OPENING} and end with {CLOSING}"
    elif not 3 <= len(middle) <= 6:
        yield f"there are {len(middle)} sections between; there should be 3 to 6: {middle}"


def opening(page):
    """Ask a question, tell the time, and promise 3 to 5 things to be able to do."""
    overview = page.text_of("Overview")
    if "?" not in overview:
        yield "the Overview asks no question"
    if not re.search(r"\b\d+ minutes\b", overview):
        yield "the Overview does not say how many minutes the chapter takes"
    goals = re.findall(r"^- +\*\*\w+\*\*", page.text_of("You will be able to"), re.MULTILINE)
    if not 3 <= len(goals) <= 5:
        yield f"'You will be able to' has {len(goals)} points that begin with a **verb**; 3 to 5"


def imports(page):
    """Import first, before the first section; in part I without TensorFlow."""
    first, goals = page.code[0], dict(page.headings).get("You will be able to", 0)
    later = [line for name, line in page.headings if line > goals]
    if "import " not in first.cell.source or not goals < first.line < min(later, default=0):
        yield f"line {first.line}: the imports must stand at the end of 'You will be able to'"
    for code in page.code:
        found = re.search(
            r"^\s*(?:import|from) +(tensorflow|keras)\b", code.cell.source, re.MULTILINE
        )
        if found and page.chapter.name.startswith("neurons/"):
            yield f"line {code.line}: imports {found[1]}, which part I does without"


def length(page):
    """Write 1,500 to 3,000 words, 15 to 30 code cells, enough words for each line of code.

    The choices of questions do not count: a reader sees few of them.
    """
    words = sum(len(line.words) for line in page.prose if line.block != "choice")
    lines = sum(c.length for c in page.code)
    if not 1500 <= words <= 3000:
        yield f"it has {words} words of prose; 1,500 to 3,000"
    if not 15 <= len(page.code) <= 30:
        yield f"it has {len(page.code)} code cells; 15 to 30"
    if not 10 <= words / lines <= 22:
        yield f"it has {words / lines:.1f} words for each of {lines} lines of code; 12 to 20 or nearly"


def cells(page):
    """Keep cells to 5 lines as a rule, 15 in nine of ten cases, never more than 25."""
    lengths = [code.length for code in page.code]
    for code in page.code:
        if code.length > 25:
            yield f"line {code.line}: a cell of {code.length} lines; 25 at most: move code to labkit"
    long = sum(length > 15 for length in lengths)
    if long > len(lengths) / 10:
        yield f"{long} of {len(lengths)} cells have more than 15 lines; one in ten at most"
    if median(lengths) > 7:
        yield f"a typical cell has {median(lengths):.0f} lines; about 5"


def figures(page):
    """Give every figure an alt text that says what is to be seen, a caption and a name."""
    for code in page.code:
        mystnb = code.cell.metadata.get("mystnb", {})
        alt, figure = mystnb.get("image", {}).get("alt", ""), mystnb.get("figure", {})
        if code.images and len(alt.split()) < 5:
            yield f"line {code.line}: the figure's alt text is {alt!r}; say what is to be seen"
        if code.images and not {"caption", "name"} <= set(figure):
            yield f"line {code.line}: the figure needs `mystnb: figure: caption, name`"
        if alt and code.outputs and not code.images:
            yield f"line {code.line}: there is an alt text but no figure"
        if len(code.images) > 1:
            yield f"line {code.line}: {len(code.images)} figures from one cell share one alt text"
    for number, line in enumerate(page.source, 1):
        if re.search(r"!\[\s*\]\(", line):
            yield f"line {number}: an image without alt text"


def questions(page):
    """Ask five questions with choices to pick from, at least one to predict before running."""
    asked = _asked(page)
    if len(asked) != 5:
        yield f"'Check yourself' has {len(asked)} questions (::::{{question}}); it asks 5"
    for number, line in page.lines_of("Check yourself"):
        if re.match(r"[`:]{3,}\{dropdown\}", line):
            yield f"line {number}: an answer to open: make it a {{question}} with choices to pick"
    places = {asked[line] for line in asked}
    if len(asked) > 1 and len(places) == 1 and places != {0}:
        yield f"the right choice is always number {places.pop()}: move some"
    if not any(_predicts(page, line, end) for line, end in pairwise([*asked, _end(page)])):
        yield "'Check yourself' has no *Predict, then run.* question before a cell tagged hide-output"


def _asked(page):
    """Lines on which the questions of a page begin, each with the number of its right choice."""
    asked, begun, choices = {}, 0, 0
    for number, line in page.lines_of("Check yourself"):
        if re.match(r":{4,}\{question\}", line):
            begun, choices = number, 0
            asked[begun] = 0
        elif re.match(r":{3,}\{choice\}", line):
            choices += 1
        elif line.strip() == ":right:" and begun:
            asked[begun] = choices
    return asked


def _end(page):
    """Line on which 'Check yourself' ends."""
    return max((number for number, _ in page.lines_of("Check yourself")), default=0) + 1


def _predicts(page, begin, end):
    """Whether the question on line `begin` is to be answered before its cell is opened."""
    first = next((line for line in page.source[begin : end - 1] if line.strip()), "")
    hidden = [c for c in page.code if begin < c.line < end and "hide-output" in c.tags]
    return first.startswith("*Predict, then run.*") and bool(hidden)


def exercises(page):
    """Link to a workshop; give open exercises staged hints and collapsed solutions."""
    text = page.text_of("Exercises")
    count = {
        name: len(re.findall(rf"^[`:]{{3,}}\{{{name}\}}", text, re.MULTILINE)) for name in _KINDS
    }
    hints = len(re.findall(r"\{dropdown\} Hint \d", text))
    if "workshops/" not in text:
        yield "'Exercises' links to no workshop"
    if not count["exercise"] or hints < 3 * count["exercise"]:
        yield f"there are {count['exercise']} exercises and {hints} hints; three hints for each"
    if count["solution-start"] + count["solution"] < count["exercise"]:
        yield "an exercise has no solution"
    if text.count(":class: dropdown") < count["solution-start"] + count["solution"]:
        yield "a solution is not collapsed: give it `:class: dropdown`"


_KINDS = ("exercise", "solution", "solution-start")


def references(page):
    """Cite sources for claims about the world, and list them at the end."""
    if len(set(re.findall(r"\{footcite:[pt]\}`[^`]+`", "\n".join(page.source)))) < 2:
        yield "it cites fewer than two sources"
    if "{footbibliography}" not in page.text_of("References"):
        yield "'References' has no {footbibliography}"


def glue(page):
    """Glue each value once, under a name that the prose quotes; quote no others."""
    glued = [name for code in page.code for name in code.glued]
    quoted = {
        name: number
        for number, line in enumerate(page.source, 1)
        for name in re.findall(r"\{glue(?::\w+)?\}`([^`:]+)", line)
    }
    for name in {name for name in glued if glued.count(name) > 1}:
        yield f"{name!r} is glued more than once"
    if not page.executed:
        yield "cells changed since they were executed: run `make refresh`, and look again"
        return
    yield from (f"line {n}: {q!r} is not glued" for q, n in quoted.items() if q not in glued)
    yield from (f"{name!r} is glued and never quoted" for name in glued if name not in quoted)


_QUOTED = re.compile(r"<!-- numbers: \S.* -->")
_NUMBER = re.compile(
    r"(?<![\w.,-])(?:\d+\.\d+|\d{1,3}(?:,\d{3})+|\d+(?= ?%)|\d+(?= per cent))(?![\w])"
)


def numbers(page):
    """Take measured numbers from the run: glued, or in the cell before or after the sentence.

    What a question or an exercise supposes is not measured. A paragraph that quotes numbers from
    elsewhere follows a line ``<!-- numbers: source -->``.
    """
    allowed = False
    for line in page.prose:
        if line.starts:
            before = [text for text in page.source[: line.number - 1] if text.strip()]
            allowed = bool(before) and bool(_QUOTED.match(before[-1]))
        if not allowed and not _supposed(line):
            near = _nearby(page, line.number)
            for number in _NUMBER.findall(line.plain):
                if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", near):
                    yield f"line {line.number}: {number} is typed; glue it, or show it in the next cell"


def _supposed(line):
    """Whether a line belongs to a question, an exercise or a hint, not to its answer."""
    answer = line.block == "solution" or (line.section == "Check yourself" and line.hidden)
    return line.section in {"Check yourself", "Exercises"} and not answer


def _nearby(page, number):
    """Code and stored text of the last cell before a line and the first after it."""
    before = [code for code in page.code if code.line < number]
    after = [code for code in page.code if code.line > number]
    return "\n".join(code.texts for code in [*before[-1:], *after[:1]])


_END = re.compile(r"[.!?][*_\"')\]”’]*\s+(?=[*_\"'(“‘]*[A-Z])")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:e\.g|i\.e|vs|cf|al|Dr|Mr|Ms|Mrs|St|Fig|Eq|No|Vol))\.\s+$"
)


def sentences(page):
    """Write one sentence a line, so that a changed sentence is a changed line."""
    for line in page.prose:
        for end in _END.finditer(line.plain):
            before = line.plain[: end.end()]
            if not _ABBREVIATION.search(before) and len(before.split()) > 3:
                yield f"line {line.number}: two sentences on one line: … {before.split()[-1]} |"
    for line, following in pairwise(page.prose):
        joined = following.number == line.number + 1 and not following.starts
        if joined and not re.search(r"[.!?:;…][*_\"')\]”’$`]*$", line.text.rstrip()):
            yield f"line {line.number}: a sentence continues on the next line"


def tags(page):
    """Spell tags right; shorten slow cells through labkit, and do not compare them."""
    for code in page.code:
        unknown = sorted(set(code.tags) - TAGS)
        if unknown:
            yield f"line {code.line}: no such tag: {unknown}; the tags are {sorted(TAGS)}"
        if ("slow" in code.tags) != bool(re.search(r"\bslow\(", code.cell.source)):
            yield f"line {code.line}: the tag slow and labkit.pace.slow(...) go together"
        if {"slow", "nbval-check-output"} <= set(code.tags):
            yield f"line {code.line}: a slow cell shows other numbers in a test run: do not compare it"
    if not any("nbval-check-output" in code.tags for code in page.code):
        yield "no cell is tagged nbval-check-output: nothing holds the stored outputs to the code"


def checks(page):
    """Check what the chapter builds against labkit, and pass randomness on."""
    code = "\n".join(code.cell.source for code in page.code)
    if "assert_allclose" not in code:
        yield "nothing is checked against labkit with np.testing.assert_allclose"
    legacy = re.search(r"np\.random\.(?!default_rng|Generator)\w+", code)
    if legacy:
        yield f"{legacy[0]} uses the global generator; pass rng = np.random.default_rng(seed)"


RULES = {
    rule.__name__: rule
    for rule in (
        code, order, opening, imports, length, cells, figures, questions, exercises, references,
        glue, numbers, sentences, tags, checks,
    )
}  # fmt: skip


def complaints(chapter, rule):
    """Say where a chapter breaks a rule.

    Parameters
    ----------
    chapter : Chapter
        What to read.
    rule : str
        A key of `RULES`.

    Returns
    -------
    list of str
        Each begins with the chapter's file; an exception that is not needed is a complaint, too.
        Of a chapter without code cells, the rule ``code`` complains, and no other.
    """
    page = Page(chapter)
    if not page.code and rule != "code":
        return []
    found = list(RULES[rule](page))
    reason = front_matter(chapter.text).get("labkit", {}).get("except", {}).get(rule)
    if reason:
        found = [] if found else [f"the exception from {rule!r} is not needed"]
    return [f"{chapter.name}.md: {line}" for line in found]


def main(names=None):
    """Print the complaints about chapters; the exit code is 1 if there are any."""
    try:
        chapters = find(sys.argv[1:] if names is None else names)
        found = [line for c in chapters for rule in RULES for line in complaints(c, rule)]
    except ChapterError as error:
        found = [str(error)]
    print("\n".join(found) or "the chapters keep the style")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
