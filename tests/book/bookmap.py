"""Which pages the book has, from its table of contents; known before anything is built."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
EXT = ROOT / "book" / "_ext"


def pages_of(entry):
    """Files named by an entry of a table of contents, and by the entries in it."""
    yield from (entry[key] for key in ("root", "file") if key in entry)
    for key in ("parts", "chapters", "sections"):
        for inner in entry.get(key, ()):
            yield from pages_of(inner)


PAGES = list(pages_of(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))))
CHAPTERS = [page for page in PAGES if (ROOT / f"{page}.ipynb").exists()]
OTHER_PAGES = ["index", "search", "404"]
WORKSHOPS = sorted(path.stem for path in (ROOT / "exercises" / "source").glob("*/*.ipynb"))
