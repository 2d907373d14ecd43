"""A DataFrame that says in every print that it is a sample."""

import sys
from pathlib import Path

import pandas as pd

from labkit.data.datasets import SAMPLE_LABEL


class _Labelled:
    """What SampleFrame and SampleSeries share: the label, and summaries that keep it."""

    def __repr__(self):
        return _labelled(super().__repr__())

    def to_string(self, buf=None, *args, encoding=None, **kwargs):
        text = _labelled(super().to_string(None, *args, **kwargs))
        if buf is None:
            return text
        if hasattr(buf, "write"):
            buf.write(text)
        else:
            Path(buf).write_text(text, encoding=encoding or "utf-8", newline="")
        return None

    def info(self, verbose=None, buf=None, *args, **kwargs):
        print(SAMPLE_LABEL, file=sys.stdout if buf is None else buf)
        super().info(verbose, buf, *args, **kwargs)

    # pandas builds the results of these two as plain tables
    def describe(self, *args, **kwargs):
        return _label(super().describe(*args, **kwargs))

    def value_counts(self, *args, **kwargs):
        return _label(super().value_counts(*args, **kwargs))


class SampleSeries(_Labelled, pd.Series):
    """Column of a :class:`SampleFrame`, or what is computed from one."""

    @property
    def _constructor(self):
        return SampleSeries

    @property
    def _constructor_expanddim(self):
        return SampleFrame


class SampleFrame(_Labelled, pd.DataFrame):
    """Table that keeps its label through filtering, grouping and arithmetic."""

    @property
    def _constructor(self):
        return SampleFrame

    @property
    def _constructor_sliced(self):
        return SampleSeries

    def _repr_html_(self):
        table = super()._repr_html_()
        return table and f"<p><strong>{SAMPLE_LABEL}</strong></p>{table}"


def _labelled(text):
    """Put the label above a text; pandas makes some prints out of others that have it already."""
    return text if text.startswith(SAMPLE_LABEL) else f"{SAMPLE_LABEL}\n{text}"


def _label(table):
    """Turn what pandas computed into its labelled kind."""
    return SampleFrame(table) if isinstance(table, pd.DataFrame) else SampleSeries(table)
