"""A DataFrame that says in every print that it is a sample."""

import pandas as pd

from labkit.data.datasets import SAMPLE_LABEL


class SampleSeries(pd.Series):
    """Column of a :class:`SampleFrame`, or what is computed from one."""

    @property
    def _constructor(self):
        return SampleSeries

    @property
    def _constructor_expanddim(self):
        return SampleFrame

    def __repr__(self):
        return f"{SAMPLE_LABEL}\n{super().__repr__()}"


class SampleFrame(pd.DataFrame):
    """Table that keeps its label through filtering, grouping and arithmetic."""

    @property
    def _constructor(self):
        return SampleFrame

    @property
    def _constructor_sliced(self):
        return SampleSeries

    def __repr__(self):
        return f"{SAMPLE_LABEL}\n{super().__repr__()}"

    def _repr_html_(self):
        table = super()._repr_html_()
        return table and f"<p><strong>{SAMPLE_LABEL}</strong></p>{table}"
