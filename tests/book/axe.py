"""What axe-core finds in a page."""

from axe_playwright_python.sync_playwright import Axe

DRAWN = {"exclude": [[".katex-html"]]}  # hidden from readers, who get the MathML beside it
AXE = {"preload": False, "resultTypes": ["violations"]}

# A page has thousands of pieces of code in a dozen colours, and axe looks at each for a millisecond.
# One of each colour stays, for each kind of box and line that they stand in; the others lose theirs.
ONE_OF_EACH = """() => {
  const known = new Set();
  for (const piece of document.querySelectorAll("pre span:not(:has(*))")) {
    const style = getComputedStyle(piece), box = piece.closest("pre");
    const boxes = [piece.parentElement, box, box.parentElement, box.parentElement.parentElement];
    const kind = [style.color, style.backgroundColor, style.font, ...boxes.map((b) => b.className)].join();
    if (known.has(kind) && !piece.id) piece.replaceWith(piece.textContent);
    known.add(kind);
  }
}"""


def grave(tab, part=None):
    """Serious and critical findings of axe-core in a page or a part of it, in one line each."""
    tab.evaluate(ONE_OF_EACH)
    where = {"include": [[part]], **DRAWN} if part else DRAWN
    return [
        f"{finding['id']}: {node['html'][:160]}"
        for finding in Axe().run(tab, where, AXE).response["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
