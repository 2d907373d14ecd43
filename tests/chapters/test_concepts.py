"""The list of concepts, the chapters and the workshops say the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from chapters import ROOT, ChapterError
from concepts import Catalogue, Concept, claims, disagreements, load

CATALOGUE = load()
WORKSHOPS = sorted((ROOT / "exercises" / "source").glob("*/*.ipynb"))
COUNTS = {"neurons": 33, "keras": 29, "tensorflow": 9, "practice": 3}  # rows of the syllabus


def test_every_concept_is_taught_by_one_chapter_or_planned():
    assert disagreements(CATALOGUE, claims()) == []


@pytest.mark.parametrize("part", ["neurons", "tensorflow"])
def test_every_concept_of_a_finished_part_is_taught(part):
    wanted = {id for id, concept in CATALOGUE.concepts.items() if concept.part == part}
    assert wanted - set(claims()) == set()


@pytest.mark.parametrize(("part", "count"), COUNTS.items())
def test_no_concept_of_the_syllabus_is_missing(part, count):
    assert sum(concept.part == part for concept in CATALOGUE.concepts.values()) == count


@pytest.mark.parametrize("concept", CATALOGUE.concepts.values(), ids=lambda concept: concept.id)
def test_a_concept_says_in_one_sentence_what_the_reader_can_do(concept):
    assert concept.description.endswith(".")
    assert ". " not in concept.description
    assert 5 <= len(concept.description.split()) <= 40
    assert len(concept.title.split()) <= 8


@pytest.mark.parametrize("path", WORKSHOPS, ids=lambda path: path.stem)
def test_a_workshop_examines_what_the_list_says(path):
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    graded = {id for id, c in CATALOGUE.concepts.items() if path.stem in c.graded_in}
    assert set(metadata["labkit"]["concepts"]) == graded


def concept(id, **changes):
    fields = {"title": "T", "part": "neurons", "description": "D.", "graded_in": (), **changes}
    return Concept(id, **fields)


def catalogue(*concepts, planned=()):
    return Catalogue({"neurons": "I"}, {c.id: c for c in concepts}, planned)


def test_a_claim_of_no_concept_is_found(course):
    taught = {"N1": [course.chapter("1")], "Q9": [course.chapter("1")]}
    assert disagreements(catalogue(concept("N1")), taught) == [
        "neurons/demo claims Q9, which is no concept"
    ]


def test_a_claim_of_a_planned_concept_is_found(course):
    taught = {"N1": [course.chapter("1")]}
    [said] = disagreements(catalogue(concept("N1"), planned=("N1",)), taught)
    assert said == "neurons/demo claims N1, which is listed as planned: take it off that list"


def test_a_concept_that_nobody_teaches_and_nobody_plans_is_found():
    [said] = disagreements(catalogue(concept("N1")), {})
    assert said == "no chapter claims N1, and it is not listed as planned"


@pytest.mark.parametrize(("reason", "count"), [("", 1), ("first by hand, then with a library", 0)])
def test_two_claims_need_a_reason(course, reason, count):
    both = [course.chapter("1"), course.chapter("1", name="other")]
    found = disagreements(catalogue(concept("N1", shared=reason)), {"N1": both})
    assert len(found) == count
    assert all("N1 is claimed by neurons/demo and neurons/other" in said for said in found)


def test_claims_are_read_from_the_chapters(course):
    chapter = course.chapter("1")
    assert claims(course.root) == {"N1": [chapter]}


ENTRY = {"id": "N1", "title": "T", "part": "neurons", "description": "D.", "graded_in": []}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a: [", "expected the node content"),
        ("", "it must be a mapping with the keys"),
        ("- N1", "it must be a mapping with the keys"),
        ({"parts": {}}, "`planned` must be a list; got None"),
        ({"planned": "N1"}, "`planned` must be a list; got 'N1'"),
        ({"parts": ["neurons"]}, "`parts` must be a mapping"),
        ({"concepts": {"N1": ENTRY}}, "`concepts` must be a list"),
        ({"concepts": ["N1"]}, "a concept must be a mapping with the keys .*; got 'N1'"),
        ({"concepts": [{**ENTRY, "part": "x"}]}, "N1 has the part 'x'"),
        ({"concepts": [{**ENTRY, "extra": 1}]}, "N1 must have the keys"),
        ({"concepts": [{**ENTRY, "graded_in": "mlp"}]}, "N1: graded_in must be a list; got 'mlp'"),
        ({"concepts": [ENTRY, ENTRY]}, r"an id stands twice in `concepts`: \['N1'\]"),
        ({"concepts": [ENTRY], "planned": ["N1", "N1"]}, "an id stands twice in `planned`"),
        ({"concepts": [ENTRY], "planned": ["Z1"]}, r"`planned` names no concept: \['Z1'\]"),
    ],
)
def test_a_malformed_list_is_refused_with_its_fault(course, content, fault):
    if isinstance(content, dict):
        whole = {"parts": {"neurons": "I"}, "planned": [], "concepts": [], **content}
        content = yaml.safe_dump(content if "parts" in content else whole)
    course.write("book/concepts.yml", content)
    with pytest.raises(ChapterError, match=fault) as caught:
        load(course.root)
    assert str(course.root / "book" / "concepts.yml") in str(caught.value)


@pytest.fixture(scope="module")
def page(tmp_path_factory, make_course):
    """HTML of a page with the directive, in a book of one chapter and one workshop."""
    course = make_course(tmp_path_factory.mktemp("book"))
    course.chapter("1")
    course.write("book/workshops/done.md", "# The finished workshop\n")
    entries = [
        {**ENTRY, "title": "Taught one", "graded_in": ["done", "later"]},
        {**ENTRY, "id": "N2", "title": "Planned one"},
    ]
    parts = {"neurons": "Part one"}
    content = {"parts": parts, "concepts": entries, "planned": ["N2"]}
    course.write("book/concepts.yml", yaml.safe_dump(content))
    course.write(
        "index.md", "# Learn\n\n```{concepts}\n```\n\n```{toctree}\n:glob:\nbook/*/*\n```\n"
    )
    extensions = Path(ROOT / "book" / "_ext")
    course.write(
        "conf.py",
        f"import sys\nsys.path.insert(0, {str(extensions)!r})\n"
        "extensions = ['myst_nb', 'concepts']\nnb_execution_mode = 'off'\n",
    )
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-qWb",
        "html",
        str(course.root),
        str(course.root / "out"),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return (course.root / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.xdist_group("concepts")
@pytest.mark.parametrize(
    "expected",
    [
        "<h2>Part one",
        '<dt id="concept-n1">Taught one (N1)</dt>',
        'href="book/neurons/demo.html"><span class="doc">Demo</span></a>',
        'href="book/workshops/done.html"><span class="doc">The finished workshop</span></a>',
        "<em>later</em> (planned)",
        "So far, 1 of 2 concepts are taught; the others are planned.",
    ],
)
def test_the_page_shows_each_concept_with_links_to_those_who_teach_and_examine_it(page, expected):
    assert expected in page


@pytest.mark.xdist_group("concepts")
def test_a_planned_concept_is_called_planned(page):
    entry = page.split('<dt id="concept-n2">')[1].split("</dd>")[0]
    assert "<em>Planned</em>" in entry
    assert "href" not in entry
