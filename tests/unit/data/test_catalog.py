import re

import pytest

from labkit.data import entry, names
from labkit.data.catalog import CATALOG
from labkit.data.errors import UnknownDatasetError
from labkit.data.files import files_of

FILES = files_of()
SOURCES = [(file, source) for file in FILES for source in file.sources]


def source_id(value):
    return getattr(value, "path", getattr(value, "url", None))


def test_catalog_equals_the_published_checksums(real):
    lines = (real / "SHA256SUMS").read_text().splitlines()
    published = {path: sha256 for sha256, path in (line.split() for line in lines)}
    assert {file.path: file.sha256 for file in FILES} == published


@pytest.mark.parametrize("file", FILES, ids=source_id)
def test_catalog_knows_the_size_of_each_file(real, file):
    assert (real / file.path).stat().st_size == file.bytes


@pytest.mark.parametrize("file", FILES, ids=source_id)
def test_every_fact_of_a_file_stands_in_the_published_description(real, file):
    text = (real / "README.md").read_text()
    facts = [file.sha256, f"{file.bytes:,}", file.unpacked_sha256, file.member]
    facts += [fact for s in file.sources for fact in (s.sha256, f"{s.bytes:,}", s.member)]
    assert [fact for fact in facts if fact and fact not in text] == []


@pytest.mark.parametrize(("file", "source"), SOURCES, ids=source_id)
def test_every_address_stands_in_the_published_description(real, file, source):
    text = (real / "README.md").read_text()
    assert source.url in text or source.url.removesuffix(file.name) in text


@pytest.mark.parametrize(("file", "source"), SOURCES, ids=source_id)
def test_addresses_in_repositories_are_pinned_to_a_commit(file, source):
    if "raw.githubusercontent.com" in source.url:
        assert re.search(r"/[0-9a-f]{40}/", source.url)


@pytest.mark.parametrize("file", FILES, ids=source_id)
def test_checksums_are_whole(file):
    checksums = [file.sha256, *(source.sha256 for source in file.sources)]
    assert [c for c in checksums if not re.fullmatch(r"[0-9a-f]{64}", c)] == []


def test_all_files_together_have_the_published_size():
    assert (len(FILES), sum(file.bytes for file in FILES)) == (13, 45_739_361)


def test_the_course_has_seven_data_sets():
    assert names() == (
        "iris",
        "digits",
        "titanic",
        "churn",
        "fashion_mnist",
        "mnist",
        "california_housing",
    )


def test_only_iris_and_digits_come_with_scikit_learn():
    assert [e.name for e in CATALOG.values() if e.with_sklearn] == ["iris", "digits"]


@pytest.mark.parametrize("name", names())
def test_every_data_set_says_where_it_is_from_and_what_one_may_do(name):
    found = entry(name)
    assert all([found.title, found.content, found.citation, found.licence, found.licence_note])
    assert found.home.startswith("http")
    assert all(file.dataset == name for file in found.files)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("irsi", "iris"),
        ("Fashion-MNIST", "fashion_mnist"),
        ("california", "california_housing"),
        ("TITANIC", "titanic"),
    ],
)
def test_unknown_name_is_answered_with_close_matches(wrong, meant):
    with pytest.raises(UnknownDatasetError, match=f"Did you mean .*'{meant}'"):
        entry(wrong)


@pytest.mark.parametrize("wrong", ["xyz", None, 3, ["iris"]])
def test_name_far_from_all_is_answered_with_the_whole_list(wrong):
    with pytest.raises(UnknownDatasetError, match=", ".join(names())):
        entry(wrong)
