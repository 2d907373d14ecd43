"""What every page of the book has: alt texts, a description, and clean notebook twins."""

import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.util import logging

from draft import front_matter
from labkit import site
from places import place

logger = logging.getLogger(__name__)
DESCRIPTION = re.compile(r'<meta[^>]+name="description"')


def exclude_twins(app, config):
    """Leave out ``NAME.md`` where ``NAME.ipynb`` is its executed twin."""
    book = Path(app.srcdir) / "book"
    twins = (path.with_suffix(".md") for path in book.rglob("*.ipynb"))
    names = [twin.relative_to(app.srcdir).as_posix() for twin in twins if twin.exists()]
    config.exclude_patterns = [*config.exclude_patterns, *names]


def check_images(app, doctree):
    """Warn of each image without alt text: a reader who cannot see it reads that text."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "%s: this figure has no alt text. Write what it shows: in a code cell as "
                "'mystnb: {image: {alt: ...}}', elsewhere as ':alt:' or ![here](image).",
                place(image),
                type="pages",
            )


def first_paragraph(body, limit=155):
    """Return the first paragraph of a page as one line of at most `limit` characters.

    Examples
    --------
    >>> first_paragraph("<h1>Title</h1><p>A <em>neuron</em> adds.</p>")
    'A neuron adds.'
    """
    paragraph = BeautifulSoup(body or "", "html.parser").find("p")
    text = " ".join(paragraph.get_text().split()) if paragraph else ""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def own_description(app, pagename):
    """Return the description in the text beside an executed notebook, if it has one."""
    twin = Path(app.srcdir) / f"{pagename}.md"
    settings = front_matter(twin) if twin.exists() else {}
    return settings.get("myst", {}).get("html_meta", {}).get("description")


def describe(app, pagename, templatename, context, doctree):
    """Give each page a description: its own (``myst.html_meta``) or its first paragraph."""
    tags = context.get("metatags") or ""
    if not DESCRIPTION.search(tags):
        text = own_description(app, pagename) or first_paragraph(context.get("body"))
        what = context.get("title") or pagename.title()
        text = (
            text or f"{what}. {app.config.html_title}: chapters that run, workshops for you to do."
        )
        tags += f'<meta name="description" content="{escape(text)}" />'
    context["metatags"] = tags


def mend_roles(app, pagename, templatename, context, doctree):
    """Take away roles that docutils gives to lists of references and browsers do not know."""
    body = context.get("body") or ""
    body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
    context["body"] = body.replace(' role="doc-biblioentry"', "")


def extra_pages(app):
    """Yield the two pages that are no chapters: the site's front door and its 404."""
    title = app.config.html_title
    target = app.builder.get_target_uri(app.config.root_doc)
    yield "index", {"title": title, "target": target}, "redirect.html"
    missing = "This page does not exist. Go to the first page of the book."
    home = urlsplit(site.site_url()).path
    yield (
        "404",
        {"title": f"Page not found: {title}", "home": home, "body": f"<p>{missing}</p>"},
        "404.html",
    )


def setup(app):
    """Register the hooks."""
    app.connect("html-collect-pages", extra_pages)
    app.connect("config-inited", exclude_twins, priority=100)
    app.connect("doctree-read", check_images)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", mend_roles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
