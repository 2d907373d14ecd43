"""One real build of the book for all its tests, and one Chromium to look at it with."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "book" / "_ext")]

from bookmap import EXT, OTHER_PAGES, PAGES, ROOT  # noqa: E402


def pytest_generate_tests(metafunc):
    """Give each test with `page` every page of the book, with `any_page` the others too."""
    named = {
        name
        for mark in metafunc.definition.iter_markers("parametrize")
        for name in ([mark.args[0]] if isinstance(mark.args[0], str) else mark.args[0])
    }
    if "page" in set(metafunc.fixturenames) - named:
        metafunc.parametrize("page", PAGES)
    if "any_page" in metafunc.fixturenames:
        metafunc.parametrize("any_page", PAGES + OTHER_PAGES)


def build_book(folder):
    """Release the workshops and build the book into a folder, as `make book` does."""
    release = ["-m", "labkit.grading.release", "--output", str(folder / "release")]
    book = [str(EXT / "build.py"), "--quiet"]
    book += ["--output", str(folder / "html"), "--release", str(folder / "release")]
    for command in (release, book):
        run = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
        if run.returncode:
            return f"{' '.join(command)}\n{run.stdout}\n{run.stderr}"
    return ""


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """Folder with ``html`` and ``release``, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "the-book"
    with FileLock(f"{folder}.lock"):
        report = folder / "report"
        if not report.exists():
            folder.mkdir()
            report.write_text(build_book(folder), encoding="utf-8")
    failure = report.read_text(encoding="utf-8")
    if failure:
        pytest.fail(f"the book could not be built:\n{failure}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site(built):
    """Folder of the built site."""
    return built / "html"


@pytest.fixture(scope="session")
def read(site):
    """Function that parses a page of the site, once."""

    @functools.cache
    def parsed(name):
        return BeautifulSoup((site / f"{name}.html").read_bytes(), "html.parser")

    return parsed


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that keeps no log."""

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site, tmp_path_factory):
    """Address of the site on a server of this machine, below a folder as on GitHub Pages."""
    top = tmp_path_factory.mktemp("server")
    (top / "some-course").symlink_to(site)
    handler = functools.partial(Quiet, directory=str(top))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/some-course"
        server.shutdown()
        thread.join()


CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium of the system."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no Chromium here: none of {', '.join(CHROMIUM)} is on the path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


MODES = {
    "desktop-light": ((1280, 800), "light"),
    "desktop-dark": ((1280, 800), "dark"),
    "phone-light": ((390, 844), "light"),
    "phone-dark": ((390, 844), "dark"),
}


@pytest.fixture
def look(browser, address):
    """Function that opens a browser tab in a mode, with every other host refused."""
    with contextlib.ExitStack() as stack:

        def opened(mode, home=address, **options):
            (width, height), scheme = MODES[mode]
            context = stack.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, **options
                )
            )
            context.set_default_timeout(15000)
            tab = context.new_page()
            tab.off_site, tab.complaints = [], []
            listen(tab, home)
            return tab

        yield opened


def listen(tab, home):
    """Refuse and note requests that leave the site; note what the console complains of."""

    def decide(route):
        if route.request.url.startswith((home, "data:", "blob:")):
            return route.continue_()
        tab.off_site.append(route.request.url)
        return route.abort()

    tab.route("**/*", decide)
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    # leaving a page aborts what it was still loading: no fault of the page
    tab.on(
        "requestfailed",
        lambda request: (
            request.failure == "net::ERR_ABORTED" or tab.complaints.append(f"failed: {request.url}")
        ),
    )
    tab.on(
        "response",
        lambda answer: answer.ok or answer.status == 304 or tab.complaints.append(answer.url),
    )
    tab.on(
        "console",
        lambda message: (
            message.type in ("error", "warning") and tab.complaints.append(message.text)
        ),
    )
