"""Build the book: ``python book/_ext/build.py`` makes ``_build/html``.

The site is built beside its place and moved there when everything is right, so that
``_build/html`` is always a whole site. Warnings are errors on every run: Sphinx may remember
only builds that were all right, so that after a failure it must complain again.
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "_build"
# What shapes every page, but is not known to Sphinx as a source of any.
SHAPES = [
    "_config.yml",
    "requirements.txt",
    "book/_ext/*.py",
    "book/_static/*",
    "book/_templates/*",
    "book/_vendor/**/*",
]
# Large, and asked for by no page: browsers take the woff2 beside a ttf, which no style sheet names;
# the theme's translations have done their work when a page is written.
UNUSED = ["*.map", "*.ttf", "*.mo", "*.po", "fontawesome.js", ".buildinfo*", "objects.inv"]

MARK = "made-by-the-build-of-the-book.txt"


class BuildError(Exception):
    """The book cannot be built; the message says why and what to do."""


def release_files(release):
    """Return the released notebook of each workshop.

    Raises
    ------
    BuildError
        If a workshop has not been released.
    """
    from labkit.grading.course import workshop_names

    names = workshop_names(ROOT / "exercises")
    files = {name: release / name / f"{name}.ipynb" for name in names}
    missing = [str(path) for path in files.values() if not path.exists()]
    if missing:
        raise BuildError(
            f"Not released: {', '.join(missing)}\n"
            f"Remedy: python -m labkit.grading.release --output {release}   (make book does it)"
        )
    return files


def check_chapters():
    """Refuse chapters whose stored outputs are missing, failed or out of date.

    Raises
    ------
    BuildError
        Naming every page and cell.
    """
    import outputs

    problems = outputs.problems(ROOT)
    if problems:
        raise BuildError("\n".join([*problems, "Remedy: make refresh"]))


def run_sphinx(work, fresh=False, quiet=False):
    """Run Jupyter Book's Sphinx into `work`.

    Raises
    ------
    BuildError
        If there was an error or a single warning.
    """
    from jupyter_book.sphinx import build_sphinx

    result = build_sphinx(
        ROOT, work / "html", noconfig=True, path_config=ROOT / "_config.yml",
        confoverrides={"external_toc_path": "_toc.yml", "latex_individualpages": False},
        doctreedir=work / "doctrees", builder="html", freshenv=fresh,
        warningiserror=True, keep_going=True, quiet=quiet,
    )  # fmt: skip
    if result:
        raise BuildError("The book has warnings or errors (see above): each of them must go.")


def shape():
    """Return a digest of what shapes every page."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SHAPES for path in ROOT.glob(pattern)):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def workplace(work):
    """Give a place whose memory can be trusted: of a build that was all right, of this shape.

    The stamp that says so is taken away for the time of the build, so that neither a failure
    nor a power cut leaves a memory in which warnings have been forgotten.
    """
    stamp, now = work / "shape", shape()
    trusted = stamp.exists() and stamp.read_text(encoding="utf-8") == now
    if not trusted and work.exists():
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    (work / MARK).write_text(f"{__file__} keeps here what it needs; delete it at will.\n")
    stamp.unlink(missing_ok=True)
    yield
    stamp.write_text(now, encoding="utf-8")


def add_releases(files, site):
    """Copy the released notebooks to where the workshop pages link to."""
    shutil.rmtree(site / "workshops", ignore_errors=True)
    for name, path in files.items():
        target = site / "workshops" / name
        target.mkdir(parents=True)
        shutil.copy2(path, target)


def prepare_downloads(site):
    """Let the chapters to download install labkit from the course's own address, and be small.

    The stored ones name the address of their last run, which in a fork is another; and they have
    a line for each line of text, so that changes of them can be read, which takes a tenth more.
    """
    import nbformat

    from draft import with_address

    for path in (site / "_sources").rglob("*.ipynb"):
        notebook = with_address(nbformat.read(path, as_version=4))
        small = nbformat.writes(notebook, split_lines=False, indent=None, separators=(",", ":"))
        path.write_text(small, encoding="utf-8", newline="\n")


def work_folder(output):
    """Return the folder beside `output` in which the build works, and may delete everything.

    Raises
    ------
    BuildError
        If something stands in either place that no build has made.
    """
    work = output.with_name(f".{output.name}-build")
    for folder, ours, what in ((output, "searchindex.js", "a book"), (work, MARK, "a build")):
        empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        if not (empty or (folder / ours).is_file()):
            raise BuildError(f"{folder} holds something else than {what}: name another output.")
    return work


def drop_old_fonts(site):
    """Let no style sheet name the fonts that `UNUSED` leaves out."""
    from katex import only_woff2

    for path in site.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        if (lighter := only_woff2(css)) != css:
            path.write_text(lighter, encoding="utf-8", newline="\n")


def publish(work, output):
    """Put a copy of the finished site in its place, in one move."""
    new, old = work / "new", work / "old"
    for left_over in filter(Path.exists, (new, old)):
        shutil.rmtree(left_over)
    shutil.copytree(work / "html", new, ignore=shutil.ignore_patterns(*UNUSED))
    drop_old_fonts(new)
    (new / ".nojekyll").touch()  # or GitHub Pages leaves out every folder whose name begins with _
    with contextlib.suppress(FileNotFoundError):
        os.replace(output, old)
    os.replace(new, output)
    shutil.rmtree(old, ignore_errors=True)


def build(output=BUILD / "html", release=BUILD / "release", fresh=False, quiet=False):
    """Build the book.

    Parameters
    ----------
    output : Path
        Where the site goes.
    release : Path
        Folder of the released workshops, ``WORKSHOP/WORKSHOP.ipynb``.
    fresh : bool
        Forget what earlier builds left.
    quiet : bool
        Print only warnings and errors.

    Raises
    ------
    BuildError
        If anything is wrong; `output` is left as it was.
    """
    work = work_folder(output)
    check_chapters()
    files = release_files(release)
    with workplace(work):
        run_sphinx(work, fresh, quiet)
        prepare_downloads(work / "html")
        add_releases(files, work / "html")
        publish(work, output)


def main(arguments=None):
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--output", type=Path, default=BUILD / "html", help="where the site goes")
    parser.add_argument(
        "--release", type=Path, default=BUILD / "release", help="released workshops"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what earlier builds left")
    parser.add_argument("--quiet", action="store_true", help="print only warnings and errors")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        build(options.output.resolve(), options.release.resolve(), options.fresh, options.quiet)
    except BuildError as error:
        print(f"\nThe book was not built.\n{error}", file=sys.stderr)
        return 1
    print(f"Built {options.output}/index.html in {time.perf_counter() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
