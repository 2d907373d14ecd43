"""The one address, and the links that follow from it."""

import subprocess
import sys

import pytest

from labkit import site
from labkit.errors import LabkitError


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Write a `_config.yml` at the root of a pretended checkout."""
    (tmp_path / "labkit").mkdir()
    monkeypatch.setattr(site, "_PACKAGE", tmp_path / "labkit")

    def write(content, folder="."):
        (tmp_path / folder / "_config.yml").write_text(content, encoding="utf-8")

    return write


def address(url, rest=""):
    return f"repository:\n  url: {url}\n{rest}"


@pytest.mark.parametrize("ending", ["", "/", ".git", ".git/"])
def test_the_address_is_read_without_its_ending(config, ending):
    config(address(f"https://github.com/some-one/the.course{ending}"))
    assert site.repository() == "https://github.com/some-one/the.course"


def test_the_copy_in_the_wheel_comes_first(config):
    config(address("https://github.com/stray/file"))
    config(address("https://github.com/packaged/copy"), folder="labkit")
    assert site.repository() == "https://github.com/packaged/copy"


def test_an_edited_file_is_read_anew(config):
    config(address("https://github.com/one/course"))
    assert site.repository().endswith("one/course")
    config(address("https://github.com/other/course"))
    assert site.repository().endswith("other/course")


@pytest.mark.parametrize(
    ("rest", "expected"),
    [("", "main"), ("  branch: week-2\n", "week-2"), ("  branch: a/b\n", "a/b")],
)
def test_the_branch_is_main_unless_the_file_names_one(config, rest, expected):
    config(address("https://github.com/o/n", rest))
    assert site.branch() == expected


@pytest.mark.parametrize(
    ("url", "rest", "expected"),
    [
        ("https://github.com/Some-One/course", "", "https://some-one.github.io/course/"),
        ("https://github.com/one/one.github.io", "", "https://one.github.io/"),
        ("https://github.com/o/n", "html:\n  baseurl: https://a.org/b\n", "https://a.org/b/"),
        ("https://github.com/o/n", "html: {}\n", "https://o.github.io/n/"),
    ],
)
def test_the_site_is_github_pages_unless_the_file_names_another(config, url, rest, expected):
    config(address(url, rest))
    assert site.site_url() == expected


def test_pip_is_told_repository_and_branch(config):
    config(address("https://github.com/o/n", "  branch: dev\n"))
    assert site.install_requirement() == "labkit @ git+https://github.com/o/n@dev"


def test_colab_opens_the_notebook_on_the_branch(config):
    config(address("https://github.com/o/n", "  branch: a/b\n"))
    expected = "https://colab.research.google.com/github/o/n/blob/a/b/book/my%20part/x.ipynb"
    assert site.colab_url("book/my part/x.ipynb") == expected


def test_binder_opens_the_notebook_and_takes_the_branch_as_one_segment(config):
    config(address("https://github.com/o/n", "  branch: a/b\n"))
    expected = "https://mybinder.org/v2/gh/o/n/a%2Fb?urlpath=lab/tree/book/x.ipynb"
    assert site.binder_url("book/x.ipynb") == expected


@pytest.mark.parametrize("make", [site.colab_url, site.binder_url])
@pytest.mark.parametrize(
    "path", ["", ".", "/etc/passwd", "../x.ipynb", "a/../../x", "book\\x.ipynb"]
)
def test_a_path_outside_the_repository_is_refused(make, path):
    with pytest.raises(LabkitError, match="does not name a file of the repository"):
        make(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no `repository:` section"),
        ("- 1", "no `repository:` section"),
        ("repository: x", "no `repository:` section"),
        ("a: [", "not valid YAML"),
        ("a: \x00", "not valid YAML"),
        (address("3"), "repository.url is 3, not a GitHub address"),
        (address("''"), "repository.url is '', not a GitHub address"),
        (address("https://gitlab.com/o/n"), "not a GitHub address"),
        (address("https://github.com/o"), "not a GitHub address"),
        (address("https://github.com/o/n/tree/main"), "not a GitHub address"),
        (address("http://github.com/o/n"), "not a GitHub address"),
    ],
)
def test_a_malformed_file_is_named_with_its_fault_and_remedy(config, tmp_path, content, problem):
    config(content)
    with pytest.raises(LabkitError) as caught:
        site.repository()
    assert str(tmp_path / "_config.yml") in str(caught.value)
    assert problem in str(caught.value)
    assert "github.com/OWNER/NAME" in caught.value.remedy


@pytest.mark.parametrize("branch", ["''", "3", "a b", "[x]", "/a"])
def test_a_branch_that_is_no_name_is_refused(config, branch):
    config(address("https://github.com/o/n", f"  branch: {branch}\n"))
    with pytest.raises(LabkitError, match=r"repository\.branch is"):
        site.branch()


def test_a_missing_file_is_an_error_that_names_both_places(config, tmp_path):
    with pytest.raises(LabkitError) as caught:
        site.repository()
    assert str(tmp_path / "labkit" / "_config.yml") in str(caught.value)
    assert str(tmp_path / "_config.yml") in str(caught.value)


def test_importing_the_module_loads_no_yaml():
    code = "import sys, labkit.site; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
