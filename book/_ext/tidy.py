"""Format the code cells in the texts of chapters: ``python book/_ext/tidy.py [NAME ...]``.

``make lint`` checks the generated notebooks with ``ruff format``, which cannot read a text; this
carries over to the text what ruff would change in its notebook. Nothing else is touched.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from chapters import ChapterError, find
from draft import draft


def tidy(chapter):
    """Format the code cells of one chapter's text.

    Parameters
    ----------
    chapter : Chapter
        Its text is rewritten if a cell changes.

    Returns
    -------
    int
        How many cells changed.

    Raises
    ------
    ChapterError
        If ruff cannot format the code; it says why.
    """
    wanted = draft(chapter)
    formatted = _formatted(chapter, wanted.notebook)
    lines = chapter.text.read_text(encoding="utf-8").splitlines()
    pairs = zip(wanted.notebook.cells, formatted.cells, wanted.lines, strict=True)
    changed = [(old, new, line) for old, new, line in pairs if line and old.source != new.source]
    for old, new, line in reversed(
        changed
    ):  # from the end, so that the lines above keep their place
        lines[line - 1 : line - 1 + len(old.source.splitlines())] = new.source.splitlines()
    if changed:
        chapter.text.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return len(changed)


def _formatted(chapter, notebook):
    """Let ruff format a copy of the notebook, by the settings for what pages show."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "chapter.ipynb"
        nbformat.write(notebook, copy)
        settings = ["--config", str(chapter.root / "book" / "ruff.toml")]
        command = [sys.executable, "-m", "ruff", "format", *settings, str(copy)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = done.stderr.strip().replace(str(copy), "cell, line and column")
            raise ChapterError(f"{chapter.name}.md: {reason}")
        return nbformat.read(copy, as_version=4)


def main(names=None):
    """Run the command line; the exit code is 1 if a chapter could not be formatted."""
    try:
        for chapter in find(sys.argv[1:] if names is None else names):
            print(f"{chapter.name}: {tidy(chapter)} cells formatted")
    except ChapterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
