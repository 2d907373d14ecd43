"""Every page in Chromium, wide and narrow, light and dark, with no other host to ask."""

import pytest
from axe import grave
from bookmap import CHAPTERS, PAGES, ROOT

# A browser for each group, not for each test; it ends with this module, for playwright keeps an
# event loop running.
pytestmark = pytest.mark.browser
looked_at = pytest.mark.xdist_group("browser: pages")
used = pytest.mark.xdist_group("browser: use")
START, CHAPTER = PAGES[0], "book/neurons/chain_rule"  # which has wide formulas and wide code
# Every page in both widths and both colours; in all four pairs of them, one of each kind.
LOOKS = [
    *(
        (page, mode)
        for page in [*PAGES, "search", "404"]
        for mode in ("desktop-light", "phone-dark")
    ),
    *((page, mode) for page in (START, CHAPTER) for mode in ("desktop-dark", "phone-light")),
]

# What a reader would see go wrong; each entry lists the culprits.
INSPECT = """async () => {
  await document.fonts.ready;
  const wide = innerWidth + 1, article = document.querySelector("article") || document.body;
  for (const image of document.images) { image.loading = "eager"; await image.decode().catch(() => {}); }
  const seen = (element) => element.getClientRects().length > 0;
  const formulas = [...article.querySelectorAll(".katex-html")].filter(seen);
  return {
    images: [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src),
    formulas: formulas.filter((f) => !f.getBoundingClientRect().width).map((f) => f.textContent),
    fonts: formulas.length && !document.fonts.check("16px KaTeX_Main") ? ["KaTeX_Main"] : [],
    too_wide: document.documentElement.scrollWidth > wide ? [document.documentElement.scrollWidth] : [],
  };
}"""
SOUND = {
    "off_site": [],
    "complaints": [],
    "images": [],
    "formulas": [],
    "fonts": [],
    "too_wide": [],
}


@looked_at
@pytest.mark.parametrize(("page", "mode"), LOOKS)
def test_a_page_is_sound_and_accessible(look, address, page, mode):
    tab = look(mode)
    tab.goto(f"{address}/{page}.html")
    tab.wait_for_load_state("networkidle")
    found = {**tab.evaluate(INSPECT), "off_site": tab.off_site, "complaints": tab.complaints}
    assert {**found, "axe": grave(tab)} == {**SOUND, "axe": []}


@used
def test_a_fault_in_a_page_would_be_seen(look, address):
    tab = look("phone-light")
    tab.goto(f"{address}/{START}.html")
    tab.evaluate(
        """() => {
          const fault = document.createElement("div");
          fault.innerHTML = '<img src="nowhere.png"><img src="https://example.org/a.png" alt="far">'
            + '<div style="width: 900px">wide</div><button></button>'
            + '<pre><b>x</b><span>a</span><span>b</span><span style="color: #ddd">pale</span></pre>';
          document.querySelector("article").append(fault);
          console.error("a complaint");
        }"""
    )
    tab.wait_for_load_state("networkidle")
    found = tab.evaluate(INSPECT)
    assert tab.off_site == ["https://example.org/a.png"]
    assert "a complaint" in tab.complaints
    assert len(found["images"]) == 2
    assert found["too_wide"]
    assert {line.split(":")[0] for line in grave(tab)} >= {
        "image-alt",
        "button-name",
        "color-contrast",
    }


# letters that are to be seen have their font; a browser does not load one for a closed box
ITALICS = """document.fonts.ready.then(() =>
    document.fonts.check("16px KaTeX_Math") ||
    ![...document.querySelectorAll("article .katex-html .mathnormal")].some(
        letter => letter.checkVisibility()))"""


WITH_FORMULAS = [page for page in CHAPTERS if "$" in (ROOT / f"{page}.md").read_text("utf-8")]


@used
@pytest.mark.parametrize("chapter", WITH_FORMULAS)
def test_formulas_are_drawn_in_their_own_font(look, address, chapter):
    tab = look("desktop-light")
    tab.goto(f"{address}/{chapter}.html")
    formula = tab.locator("article .math .katex-html").first
    assert formula.bounding_box()["width"] > 5
    assert "KaTeX_Main" in formula.evaluate("element => getComputedStyle(element).fontFamily")
    assert tab.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Main'))")
    assert tab.evaluate(ITALICS)


