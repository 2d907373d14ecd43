"""Every chapter keeps the style, and every rule notices a chapter that does not."""

import re

import nbformat
import pytest
from chapters import Chapter, find
from draft import draft
from nbformat.v4 import new_output
from style import RULES, complaints

CHAPTERS = find()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_keeps_the_style(chapter, rule):
    assert complaints(chapter, rule) == []


def cell(code, options=""):
    return f"```{{code-cell}} ipython3\n{options}{code}\n```\n"


WORDS = "Every unit adds its inputs up and then decides what to tell the others about them.\n"
CODE = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6"
FIGURE = """---
mystnb:
  image: {alt: A straight line rises from left to right.}
  figure: {caption: A line., name: fig-line}
---
"""
FRONT = """---
jupytext: {text_representation: {format_name: myst}}
kernelspec: {name: python3, display_name: Python 3, language: python}
labkit:
  concepts: []
---

"""
RIGHT = ":::{choice}\n:right:\nThis one of 3.\n\nBecause it is.\n:::\n"
WRONG = ":::{choice}\nThat one, of 2.75.\n\nNo, it is not.\n:::\n"
QUESTIONS = [
    f"::::{{question}}\n{text}\n\n{choices}::::\n"
    for text, choices in [
        ("Why is that so?", RIGHT + WRONG),
        ("Who says 1.75?", WRONG + RIGHT),
        ("Where is it?", RIGHT + WRONG),
        ("What is it?", RIGHT + WRONG),
        ("*Predict, then run.*\nWhat comes out?", RIGHT + WRONG),
    ]
]
PREDICTED = cell("print(3)", ":tags: [hide-output]\n\n")
HINTS = "".join(f"```{{dropdown}} Hint {n}: a step\nThink.\n```\n\n" for n in (1, 2, 3))
SOLUTION = (
    "````{solution-start} ex\n:class: dropdown\n````\n\nIt is 0.5.\n\n````{solution-end}\n````\n"
)
GOOD = "\n".join(
    [
        FRONT + "(demo)=\n# Demo\n\n## Overview\n\nHow does it work?\nTime: about 20 minutes.\n",
        "## You will be able to\n\n- **see** one,\n- **do** one, and\n- **tell** why.\n",
        cell("import numpy as np"),
        "## First\n",
        *(f"{WORDS * 8}\n{cell(CODE)}" for _ in range(13)),
        "## Second\n\nA score of 0.25 is low, says {footcite:p}`one2001` but not {footcite:t}`two2002`.\n",
        cell('print("0.25")', ":tags: [nbval-check-output]\n\n"),
        cell("fig, ax = plt.subplots()", FIGURE),
        "## Third\n\nThe best is {glue:text}`best:.2f` of all.\n",
        cell('glue("best", 0.5)\nnp.testing.assert_allclose(a, b)'),
        "## Check yourself\n\n" + "\n".join([*QUESTIONS, PREDICTED]),
        "## Summary\n\n- It works.\n",
        "## Exercises\n\nSee [](../workshops/demo).\n\n```{exercise} Do it\n:label: ex\n\nHalve 1.5.\n```\n",
        HINTS + SOLUTION + cell('print("0.5")'),
        "## References\n\n```{footbibliography}\n```\n",
    ]
)
PNG = {"image/png": "aaaa", "text/plain": "<Figure>"}
STORED = {
    "fig, ax": new_output("display_data", PNG),
    'glue("best"': new_output("display_data", {}, metadata={"scrapbook": {"name": "best"}}),
}


def written(course, text):
    """Write a chapter with the outputs that `STORED` gives to its cells, without running it."""
    chapter = Chapter(course.write("book/neurons/demo.md", text), course.root)
    notebook = draft(chapter).notebook
    for each in (cell for cell in notebook.cells if cell.cell_type == "code"):
        each.outputs = [output for start, output in STORED.items() if each.source.startswith(start)]
    nbformat.write(notebook, chapter.notebook)
    return chapter


@pytest.mark.parametrize("rule", RULES)
def test_a_good_chapter_gives_no_rule_a_complaint(course, rule):
    assert complaints(written(course, GOOD), rule) == []


