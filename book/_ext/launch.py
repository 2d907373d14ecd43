"""Where the notebooks of the book can be run: one strip of links on each page that has one.

The addresses follow from ``_config.yml`` by way of `labkit.site`; a link says where it leads.
"""

from html import escape
from posixpath import relpath

from labkit import site

SITE_BRANCH = "gh-pages"  # where the workflow `publish` puts the built site


def from_page(docname, path):
    """Return the address of a file of the site as seen from a page.

    Examples
    --------
    >>> from_page("book/neurons/neurons", "_sources/book/neurons/neurons.ipynb")
    '../../_sources/book/neurons/neurons.ipynb'
    """
    return relpath(path, docname.rpartition("/")[0] or ".")


def published(path):
    """Return the address that opens a notebook of the published site on Colab."""
    return site.colab_url(path).replace(f"/blob/{site.branch()}/", f"/blob/{SITE_BRANCH}/")


def chapter_links(docname):
    """Return text and address of the links under a chapter's title.

    Colab takes the notebook from the published site: that copy installs labkit from the
    course's present address. On Binder labkit is there already.
    """
    path = f"{docname}.ipynb"
    return [
        ("Open in Colab", published(f"_sources/{path}")),
        ("Open in Binder", site.binder_url(path)),
        ("Download notebook", from_page(docname, f"_sources/{path}")),
    ]


def workshop_links(docname, name):
    """Return text and address of the links to a released workshop.

    Git holds no released notebook: Colab takes it from the published site, and Binder makes
    it when it starts (``.binder/postBuild``).
    """
    path = f"workshops/{name}/{name}.ipynb"
    return [
        ("Download notebook", from_page(docname, path)),
        ("Open in Colab", published(path)),
        ("Open in Binder", site.binder_url(path)),
    ]


def strip(links, label):
    """Return the links as a strip in HTML; those within the site are downloads.

    Examples
    --------
    >>> strip([("Download notebook", "a.ipynb")], "Run it").count("download")
    1
    """
    items = (
        f'<li><a href="{escape(url)}"{"" if "://" in url else " download"}>{escape(text)}</a></li>'
        for text, url in links
    )
    opening = f'<nav class="launch d-print-none" aria-label="{escape(label)}">'
    return f"{opening}<ul>{''.join(items)}</ul></nav>"


def add_strip(app, pagename, templatename, context, doctree):
    """Put the strip under the title of each chapter; the theme's own buttons go."""
    context["header_buttons"] = []
    if doctree is not None and context.get("page_source_suffix") == ".ipynb":
        html = strip(chapter_links(pagename), "Run this chapter")
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{html}", 1)


def setup(app):
    """Register the hook, after the theme has made its buttons (priority 501)."""
    app.connect("html-page-context", add_strip, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
