"""Long cells, shortened in an ordinary test run."""

import pytest

from labkit.errors import LabkitError
from labkit.pace import is_quick, slow


@pytest.mark.parametrize(("value", "expected"), [(None, 30), ("", 30), ("0", 30), ("1", 2)])
def test_only_a_quick_run_gets_the_quick_setting(monkeypatch, value, expected):
    monkeypatch.delenv("LABKIT_QUICK", raising=False)
    if value is not None:
        monkeypatch.setenv("LABKIT_QUICK", value)
    assert slow(30, quick=2) == expected
    assert is_quick() is (expected == 2)


def test_another_value_is_refused(monkeypatch):
    monkeypatch.setenv("LABKIT_QUICK", "yes")
    with pytest.raises(LabkitError, match="LABKIT_QUICK is 'yes'; it must be 0 or 1"):
        slow(30, quick=2)