def test_of_a_chapter_without_code_the_lack_of_code_is_the_only_complaint(course):
    text = re.sub(r"```\{code-cell\}.*?```\n", "", GOOD, flags=re.DOTALL)
    chapter = written(course, text)
    assert [line for rule in RULES for line in complaints(chapter, rule)] == [
        "neurons/demo.md: it has no code cell: a chapter runs what it says"
    ]


LONG = "a = 1\n" * 26
FAULTS = [
    ("order", "(demo)=\n", "", "the title has no label"),
    ("order", "## Summary", "## In short", "the sections are"),
    ("order", "## Second\n", "### Second\n", "there are 2 sections between"),
    ("opening", "work?", "work.", "asks no question"),
    ("opening", "20 minutes", "a while", "how many minutes"),
    ("opening", "- **do** one, and\n", "", "has 2 points"),
    ("imports", cell("import numpy as np"), "", "the imports must stand"),
    ("imports", "a = 1", "from keras import layers", "imports keras, which part I"),
    ("length", WORDS * 2, "", "words of prose; 1,500 to 3,000"),
    ("length", WORDS, WORDS * 2, "words of prose; 1,500 to 3,000"),
    ("length", cell(CODE), "", "code cells; 15 to 30"),
    ("length", "a = 1\n", "a = 1\n" * 12, "words for each of"),
    ("cells", "fig, ax = ", LONG + "fig, ax = ", "a cell of 27 lines; 25 at most"),
    ("cells", "a = 1\n", "a = 1\n" * 14, "13 of 19 cells have more than 15 lines"),
    ("cells", "a = 1\n", "a = 1\n" * 8, "a typical cell has 13 lines"),
    ("figures", "  image: {alt: A straight line rises from left to right.}\n", "", "alt text is ''"),
    ("figures", "A straight line rises from left to right.", "Figure 1", "alt text is 'Figure 1'"),
    ("figures", ", name: fig-line", "", "needs `mystnb: figure: caption, name`"),
    ("figures", "fig, ax = plt.subplots()", 'glue("best", 1)', "an alt text but no figure"),
    ("figures", "## First\n", "## First\n\n![](picture.svg)\n", "line 28: an image without alt"),
    ("questions", QUESTIONS[0], "", "has 4 questions"),
    ("questions", QUESTIONS[0], 2 * QUESTIONS[0], "has 6 questions"),
    ("questions", "::::{question}\nWho", "::::{note}\nWho", "has 4 questions"),
    ("questions", PREDICTED, PREDICTED + "```{dropdown} Answer\nYes.\n```\n", "an answer to open"),
    ("questions", WRONG + RIGHT, RIGHT + WRONG, "the right choice is always number 1"),
    ("questions", "*Predict, then run.*", "Run.", "no *Predict, then run.*"),
    ("questions", "*Predict, then run.*\nWhat", "What, in *Predict, then run.*", "no *Predict"),
    ("questions", ":tags: [hide-output]\n", ":tags: [hide-input]\n", "no *Predict, then run.*"),
    ("questions", QUESTIONS[4], QUESTIONS[4] + QUESTIONS[0], "no *Predict, then run.*"),
    ("exercises", "../workshops/demo", "demo", "links to no workshop"),
    ("exercises", "Hint 3", "Idea", "1 exercises and 2 hints"),
    ("exercises", "{solution-start}", "{note}", "an exercise has no solution"),
    ("exercises", ":class: dropdown", ":class: open", "a solution is not collapsed"),
    ("references", " but not {footcite:t}`two2002`", "", "cites fewer than two sources"),
    ("references", "{footbibliography}", "{note}", "has no {footbibliography}"),
    ("glue", "`best:.2f`", "`bset:.2f`", "'bset' is not glued"),
    ("glue", "{glue:text}`best:.2f`", "half", "'best' is glued and never quoted"),
    ("glue", "## Exercises", cell('glue("best", 1)') + "\n## Exercises", "glued more than once"),
    ("numbers", "score of 0.25", "score of 0.26", "0.26 is typed"),
    ("numbers", "score of 0.25", "score of 88 %", "88 is typed"),
    ("numbers", "score of 0.25", "score of 12,345", "12,345 is typed"),
    ("numbers", "It is 0.5.", "It is 0.75.", "0.75 is typed"),
    ("numbers", "Because it is.", "Because it is 0.75.", "0.75 is typed"),
    ("numbers", "A score of 0.25", "<!-- numbers: -->\nA score of 0.26", "0.26 is typed"),
    ("sentences", "How does it work?\n", "Look at how it works. See.\n", "two sentences on one line"),
    ("sentences", "adds its inputs", "adds\nits inputs", "a sentence continues on the next line"),
    ("tags", "[nbval-check-output]", "[nbval-check-outputs]", "no such tag: ['nbval-check-outputs']"),
    ("tags", "[nbval-check-output]", "[slow]", "the tag slow and labkit.pace.slow(...) go together"),
    ("tags", "a = 1", "a = slow(9, quick=1)", "go together"),
    ("tags", ":tags: [nbval-check-output]\n\nprint(", ":tags: [nbval-check-output, slow]\n\nslow(",
     "do not compare it"),
    ("tags", ":tags: [nbval-check-output]", "", "no cell is tagged nbval-check-output"),
    ("checks", "assert_allclose", "assert_equal", "nothing is checked against labkit"),
    ("checks", "a = 1", "np.random.seed(1)", "np.random.seed uses the global generator"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "old", "new", "complaint"),
    FAULTS,
    ids=[f"{rule}-{complaint}" for rule, _, _, complaint in FAULTS],
)
def test_a_fault_is_noticed(course, rule, old, new, complaint):
    assert old in GOOD
    found = complaints(written(course, GOOD.replace(old, new)), rule)
    assert any(complaint in line for line in found), found
    assert all(line.startswith("neurons/demo.md: ") for line in found)


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("numbers", "A score of 0.25", "<!-- numbers: the paper's table 2 -->\nA score of 0.26"),
        ("numbers", "Halve 1.5", "Halve 2.75"),
        ("numbers", "Think.", "Begin with 0.125."),
        ("numbers", "This one of 3.", "This one of 0.125,\nor of 0.375."),
        ("length", "That one, of 2.75.", "That one.\n" * 700),
        ("questions", RIGHT, RIGHT.replace(":right:\n", "")),
        ("numbers", "says {foot", "with $p = 0.99$ and `0.98` says {foot"),
        ("numbers", "A score of 0.25", "In 1957 a score of 3 or 10"),
        ("sentences", "How does it work?", "How did J. Smith et al. Work, e.g. Here?"),
        ("sentences", "Because it is.", "No. It is not so at all."),
        ("sentences", "How does it work?\n", "How does it work:\n"),
        ("figures", "image: {alt:", "image: {width: 90%, alt:"),
        ("imports", "a = 1", "tensorflow_like = 1"),
    ],
)
def test_what_only_looks_like_a_fault_is_let_through(course, rule, old, new):
    assert old in GOOD
    assert complaints(written(course, GOOD.replace(old, new)), rule) == []


def test_values_are_not_missed_in_a_notebook_that_is_not_yet_made(course):
    chapter = written(course, GOOD)
    chapter.text.write_text(
        GOOD.replace('glue("best", 0.5)', 'glue("best", 0.6)'), encoding="utf-8"
    )
    [said] = complaints(chapter, "glue")
    assert "run `make refresh`" in said


EXCEPTION = "labkit:\n  except: {references: nothing to cite in an index}\n"


def test_an_exception_with_its_reason_silences_a_rule(course):
    text = GOOD.replace("labkit:\n", EXCEPTION).replace("{footbibliography}", "{note}")
    assert complaints(written(course, text), "references") == []
    assert complaints(written(course, text.replace("work?", "work.")), "opening")


def test_an_exception_that_is_not_needed_is_a_complaint(course):
    found = complaints(written(course, GOOD.replace("labkit:\n", EXCEPTION)), "references")
    assert found == ["neurons/demo.md: the exception from 'references' is not needed"]
