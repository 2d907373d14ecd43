"""What axe-core finds in a page."""

from axe_playwright_python.sync_playwright import Axe

DRAWN = {"exclude": [[".katex-html"]]}  # hidden from readers, who get the MathML beside it
AXE = {"preload": False, "resultTypes": ["violations"]}


def grave(tab, part=None):
    """Serious and critical findings of axe-core in a page or a part of it, in one line each."""
    where = {"include": [[part]], **DRAWN} if part else DRAWN
    return [
        f"{finding['id']}: {node['html'][:160]}"
        for finding in Axe().run(tab, where, AXE).response["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
