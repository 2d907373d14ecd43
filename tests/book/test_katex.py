"""Formulas are drawn by KaTeX while the book is built; a broken one says where it is."""

import katex
import pytest
from docutils import nodes
from places import place

SOURCES = [
    (r"a = b", False, "a = b"),
    (r"a \\ b", False, r"\begin{aligned}a \\ b\end{aligned}"),
    ("a\n\nb", False, r"\begin{gathered}a \\ b\end{gathered}"),
    ("", False, ""),
    (r"\begin{align}a&=b\end{align}", True, r"\begin{align*}a&=b\end{align*}"),
    (r"\begin{equation*}a\end{equation*}", True, r"\begin{equation*}a\end{equation*}"),
]


@pytest.mark.parametrize(("tex", "environment", "given"), SOURCES)
def test_lines_and_environments_become_what_katex_reads(tex, environment, given):
    assert katex.display_source(tex, environment) == given


def test_a_formula_is_drawn_for_eyes_and_for_readers():
    html = katex.render(r"\hat{y} = \sigma(z)", display=True)
    assert 'class="katex-display"' in html
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in html
    assert r'<annotation encoding="application/x-tex">\hat{y} = \sigma(z)</annotation>' in html


def test_macros_are_known():
    assert "mathbb" in katex.render(r"\R", macros=((r"\R", r"\mathbb{R}"),))


@pytest.mark.parametrize("tex", [r"\nosuchthing", r"\frac{1}", r"x^", r"\begin{align}", r"a_b_c"])
def test_a_broken_formula_is_refused_in_the_words_of_katex(tex):
    with pytest.raises(katex.FormulaError, match=r"^KaTeX parse error: "):
        katex.render(tex)


def test_what_latex_would_refuse_is_refused_too():
    with pytest.raises(katex.FormulaError, match="LaTeX-incompatible input and strict mode"):
        katex.render("x = ü")


def test_only_the_fonts_that_are_there_stay_in_the_style_sheet():
    css = katex.only_woff2((katex.VENDOR / "katex.min.css").read_text(encoding="utf-8"))
    assert ".woff2)" in css
    assert ".woff)" not in css
    assert ".ttf)" not in css


PLACES = [
    ("a.ipynb", 30002, "a.ipynb, cell 3"),
    ("a.md", 12, "a.md, line 12"),
    ("a.md", None, "a.md"),
]


@pytest.mark.parametrize(("source", "line", "words"), PLACES)
def test_a_place_is_named_as_an_author_knows_it(source, line, words):
    node = nodes.image()
    node.source, node.line = source, line
    assert place(node) == words


def test_a_place_is_that_of_the_nearest_node_that_has_one():
    paragraph = nodes.paragraph("", "", nodes.math())
    paragraph.source, paragraph.line = "a.md", 7
    assert place(paragraph[0]) == "a.md, line 7"
