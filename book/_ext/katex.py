"""Mathematics drawn while the book is built, by KaTeX in the V8 of ``mini-racer``.

The page holds finished HTML and MathML: no script runs in the browser, and nothing moves
when the page has loaded. Macros stand in ``_config.yml`` (``katex_macros``). A formula that
KaTeX cannot read is a warning with its place, and so fails the build.
"""

import re
from functools import cache
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

from places import place

VENDOR = Path(__file__).resolve().parent.parent / "_vendor" / "katex"
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")
logger = logging.getLogger(__name__)


class FormulaError(ValueError):
    """A formula that KaTeX cannot read."""


@cache
def engine():
    """Return the JavaScript engine with KaTeX in it (one in each process)."""
    context = MiniRacer()
    context.eval((VENDOR / "katex.min.js").read_text(encoding="utf-8"))
    return context


@cache
def render(tex, display=False, macros=()):
    r"""Return a formula as HTML with MathML inside.

    Parameters
    ----------
    tex : str
        The formula, without delimiters.
    display : bool
        True for a formula on its own line.
    macros : tuple of (str, str)
        Names and what they stand for.

    Raises
    ------
    FormulaError
        With KaTeX's own words, if it cannot read the formula.

    Examples
    --------
    >>> "<math" in render(r"\hat{y} = \sigma(z)")
    True
    """
    options = {"displayMode": display, "macros": dict(macros), "strict": "error"}
    try:
        return engine().call("katex.renderToString", tex, options)
    except JSEvalException as error:
        found = re.search(r"(KaTeX parse error|LaTeX-incompatible).*", str(error))
        raise FormulaError(found[0] if found else str(error)[:300]) from None


def display_source(tex, whole_environment=False):
    r"""Return what KaTeX is given for a displayed formula.

    The number of an equation is Sphinx's, so environments are starred; several lines are
    aligned at ``&``, and paragraphs become rows, as everywhere in Sphinx.

    Examples
    --------
    >>> display_source(r"\begin{align}a &= b\end{align}", whole_environment=True)
    '\\begin{align*}a &= b\\end{align*}'
    >>> display_source("a = b")
    'a = b'
    """
    if whole_environment:
        return NUMBERED.sub(r"\\\1{\2*}", tex)
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    rows = [rf"\begin{{aligned}}{p}\end{{aligned}}" if r"\\" in p else p for p in parts]
    if len(rows) < 2:
        return "".join(rows)
    return r"\begin{gathered}" + r" \\ ".join(rows) + r"\end{gathered}"


def drawn(translator, node, tex, display):
    """Return the HTML of a node, or warn and return its source."""
    macros = tuple(sorted(translator.config.katex_macros.items()))
    try:
        return render(tex, display, macros)
    except FormulaError as error:
        logger.warning("%s: %s\n  in: %s", place(node), error, tex, type="katex")
        return translator.encode(tex)


def visit_math(translator, node):
    """Write a formula in a line."""
    html = drawn(translator, node, node.astext(), display=False)
    translator.body.append(f'<span class="math notranslate nohighlight">{html}</span>')
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """Write a displayed formula, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    tex = display_source(node.astext(), whole_environment=node.get("nowrap", False))
    html = drawn(translator, node, tex, display=True)
    translator.body.append(f'<div class="math-scroll">{html}</div>')
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def copy_assets(app):
    """Put the style sheet and its fonts into the site; the script stays behind."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "katex"
    css = (VENDOR / "katex.min.css").read_text(encoding="utf-8")
    copy_asset(str(VENDOR / "fonts"), str(target / "fonts"))
    (target / "katex.min.css").write_text(only_woff2(css), encoding="utf-8")


def only_woff2(css):
    """Return a style sheet without the font formats that no living browser asks for.

    Examples
    --------
    >>> only_woff2('url(a.woff2) format("woff2"),url(a.woff) format("woff")')
    'url(a.woff2) format("woff2")'
    """
    return re.sub(r',\s*url\([^)]+\.(woff|ttf)\)\s*format\("[^"]+"\)', "", css)


def link_style(app, pagename, templatename, context, doctree):
    """Link the style sheet on pages that have formulas, and on no others."""
    if 'class="katex' in (context.get("body") or ""):
        app.add_css_file("katex/katex.min.css")


def setup(app):
    """Register the renderer; ``html_math_renderer: katex`` in ``_config.yml`` selects it."""
    app.add_config_value("katex_macros", {}, "html", [dict])
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", link_style)
    # A process that has started V8 must not be forked: pages are written by one process.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
