"""Questions in the page: every part of one works, and a malformed one says where and what to do."""

import katex
import nbformat
import pytest
import questions
from axe import grave
from bookmap import CHAPTERS
from bs4 import BeautifulSoup
from places import place_in_text
from smallbook import TEXT, Book

together = pytest.mark.xdist_group("questions")  # one build for all
used = [pytest.mark.browser, pytest.mark.xdist_group("questions")]

BIB = "@book{one1958, author={Uno, A.}, title={Units}, year={1958}, publisher={P}}\n"
FIRST = r"""
::::{question}
How large is $z$ in `f(x)` after {glue:text}`runs` runs {footcite:p}`one1958`?

- Think of [the references](../references).

:::{choice}
It is $\frac{1}{2}$, or `0.5`, or {glue:text}`runs`.

That is half of it, as {footcite:t}`one1958` says:

$$
a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t + u + v + w + x + y + z = 1
$$

```python
print("a line of code that is much too long for a phone, which has to scroll in itself", 1, 2, 3)
```
:::
:::{choice}
:right:
**Two**, for $\eta = 1$.

Because {glue:text}`runs` is even.
See [the references](../references).
:::
:::{choice}
None, for 1 < 2 & "3" `<b>`.

There is one.
:::
::::
"""
SECOND = """
::::{question}
And now?

:::{choice}
:right:
Yes.

So it is.
:::
:::{choice}
No.

It is not so.
:::
::::

```{footbibliography}
```
"""
NOTE = nbformat.v4.new_output(
    "display_data",
    {"application/papermill.record/text/plain": "1024"},
    metadata={"scrapbook": {"name": "runs", "mime_prefix": "application/papermill.record/"}},
)


def with_glue(notebook):
    """Add what `labkit.notebook.glue` leaves in an output."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    code[-1].outputs.append(NOTE)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Folder of a small site with two questions, in a chapter."""
    book = Book(tmp_path_factory.mktemp("questions"))
    book.write("book/references.bib", BIB)
    book.chapter(TEXT + FIRST + SECOND, spoil=with_glue)
    code, said = book.build()
    assert code == 0, said
    return book.site


@pytest.fixture(scope="module")
def demo(small):
    """The chapter, parsed."""
    return BeautifulSoup((small / "book/neurons/demo.html").read_bytes(), "html.parser")


def texts(found):
    """The texts of elements, in one line each."""
    return [" ".join(each.get_text().split()) for each in found]


@together
def test_a_question_is_a_group_named_by_its_number(demo):
    groups = demo.select("[role=group].question")
    named = [demo.find(id=group["aria-labelledby"]).get_text() for group in groups]
    assert named == ["Question 1", "Question 2"]


@together
def test_choices_are_native_disclosures_with_letters_and_closed(demo):
    found = demo.select(".question details")
    assert texts(demo.select(".question summary .choice-letter")) == ["A", "B", "C", "A", "B"]
    assert not any(each.has_attr("open") for each in found)
    assert [each.contents[1].name for each in found] == ["summary"] * 5


@together
def test_each_choice_tells_its_verdict_in_words_and_then_why(demo):
    verdicts = texts(demo.select(".choice-reason > .choice-verdict:first-child"))
    assert verdicts == ["✗ Not right.", "✓ Right.", "✗ Not right.", "✓ Right.", "✗ Not right."]
    reasons = texts(demo.select(".choice-reason"))
    assert reasons[1] == "✓ Right. Because 1024 is even. See the references."
    assert reasons[4] == "✗ Not right. It is not so."


@together
def test_a_question_says_how_it_stands_where_aids_are_told(demo):
    assert texts(demo.select(".question [role=status]")) == [questions.START] * 2


PARTS = {
    "formula in the question": ".question > p .katex",
    "formula in a choice": "summary .katex",
    "displayed formula in a reason": ".choice-reason .math-scroll .katex",
    "code in a choice": "summary code",
    "code block in a reason": ".choice-reason pre",
    "list in the question": ".question > ul > li",
    "citation in the question": '.question > p a[href="#footcite-one1958"]',
    "citation in a reason": '.choice-reason a[href="#footcite-one1958"]',
    "link in a reason": '.choice-reason a[href="../references.html"]',
}