@used
def test_a_wide_formula_scrolls_in_itself(look, address):
    tab = look("phone-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    box = tab.locator(".math-scroll").first
    box.evaluate("box => { box.querySelector('.katex-html').style.paddingRight = '900px' }")
    tab.evaluate("dispatchEvent(new Event('resize'))")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@used
def test_code_scrolls_in_itself_on_a_phone(look, address):
    tab = look("phone-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    blocks = "blocks => blocks.filter(block => block.scrollWidth > block.clientWidth).length"
    assert tab.locator("article pre").evaluate_all(blocks) > 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def turned(tab):
    """How a figure of the page is filtered."""
    image = tab.locator("article .cell_output img").first
    return image.evaluate("image => getComputedStyle(image).filter")


@used
@pytest.mark.parametrize(("mode", "filtered"), [("desktop-light", False), ("desktop-dark", True)])
def test_figures_are_turned_over_in_the_dark_only(look, address, mode, filtered):
    tab = look(mode)
    tab.goto(f"{address}/{CHAPTER}.html")
    assert ("invert" in turned(tab)) == filtered


@used
def test_a_figure_may_keep_its_colours(look, address):
    tab = look("desktop-dark")
    tab.goto(f"{address}/{CHAPTER}.html")
    tab.locator("article .cell_output img").first.evaluate("i => i.classList.add('keep-colors')")
    assert turned(tab) == "none"


@used
def test_the_colours_can_be_changed_and_stay(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    theme = "document.documentElement.dataset.theme"
    assert tab.evaluate(theme) == "light"
    tab.locator(".article-header-buttons .theme-switch-button").click()
    assert tab.evaluate(theme) == "dark"
    tab.goto(f"{address}/book/intro.html")
    assert tab.evaluate(theme) == "dark"
    assert tab.complaints == []


@used
def test_search_finds_a_page_and_leads_to_it(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/book/intro.html")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("threshold")
    tab.keyboard.press("Enter")
    result = tab.locator("#search-results a", has_text="perceptron").first
    result.click()
    tab.wait_for_url("**/book/**")
    assert "threshold" in tab.locator("article").inner_text().lower()
    assert (tab.off_site, tab.complaints) == ([], [])


@used
def test_the_keyboard_reaches_the_content_at_once(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    tab.keyboard.press("Tab")
    focused = tab.locator(":focus")
    assert focused.inner_text() == "Skip to main content"
    # it slides in
    tab.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0", timeout=5000)
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('#main-content').contains(document.activeElement)")


@used
def test_what_has_the_focus_can_be_seen(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    tab.locator("nav.launch a").first.focus()
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").inner_text() == "Open in Binder"
    assert tab.locator(":focus").evaluate("link => getComputedStyle(link).outlineWidth") == "3px"


@used
def test_the_list_of_chapters_opens_on_a_phone(look, address):
    tab = look("phone-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    link = tab.get_by_role("link", name="Notation")
    assert not link.is_visible()
    tab.get_by_role("button", name="Show or hide the list of chapters").click()
    link.click()
    tab.wait_for_url("**/book/notation.html")


@used
@pytest.mark.parametrize("mode", ["desktop-light", "phone-light"])
def test_targets_are_large_enough_for_a_thumb(look, address, mode):
    tab = look(mode)
    tab.goto(f"{address}/{CHAPTER}.html")
    buttons = ".article-header-buttons button, .primary-toggle, nav.launch a"
    heights = "all => all.map(b => b.getBoundingClientRect().height).filter(height => height)"
    assert min(tab.locator(buttons).evaluate_all(heights)) >= 40


SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


@used
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_jumps_while_a_chapter_loads(look, address, chapter):
    tab = look("phone-light")
    tab.goto(f"{address}/{chapter}.html")
    tab.wait_for_load_state("networkidle")
    assert tab.evaluate(SHIFT) < 0.05


@used
def test_the_front_door_opens_the_book(look, address):
    tab = look("phone-light")
    tab.goto(f"{address}/")
    tab.wait_for_url("**/book/intro.html")
    assert tab.off_site == []


@used
@pytest.mark.parametrize("name", ["book/intro", CHAPTER, "book/workshops/index"])
def test_a_page_works_from_a_plain_folder(look, site, name):
    folder = site.resolve().as_uri()
    tab = look("desktop-light", home=folder)
    tab.goto(f"{folder}/{name}.html")
    tab.wait_for_load_state("networkidle")
    assert {
        **tab.evaluate(INSPECT),
        "off_site": tab.off_site,
        "complaints": tab.complaints,
    } == SOUND


@used
def test_search_works_from_a_plain_folder(look, site):
    folder = site.resolve().as_uri()
    tab = look("desktop-light", home=folder)
    tab.goto(f"{folder}/search.html?q=threshold")
    tab.wait_for_selector("#search-results li")
    assert (tab.off_site, tab.complaints) == ([], [])


@used
def test_a_lost_reader_is_led_home(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/404.html")
    tab.evaluate("history.replaceState(null, '', 'book/neurons/nowhere.html')")
    tab.evaluate("script => (0, eval)(script)", tab.locator("script").first.inner_text())
    tab.get_by_role("link").click()
    tab.wait_for_url("**/book/intro.html")


@used
def test_paper_shows_the_text_without_buttons(look, address):
    tab = look("desktop-light")
    tab.goto(f"{address}/{CHAPTER}.html")
    tab.emulate_media(media="print")
    assert not tab.locator("nav.launch").is_visible()
    assert not tab.locator("#pst-primary-sidebar").is_visible()
    assert tab.get_by_role("heading", level=1).first.is_visible()
