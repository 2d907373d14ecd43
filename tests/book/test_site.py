"""The built site, read file by file: complete, closed, described, and without secrets."""

import itertools
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bookmap import CHAPTERS, OTHER_PAGES, PAGES, ROOT, WORKSHOPS

from labkit import site as address


def description(soup):
    """What a page says of itself to search engines."""
    return soup.find("meta", attrs={"name": "description"})["content"]


def test_every_page_of_the_contents_is_built(site, page):
    assert (site / f"{page}.html").is_file()


def test_a_page_has_language_title_and_description(read, any_page):
    soup = read(any_page)
    assert soup.html["lang"] == "en"
    assert len(soup.title.text.strip()) >= 15
    assert 40 <= len(description(soup)) <= 160


@pytest.mark.parametrize(
    "told", [lambda s: s.title.text, description], ids=["title", "description"]
)
def test_no_two_pages_say_the_same_of_themselves(read, told):
    counts = Counter(told(read(page)) for page in PAGES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_page_has_one_title_and_no_heading_is_skipped(read, page):
    article = read(page).find("article")
    levels = [int(tag.name[1]) for tag in article.find_all(re.compile(r"h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_figure_has_an_alt_text_in_words(read, page):
    images = read(page).find("article").find_all("img")
    poor = [
        img["src"] for img in images if len(img.get("alt", "").split()) < 3 or "/" in img["alt"]
    ]
    assert poor == []


def test_chapters_have_figures_whose_alt_text_is_checked(read):
    assert all(read(page).find("article").find("img") for page in CHAPTERS)


ASSETS = [("link", "href"), ("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src")]


def targets(soup, tags):
    """Addresses that the given tags and attributes of a page name."""
    return [tag[name] for kind, name in tags for tag in soup.find_all(kind, attrs={name: True})]


def test_a_page_loads_nothing_from_another_host(read, any_page):
    far = [url for url in targets(read(any_page), ASSETS) if urlsplit(url).netloc]
    assert far == []


def test_no_style_sheet_names_another_host(site):
    css = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.css")}
    loads = re.compile(r"(?:url\(\s*|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)")
    assert {
        path.name: loads.findall(text) for path, text in css.items() if loads.search(text)
    } == {}


def broken(site, page, url, read):
    """Why an address in a page leads nowhere; empty if it leads somewhere."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or url.startswith("/"):
        return ""
    file = (site / page).parent / unquote(parts.path) if parts.path else site / f"{page}.html"
    if not file.is_file():
        return f"no file {url}"
    if parts.fragment and file.suffix == ".html":
        name = file.resolve().relative_to(site.resolve()).with_suffix("").as_posix()
        if not read(name).find(id=unquote(parts.fragment)):
            return f"no place {url}"
    return ""


def test_every_link_and_asset_of_a_page_exists(site, read, any_page):
    urls = set(targets(read(any_page), [*ASSETS, ("a", "href")])) - {"#"}
    assert [why for url in sorted(urls) if (why := broken(site, any_page, url, read))] == []


def test_a_broken_link_would_be_found(site, read):
    assert broken(site, PAGES[0], "nowhere.html", read) == "no file nowhere.html"
    assert broken(site, PAGES[0], "#nowhere", read) == "no place #nowhere"


def test_every_file_that_a_style_sheet_names_exists(site):
    missing = [
        f"{path.name}: {url}"
        for path in site.rglob("*.css")
        for url in re.findall(r"url\([\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
        if not url.startswith(("data:", "#")) and not (path.parent / urlsplit(url).path).is_file()
    ]
    assert missing == []


def test_formulas_are_drawn_without_a_script(read, page):
    formulas = read(page).select("article .math")
    bare = [tag.get_text() for tag in formulas if not tag.select(".katex-html")]
    assert bare == []
    assert all(tag.select("math annotation") for tag in formulas)


def test_some_pages_have_formulas(read):
    assert sum(len(read(page).select("article .math")) for page in PAGES) > 50


def test_the_style_of_formulas_is_loaded_where_there_are_some(read, page):
    soup = read(page)
    linked = any("katex" in url for url in targets(soup, [("link", "href")]))
    assert linked == bool(soup.select(".math"))


@pytest.mark.parametrize("library", ["mathjax", "thebe", "require", "plausible", "analytics"])
def test_the_site_has_no_file_of_a_library_that_calls_home(site, library):
    names = [path.name for path in site.rglob("*") if library in path.name.lower()]
    assert names == []


def test_the_site_is_small_and_served_by_github_as_it_is(site):
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 15e6
    assert (site / ".nojekyll").is_file()


def test_the_front_door_leads_to_the_first_page(read):
    refresh = read("index").find("meta", attrs={"http-equiv": "refresh"})["content"]
    assert refresh == f"0; url={PAGES[0]}.html"


def strip_of(soup):
    """Links of the strip of a page, by their text."""
    return {link.text: link["href"] for link in soup.select("article nav.launch a")}


def on_colab(path):
    """Where Colab opens a notebook of the published site."""
    return address.colab_url(path).replace(f"/{address.branch()}/", "/gh-pages/")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_says_where_its_links_lead(site, read, chapter):
    links = strip_of(read(chapter))
    download = (site / chapter).parent / links["Download notebook"]
    published = f"_sources/{chapter}.ipynb"
    assert download.resolve() == (site / published).resolve()
    assert links["Open in Colab"] == on_colab(published)
    assert links["Open in Binder"] == address.binder_url(f"{chapter}.ipynb")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_to_download_is_the_stored_one_with_the_present_address(site, chapter):
    stored = nbformat.read(ROOT / f"{chapter}.ipynb", as_version=4)
    offered = nbformat.read(site / "_sources" / f"{chapter}.ipynb", as_version=4)
    assert address.install_requirement() in offered.cells[0].source
    assert (offered.cells[1:], offered.metadata) == (stored.cells[1:], stored.metadata)


@pytest.mark.parametrize("workshop", WORKSHOPS)
def test_the_released_workshop_can_be_downloaded(built, read, workshop):
    links = strip_of(read(f"book/workshops/{workshop}"))
    download = built / "html" / "book" / "workshops" / links["Download notebook"]
    released = built / "release" / workshop / f"{workshop}.ipynb"
    assert download.read_bytes() == released.read_bytes()


@pytest.mark.parametrize("workshop", WORKSHOPS)
def test_colab_takes_a_workshop_from_the_published_site(site, read, workshop):
    link = strip_of(read(f"book/workshops/{workshop}"))["Open in Colab"]
    path = f"workshops/{workshop}/{workshop}.ipynb"
    assert link == on_colab(path)
    assert (site / path).is_file()


@pytest.mark.parametrize("workshop", WORKSHOPS)
def test_the_card_of_a_workshop_tells_its_own_facts(read, workshop):
    source = ROOT / "exercises" / "source" / workshop / f"{workshop}.ipynb"
    notebook = json.loads(source.read_text(encoding="utf-8"))
    graded = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    total = sum(cell["points"] for cell in graded if cell.get("grade"))
    facts = read(f"book/workshops/{workshop}").select_one("dl.facts").get_text(" ", strip=True)
    shown = [int(number) for number in re.findall(r"\d+", facts.split("Points")[1])]
    assert shown[0] + (shown[1] if len(shown) > 1 else 0) == total
    assert f"about {notebook['metadata']['labkit']['minutes']} minutes" in facts


def test_every_workshop_has_a_page_and_a_card(read):
    shown = [link["href"] for link in read("book/workshops/index").select(".card-title a")]
    assert sorted(shown) == [f"{name}.html" for name in WORKSHOPS]


def test_binder_makes_the_workshops_where_the_links_expect_them(read):
    script = ROOT / ".binder" / "postBuild"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    folder = re.search(r"release --output (\S+)", script.read_text(encoding="utf-8"))[1]
    link = strip_of(read(f"book/workshops/{WORKSHOPS[0]}"))["Open in Binder"]
    assert link == address.binder_url(f"{folder}/{WORKSHOPS[0]}/{WORKSHOPS[0]}.ipynb")


def test_stored_chapters_show_no_path_of_a_machine(site):
    texts = {
        path: path.read_text(encoding="utf-8", errors="ignore") for path in site.rglob("*.html")
    }
    homes = [str(ROOT), str(Path.home())] if str(Path.home()) != "/" else [str(ROOT)]
    assert [
        path.name for path, text in texts.items() if any(f"{home}/" in text for home in homes)
    ] == []


def test_pages_that_are_no_chapters_are_the_three_we_know(site):
    made = {path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")}
    made = {name for name in made if not name.startswith("_static/")}
    assert made == {*PAGES, *OTHER_PAGES}


def test_downloads_are_notebooks(site):
    for path in site.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
