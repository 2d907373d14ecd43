"""The judge of the cases: passes what is right, and complains of each fault that is planted."""

from dataclasses import replace

import pytest

from labkit.grading.cases import Case
from labkit.grading.packs import packs
from labkit.grading.trial import complaints, failed_checks, run_cases, whole_workshop_cases
from labkit.grading.workshop import Workshop

pytestmark = [pytest.mark.nbgrader, pytest.mark.xdist_group("trial")]

DOUBLE = "def double(x):\n    return "
SEEN = {"check": "double of 3", "says": ("expected 6",)}

FAULTLESS = [
    Case("double", "right", "times-two", {"double": DOUBLE + "2 * x"}),
    Case("double", "wrong", "always-six", {"double": DOUBLE + "6"}, "double of 10", ("20",), True),
    Case("double", "wrong", "wrong-thrice", {"double": DOUBLE + "3 * x"}, **SEEN),
]
FAULTY = [
    (Case("double", "right", "not-right", {"double": DOUBLE + "6"}), "got 1.0 of 2 points for a"),
    (Case("double", "wrong", "not-wrong", {"double": DOUBLE + "x + x"}, **SEEN), "got 2.0 of 2"),
    (
        Case("double", "wrong", "two", {"double": DOUBLE + "1", "square": "square = abs"}, **SEEN),
        "task 'square' got 0.0 of 4 points for a right answer",
    ),
    (
        Case("double", "wrong", "other-check", {"double": DOUBLE + "6"}, **SEEN),
        r"'double of 3' did not fail; those that did: \['double of 10'\]",
    ),
    (
        Case("double", "wrong", "other-words", {"double": DOUBLE + "1"}, "double of 3", ("seven",)),
        "does not say 'seven'",
    ),
    (
        Case("double", "wrong", "not-hidden", {"double": DOUBLE + "1"}, **SEEN, hidden=True),
        "not among the hidden tests",
    ),
    (
        Case("double", "wrong", "hidden", {"double": DOUBLE + "6"}, "double of 10", ("20",)),
        "say `hidden: true`",
    ),
    (Case("double", "wrong", "crash", {"double": "double ="}, **SEEN), "NameError|SyntaxError"),
    (Case("why", "right", "stub", {"why": "*Your answer here.*"}), "a person should grade it"),
]


@pytest.fixture(scope="module")
def workshop(mini_course):
    return Workshop(mini_course / "source" / "mini")


@pytest.fixture(scope="module")
def verdicts(mini_course, tmp_path_factory):
    cases = whole_workshop_cases() + FAULTLESS + [case for case, _ in FAULTY]
    return run_cases(mini_course, "mini", cases, tmp_path_factory.mktemp("trial"))


@pytest.mark.parametrize(
    "student", ["reference", "untouched", *(case.student for case in FAULTLESS)]
)
def test_a_faultless_case_passes(student, verdicts, workshop):
    assert complaints(workshop, verdicts[student]) == []


@pytest.mark.parametrize(("case", "message"), FAULTY, ids=[case.name for case, _ in FAULTY])
def test_a_planted_fault_is_complained_of(case, message, verdicts, workshop):
    with pytest.raises(AssertionError, match=message):
        raise AssertionError("\n".join(complaints(workshop, verdicts[case.student])))


def test_a_crash_fails_no_other_student(verdicts):
    assert len(verdicts) == 2 + len(FAULTLESS) + len(FAULTY)


@pytest.fixture(scope="module")
def together(mini_course, tmp_path_factory):
    cases = whole_workshop_cases() + TOGETHER
    folder = tmp_path_factory.mktemp("together")
    return run_cases(mini_course, "mini", cases, folder, together=True)


VANDALISM = (
    "get_ipython().input_transformers_cleanup.append("
    "lambda lines: [line.replace('**', '*') for line in lines])"
)
SQUARE = "def square(x):\n    return "
TOGETHER = [
    *FAULTLESS,
    Case("square", "right", "times", {"square": SQUARE + "x * x"}),
    Case("square", "wrong", "twice", {"square": SQUARE + "2 * x"}, "square of 3", ("9",)),
    # changes how the cells that follow are read, the instructor's answer among them
    Case("double", "wrong", "vandal", {"double": f"{DOUBLE}1\n\n{VANDALISM}"}, **SEEN),
]


def test_cases_that_share_submissions_are_judged_one_by_one(together, workshop):
    found = {student: complaints(workshop, verdict) for student, verdict in together.items()}
    vandal = found.pop("double.wrong.vandal")
    assert {student: said for student, said in found.items() if said} == {}
    assert any("task 'square' got 0.0 of 4 points for a right answer" in said for said in vandal)


def test_a_costly_task_is_answered_only_where_a_case_is_about_it(
    mini_course, tmp_path_factory, workshop
):
    cases = [
        *whole_workshop_cases(),
        Case("double", "right", "plain", {"double": f"{DOUBLE}x + x"}),
        Case("double", "right", "twice", {"double": f"{DOUBLE}2 * x"}),
        Case("square", "right", "times", {"square": SQUARE + "x * x"}, costly=True),
    ]
    folder = tmp_path_factory.mktemp("costly")
    verdicts = run_cases(mini_course, "mini", cases, folder, together=True)
    assert [complaints(workshop, verdict) for verdict in verdicts.values()] == [[]] * 5
    scores = [verdict.standing.scores["square-test"] for verdict in verdicts.values()]
    assert sorted(scores) == [0, 0, 0, 4, 4]  # untouched, and two without a case about it
    gift = replace(verdicts["double.right.plain"], standing=verdicts["reference"].standing)
    assert any("nothing was answered" in text for text in complaints(workshop, gift))


def packed(counts, most, **more):
    """Tasks of the cases in each pack, for so many cases of each task."""
    cases = [
        Case(task, "right", str(number), {task: "..."} | more.get(task, {}))
        for task, count in counts.items()
        for number in range(count)
    ]
    shared = packs(cases, most)
    assert sorted(case.student for pack in shared for case in pack) == sorted(
        case.student for case in cases
    )
    return [[case.task for case in pack] for pack in shared]


def test_a_pack_has_no_task_twice_and_not_more_cases_than_it_may():
    assert packed({"a": 2, "b": 1, "c": 2}, most=2) == [["a", "c"], ["a", "c"], ["b"]]
    assert packed({"a": 2, "b": 2}, most=1) == [["a"], ["a"], ["b"], ["b"]]


def test_a_case_that_answers_another_task_too_is_alone():
    assert packed({"a": 1, "b": 1}, most=2, a={"b": "..."}) == [["a"], ["b"]]


def test_whole_workshop_cases_are_alone():
    assert [len(pack) for pack in packs(whole_workshop_cases() + FAULTLESS[:1], 9)] == [1, 1, 1]


def test_untouched_is_complained_of_when_it_earns_points(verdicts, workshop):
    earned = verdicts["reference"]
    gift = type(earned)(Case("", "untouched", "", {}), earned.standing, earned.printed)
    assert any("nothing was answered" in text for text in complaints(workshop, gift))


def test_blocks_end_where_the_next_check_begins():
    printed = "✗ one\n    returned    1\n    expected    2\n✓ two\n    not indented by a failure\n"
    assert failed_checks(printed) == {"one": "returned 1 expected 2"}