@together
@pytest.mark.parametrize("part", PARTS)
def test_what_markdown_can_do_a_question_can(demo, part):
    assert demo.select(PARTS[part])


@together
@pytest.mark.parametrize("place", [".question > p", "summary", ".choice-reason"])
def test_computed_numbers_stand_in_all_parts(demo, place):
    assert any("1024" in text for text in texts(demo.select(place)))


@together
def test_a_citation_leads_to_its_note(demo):
    assert "Units" in demo.find(id="footcite-one1958").get_text()


@together
def test_a_choice_says_any_text_as_it_is(demo):
    assert demo.select(".choice-text")[2].get_text() == "None, for 1 < 2 & “3” <b>."


@together
@pytest.mark.parametrize("word", ["half", "even"])
def test_the_search_knows_reasons(small, word):
    assert f'"{word}":' in (small / "searchindex.js").read_text(encoding="utf-8")


NAMES = [
    (r"\eta = 0.1", "η = 0.1"),
    (r"\sin(z)", "sin ( z )"),
    (r"\frac{1}{2}", r"\frac{1}{2}"),
    (r"x^2 < 3", "x^2 &lt; 3"),
    (r"w_{ij}", "w_{ij}"),
    (r"\hat y", r"\hat y"),
]


@pytest.mark.parametrize(("tex", "name"), NAMES)
def test_a_formula_in_a_choice_is_named_by_its_signs_or_its_source(tex, name):
    html = questions.with_named_formulas(katex.render(tex))
    assert f'<math aria-label="{name}" xmlns=' in html
    assert html.replace(f' aria-label="{name}"', "") == katex.render(tex)


def question(*choices, text="Why?\n\n", after=""):
    """Text of a question."""
    return f"\n::::{{question}}\n{text}" + "".join(choices) + f"{after}::::\n"


def choice(text="Because.", reason="It is so.", right=False):
    """Text of a choice."""
    return f":::{{choice}}\n{':right:' if right else ''}\n{text}\n\n{reason}\n:::\n"


