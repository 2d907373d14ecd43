"""Case files: what is not as it should be is refused by name, before anything is graded."""

import pytest

from labkit.errors import LabkitError
from labkit.grading.cases import load_cases

GOOD = """\
task: step
wrong:
- name: strict
  why: takes 0 for too little
  answer: "step = lambda z: z > 0"
  check: exactly 0 fires
  says: [">=", "0 itself"]
right:
- name: plain
  answer: "step = lambda z: z >= 0"
  also: {helper: "pass"}
"""


@pytest.fixture
def write(tmp_path):
    def write(text, name="step.yml"):
        (tmp_path / name).write_text(text)
        return tmp_path

    return write


def test_a_good_file_gives_its_cases(write):
    wrong, right = load_cases(write(GOOD))
    assert (wrong.student, right.student) == ("step.wrong.strict", "step.right.plain")
    assert wrong.says == (">=", "0 itself")
    assert not wrong.hidden
    assert right.answers == {"step": "step = lambda z: z >= 0", "helper": "pass"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("task: step", "task: leap", "task is 'leap', but the file is step.yml"),
        ("task: step\n", "", "does not begin with `task: NAME`"),
        ("wrong:", "wrogn:", "unknown key .'wrogn'"),
        ("why:", "wy:", "wrong 'strict': unknown key .'wy'"),
        ("name: strict", "name: plain", "names .'plain'. are used more than once"),
        ("name: strict", "name: Not a slug", "small letters, digits and hyphens"),
        ("  check: exactly 0 fires\n", "", "'check'. is missing or empty"),
        ('answer: "step = lambda z: z >= 0"', 'answer: ""', "'answer'. is missing or empty"),
        ('[">=", "0 itself"]', "[0]", "quote what YAML reads as numbers"),
        ("- name: plain", "- plain", "step.yml"),
        ("task: step", "task: [", "is not valid YAML"),
    ],
)
def test_a_bad_file_is_refused_by_name(old, new, message, write):
    assert old in GOOD
    with pytest.raises(LabkitError, match=message):
        load_cases(write(GOOD.replace(old, new)))


def test_files_come_in_order(write):
    write(GOOD)
    folder = write(GOOD.replace("task: step", "task: gates"), "gates.yml")
    assert [case.task for case in load_cases(folder)] == ["gates", "gates", "step", "step"]
