"""Directives ``{question}`` and ``{choice}``: pick an answer, see at once whether and why.

A choice is a native ``details``: its text is the summary, and it opens on the verdict and the
reason. So a question needs no script, no pointer and no server; ``course.js`` adds one line that
says aloud how the question stands. Nothing that a reader picks is kept.
"""

import re
from html import escape

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from places import place_in_text

logger = logging.getLogger(__name__)
LETTERS = "ABCDE"
VERDICTS = {True: ("✓", "Right."), False: ("✗", "Not right.")}
APPLY = "\u2061"  # between a function and its argument; nobody sees or hears it
FLAT = {"math", "semantics", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle"}
START = "Pick an answer to see whether it is right, and why."


class question(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """A question: its text, then its choices."""


class choice(nodes.General, nodes.Element):  # noqa: N801
    """A choice: `choice_text`, then `choice_reason`."""


class choice_text(nodes.General, nodes.TextElement):  # noqa: N801
    """What the reader picks: one paragraph."""


class choice_reason(nodes.General, nodes.Element):  # noqa: N801
    """What the reader is told then."""


class Question(SphinxDirective):
    """``{question}``: text in Markdown, then two to five choices."""

    has_content = True

    def run(self):
        """Return the question, with the letters of its choices."""
        node = question(ids=[f"question-{self.env.new_serialno('question') + 1}"])
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        for letter, each in zip(LETTERS, choices(node), strict=False):
            each["letter"] = letter
        return [node]


class Choice(SphinxDirective):
    """``{choice}``: the first paragraph is the choice, the rest says why it is right or wrong."""

    has_content = True
    option_spec = {"right": directives.flag}  # noqa: RUF012 - docutils asks for a class attribute

    def run(self):
        """Return the choice."""
        node, text, reason = choice(right="right" in self.options), choice_text(), choice_reason()
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, reason)
        if reason.children and isinstance(reason[0], nodes.paragraph):
            text += reason.pop(0).children
        node += [text, reason]
        return [node]


def choices(node):
    """Return the choices of a question."""
    return [child for child in node.children if isinstance(child, choice)]


def question_faults(node):
    """Say what is wrong with a question, and what to do about it."""
    found = choices(node)
    right = sum(each["right"] for each in found)
    if not found:
        yield "has no choices: write ':::{choice}' blocks inside of its '::::' fence"
        return
    if not 2 <= len(found) <= len(LETTERS):
        yield f"has {len(found)} of two to {len(LETTERS)} choices: write more, or ask two questions"
    if right != 1:
        yield f"has {right} right choices: write ':right:' as the first line of exactly one"
    if isinstance(node[0], choice):
        yield "has no text: ask something before the first choice"
    if list(node.children[-len(found) :]) != found:
        yield "has text between or after its choices: move it before the first, or into one"


def is_link(node):
    """Whether a node is, or will become, a link."""
    return isinstance(node, nodes.reference | nodes.footnote_reference | addnodes.pending_xref)


def choice_faults(node):
    """Say what is wrong with a choice, and what to do about it."""
    text, reason = node.children
    if not isinstance(node.parent, question):
        yield "stands outside of a question: put it into '::::{question}', a fence of more colons"
    if not text.children:
        yield "has no text: begin it with the paragraph that the reader picks"
    if next(text.findall(is_link), None):
        yield "has a link or citation in what is to be picked itself: move it to the explanation"
    if not reason.children:
        yield "has no explanation: after an empty line, say why it is right or wrong"


FAULTS = {question: question_faults, choice: choice_faults}


def check(app, doctree):
    """Warn of each fault in the questions of a page."""
    for kind, faults in FAULTS.items():
        for node in doctree.findall(kind):
            for fault in faults(node):
                where = place_in_text(node)
                logger.warning("%s: this %s %s.", where, kind.__name__, fault, type="questions")


def visit_question(translator, node):
    """Open a group with a name; its number is the last part of its id."""
    name = node["ids"][0]
    translator.body.append(
        f'<div class="question" id="{name}" role="group" aria-labelledby="{name}-title">\n'
        f'<p class="question-title" id="{name}-title">Question {name.rpartition("-")[2]}</p>\n'
    )


def depart_question(translator, node):
    """End with the line that says how the question stands."""
    translator.body.append(f'<p class="question-status" role="status">{START}</p>\n</div>\n')


def visit_choice(translator, node):
    """Open a disclosure."""
    kind = "right" if node["right"] else "wrong"
    translator.body.append(f'<details class="choice" data-answer="{kind}">\n')


def depart_choice(translator, node):
    """Close it."""
    translator.body.append("</details>\n")


def visit_text(translator, node):
    """Begin what can be picked."""
    letter = node.parent.get("letter", "")
    translator.body.append(
        f'<summary><span class="choice-letter">{letter}</span> <span class="choice-text">'
    )
    node["begins"] = len(translator.body)


def depart_text(translator, node):
    """End it, with formulas that can be part of its name."""
    html = "".join(translator.body[node["begins"] :])
    translator.body[node["begins"] :] = [with_named_formulas(html), "</span></summary>\n"]


def with_named_formulas(html):
    """Return HTML whose formulas have a name: without it, the name of a choice leaves them out."""
    return re.sub(r"<math(?= ).*?</math>", _named, html, flags=re.DOTALL)


def _named(found):
    """Return a formula with its signs as its name, or its TeX where they stand in two dimensions."""
    formula = BeautifulSoup(found[0], "html.parser")
    tex = formula.annotation.extract().get_text()
    in_a_row = {tag.name for tag in formula.find_all()} <= FLAT
    name = " ".join(formula.get_text(" ").replace(APPLY, "").split()) if in_a_row else tex
    return f'<math aria-label="{escape(name)}"' + found[0].removeprefix("<math")


def visit_reason(translator, node):
    """Begin with the verdict, in a sign and in words."""
    sign, words = VERDICTS[node.parent["right"]]
    translator.body.append(
        '<div class="choice-reason">\n'
        f'<p class="choice-verdict"><span aria-hidden="true">{sign}</span> {words}</p>\n'
    )


def depart_reason(translator, node):
    """End the explanation."""
    translator.body.append("</div>\n")


def setup(app):
    """Register directives, nodes and the check."""
    app.add_directive("question", Question)
    app.add_directive("choice", Choice)
    app.add_node(question, html=(visit_question, depart_question))
    app.add_node(choice, html=(visit_choice, depart_choice))
    app.add_node(choice_text, html=(visit_text, depart_text))
    app.add_node(choice_reason, html=(visit_reason, depart_reason))
    app.connect("doctree-read", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