R, W = choice(right=True), choice()
MALFORMED = [
    (question(), 2, "this question has no choices: write ':::{choice}' blocks inside"),
    (question(R), 2, "this question has 1 of two to 5 choices: write more"),
    (question(R, *5 * [W]), 2, "this question has 6 of two to 5 choices"),
    (question(W, W), 2, "this question has 0 right choices: write ':right:' as the first line"),
    (question(R, R), 2, "this question has 2 right choices"),
    (question(R, W, text="\n"), 2, "this question has no text: ask something"),
    (question(R, W, after="Oh.\n"), 2, "this question has text between or after its choices"),
    (question(R, choice(text="")), 11, "this choice has no explanation: after an empty line"),
    (question(R, choice(reason="")), 11, "this choice has no explanation: after an empty line"),
    (question(R, choice("", "")), 11, "this choice has no text: begin it with the paragraph"),
    (question(R, choice("- a\n- b")), 11, "this choice has no text: begin it with the paragraph"),
    *((question(R, choice(text)), 11, "this choice has a link or citation in what is to be picked")
      for text in ("See [](references).", "See [](#label).", "See {numref}`label`.",
                   "See {footcite:p}`one1958`.", "<https://example.org>")),
    ("\n" + W, 2, "this choice stands outside of a question: put it into '::::{question}'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """What the build says of a book whose chapter and first page hold all faults."""
    book = Book(tmp_path_factory.mktemp("malformed"))
    book.write("book/references.bib", BIB)
    faults = "".join(text for text, *_ in MALFORMED)
    book.chapter(TEXT + faults)
    book.write("book/intro.md", "# A book\n\nIt begins here.\n" + faults)
    code, said = book.build()
    assert code == 1
    assert "Traceback" not in said
    return said


@pytest.mark.xdist_group("malformed questions")
@pytest.mark.parametrize("number", range(len(MALFORMED)))
@pytest.mark.parametrize(("file", "before"), [("intro", 3), ("neurons/demo", TEXT.count("\n"))])
def test_a_fault_is_named_with_its_line_and_a_remedy(faulty, file, before, number):
    line = before + sum(text.count("\n") for text, *_ in MALFORMED[:number])
    _, offset, words = MALFORMED[number]
    assert f"book/{file}.md, line {line + offset}: {words}" in faulty


def test_of_a_notebook_without_a_text_the_cell_is_named():
    node = questions.choice()
    node.source, node.line = "nowhere/a.ipynb", 30002
    assert place_in_text(node) == "nowhere/a.ipynb, cell 3"


@pytest.fixture
def visit(look, small):
    """Function that opens the chapter of the small site, from its plain folder."""
    folder = small.resolve().as_uri()

    def opened(mode="desktop-light", **options):
        tab = look(mode, home=folder, **options)
        tab.goto(f"{folder}/book/neurons/demo.html")
        return tab

    return opened


def marked(test):
    """Mark a test that uses the browser."""
    for mark in used:
        test = mark(test)
    return test


def summaries(tab, number=1):
    """What can be picked in a question."""
    return tab.locator(f"#question-{number} summary")


def reasons(tab):
    """Which reasons of the first question can be seen."""
    found = tab.locator("#question-1 .choice-reason")
    return [found.nth(n).is_visible() for n in range(3)]


def status(tab, number=1):
    """How a question stands, once it has been said."""
    tab.wait_for_timeout(50)  # the event comes after the opening
    return tab.locator(f"#question-{number} [role=status]").inner_text()


@marked
def test_a_pick_by_mouse_tells_at_once_and_wrong_may_try_again(visit):
    tab = visit()
    assert reasons(tab) == [False, False, False]
    assert status(tab) == questions.START
    summaries(tab).nth(0).locator(".choice-letter").click()
    assert reasons(tab) == [True, False, False]
    assert tab.locator("#question-1 .choice-verdict").first.inner_text() == "✗ Not right."
    assert status(tab) == "A is not right: read why, and pick another."
    summaries(tab).nth(2).click()
    assert status(tab) == "A and C are not right: read why, and pick another."
    summaries(tab).nth(1).click()
    assert reasons(tab) == [True, True, True]
    assert status(tab) == "B is right; A and C are not."
    assert status(tab, 2) == questions.START


@marked
def test_a_choice_that_is_closed_again_is_not_picked(visit):
    tab = visit()
    summaries(tab).nth(1).click()
    assert status(tab) == "B is right."
    summaries(tab).nth(1).click()
    assert status(tab) == questions.START


@marked
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_pick_by_keyboard_needs_no_more_than_tab_and_a_key(visit, key):
    tab = visit()
    summaries(tab).nth(1).focus()
    tab.keyboard.press("Tab")
    assert summaries(tab).nth(2).evaluate("s => s === document.activeElement")
    assert summaries(tab).nth(2).evaluate("s => getComputedStyle(s).outlineWidth") == "3px"
    tab.keyboard.press("ArrowUp")
    assert reasons(tab) == [False, False, False]
    tab.keyboard.press(key)
    assert reasons(tab) == [False, False, True]
    assert status(tab) == "C is not right: read why, and pick another."
    assert summaries(tab).nth(2).evaluate("s => s === document.activeElement")


def aids(tab):
    """Name and state of what can be picked, as assistive technology is told."""
    tree = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
    found = [node for node in tree if node.get("role", {}).get("value") == "DisclosureTriangle"]
    state = {
        node["name"]["value"]: prop["value"]["value"]
        for node in found
        for prop in node["properties"]
        if prop["name"] == "expanded"
    }
    return {name: opened for name, opened in state.items() if name[:2] in {"A ", "B ", "C "}}


@marked
def test_aids_are_told_the_whole_choice_with_its_formulas_and_its_state(visit):
    tab = visit()
    summaries(tab).nth(1).click()
    told = aids(tab)
    assert told["B Two, for η = 1 ."] is True
    [first] = [name for name in told if name.startswith("A It is")]
    assert r"\frac{1}{2}" in first
    assert told[first] is False


@marked
def test_what_is_announced_changes_in_a_region_that_was_there(visit):
    tab = visit()
    region = tab.locator("#question-1 [role=status]").element_handle()
    summaries(tab).nth(1).click()
    tab.wait_for_timeout(50)
    assert region.inner_text() == "B is right."


@marked
def test_nothing_is_stored_and_nothing_is_sent(visit):
    tab = visit()
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    before = tab.evaluate(kept)
    summaries(tab).nth(0).click()
    summaries(tab).nth(1).click()
    assert status(tab) == "B is right; A is not."
    assert tab.evaluate(kept) == before
    assert (tab.off_site, tab.complaints) == ([], [])


@marked
def test_without_a_script_a_pick_tells_right_or_wrong_and_why(visit):
    tab = visit(java_script_enabled=False)
    assert reasons(tab) == [False, False, False]
    assert tab.locator("#question-1 [role=status]").inner_text() == questions.START
    summaries(tab).nth(1).click()
    assert reasons(tab) == [False, True, False]
    assert tab.locator("#question-1 .choice-verdict").nth(1).inner_text() == "✓ Right."


@marked
@pytest.mark.parametrize("script", [True, False])
def test_paper_shows_every_reason(visit, script):
    tab = visit(java_script_enabled=script)
    tab.emulate_media(media="print")
    assert reasons(tab) == [True, True, True]
    assert not tab.locator("#question-1 [role=status]").is_visible()


@marked
def test_a_browser_that_prints_only_what_is_open_finds_it_open(visit):
    tab = visit()
    summaries(tab).nth(0).click()
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert reasons(tab) == [True, True, True]
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert reasons(tab) == [True, False, False]
    assert status(tab) == "A is not right: read why, and pick another."


@marked
def test_on_a_phone_everything_fits_and_a_thumb_can_pick(visit):
    tab = visit("phone-light")
    heights = summaries(tab).evaluate_all("all => all.map(s => s.getBoundingClientRect().height)")
    assert min(heights) >= 44
    summaries(tab).nth(0).click()
    assert reasons(tab)[0]
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@marked
def test_a_formula_that_scrolls_in_a_reason_can_be_reached(visit):
    tab = visit("phone-light")
    summaries(tab).nth(0).click()
    tab.wait_for_timeout(50)
    box = tab.locator("#question-1 .choice-reason .math-scroll")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")


OPEN_ALL = (
    "document.querySelectorAll('details.choice').forEach((choice) => { choice.open = true; })"
)


@marked
@pytest.mark.parametrize("mode", ["desktop-light", "desktop-dark", "phone-light", "phone-dark"])
def test_open_choices_are_accessible_in_both_colours(visit, mode):
    tab = visit(mode)
    tab.evaluate(OPEN_ALL)
    tab.wait_for_timeout(500)  # the theme looks for what scrolls after 0.3 s
    assert grave(tab) == []


@marked
def test_pale_words_in_a_choice_would_be_found(visit):
    tab = visit("desktop-dark")
    tab.evaluate(OPEN_ALL)
    tab.locator(".choice-verdict").first.evaluate("p => { p.style.color = '#333333' }")
    assert any(finding.startswith("color-contrast") for finding in grave(tab))


@marked
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_questions_of_a_chapter_open_soundly(look, address, chapter):
    tab = look("phone-dark")
    tab.goto(f"{address}/{chapter}.html")
    assert tab.locator("#check-yourself .question").count() == 5
    tab.evaluate(OPEN_ALL)
    tab.wait_for_timeout(500)
    assert grave(tab, "#check-yourself") == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert (tab.off_site, tab.complaints) == ([], [])
