"""Tables and images of the user's own, held against the form of the published data.

What :func:`labkit.data.load` returns has that form. A CSV file from elsewhere, a new customer
typed by hand or a photograph may not, and a model would answer all the same, or fail far from
the cause.
"""

import difflib
from dataclasses import dataclass

import numpy as np

from labkit.data.errors import SchemaError, UnknownDatasetError


@dataclass(frozen=True)
class Schema:
    """Form of a published table.

    Parameters
    ----------
    columns : tuple of str
        All columns, the target among them.
    target : str
        The column to predict: 0 or 1.
    texts : frozenset of str
        Columns that hold text; all others hold numbers.
    gaps : frozenset of str
        Columns in which the published table has missing values.
    identifiers : frozenset of str
        Columns that name a row rather than describe it; a new row needs none of them.
    """

    columns: tuple[str, ...]
    target: str
    texts: frozenset[str]
    gaps: frozenset[str] = frozenset()
    identifiers: frozenset[str] = frozenset()

    def needs(self, column, target):
        """Whether a table must have the column (bool)."""
        return target or (column != self.target and column not in self.identifiers)


def check_frame(frame, name, *, target=True):
    """Hold a table against the columns and types of a published one.

    Parameters
    ----------
    frame : DataFrame
        One row for each passenger or customer. Columns may stand in any order, and there may
        be more of them.
    name : {"titanic", "churn"}
        Which published table it must be like.
    target : bool, default True
        Whether this is a whole table. With False these are new rows: the target must *not* be
        there, for it is what the model is asked for, and identifiers (row number, name, ticket,
        cabin) may be absent.

    Returns
    -------
    DataFrame
        The same object.

    Raises
    ------
    SchemaError
        If it is no DataFrame or has no rows; if a column is missing (one with nearly the same
        name is suggested), there twice, or of the wrong type; if a value is missing or infinite
        where the published table has none; or if the target is not what `target` demands.
    UnknownDatasetError
        If `name` is no table that this knows.

    See Also
    --------
    check_images : the same for images.
    Chapters "Who survived the Titanic?" and "Who will leave the bank?" check new rows with it.

    Examples
    --------
    >>> import pandas as pd
    >>> customer = pd.DataFrame({"geography": ["France"], "Gender": ["Female"]})
    >>> check_frame(customer, "churn", target=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    labkit.data.errors.SchemaError: the table has no column 'CreditScore', 'Geography', ...
    What to do: rename 'geography' to 'Geography'; the columns are found by their exact names.
    """
    schema = _schema(name)
    _check_kind(frame, name)
    _check_columns(frame, [c for c in schema.columns if schema.needs(c, target)], name)
    if not target and schema.target in frame.columns:
        raise SchemaError(
            f"the table has the column {schema.target!r}, the label that is to be predicted.",
            f"drop it: frame.drop(columns={schema.target!r}).",
        )
    for column in filter(frame.columns.__contains__, schema.columns):
        _check_column(frame[column], schema)
    return frame


def check_images(X, *, shape=(28, 28)):
    """Hold grey images against the shape that a model was built for.

    Parameters
    ----------
    X : array-like (n_samples, height, width)
        Pixel values: finite numbers, or bools.
    shape : tuple of int, default (28, 28)
        Height and width of one image in pixels.

    Returns
    -------
    ndarray (n_samples, height, width)
        `X` itself if it is an array.

    Raises
    ------
    SchemaError
        If there is no image, the shape is another, or a pixel is no finite number. Says how to
        bring one image alone, flat rows, or a last axis of length 1 into the right shape.

    See Also
    --------
    check_frame : the same for tables.
    Chapter "Clothes in 28 by 28 pixels" feeds its network with what passes here.

    Examples
    --------
    >>> check_images(np.zeros((2, 28, 28))).shape
    (2, 28, 28)
    >>> check_images(np.zeros((28, 28)))
    Traceback (most recent call last):
        ...
    labkit.data.errors.SchemaError: images must have the shape (n, 28, 28); got (28, 28).
    What to do: this is one image; give a batch of one: X[None].
    """
    try:
        images = np.asarray(X)
    except ValueError as error:  # a list of images of different sizes
        raise SchemaError(f"images must have one common shape: {error}.") from None
    if images.shape[1:] != tuple(shape) or images.ndim != 3:
        raise SchemaError(
            f"images must have the shape {_shape_text(shape)}; got {images.shape}.",
            _shape_cure(images.shape, tuple(shape)),
        )
    if len(images) == 0:
        raise SchemaError(f"there are no images: the shape is {images.shape}.")
    if images.dtype.kind not in "buif" or not np.isfinite(images).all():
        raise SchemaError(
            f"images must hold finite numbers; got {images.dtype} "
            f"{'with values that are not finite' if images.dtype.kind == 'f' else ''}".rstrip()
            + "."
        )
    return images


def _schema(name):
    if name not in SCHEMAS:
        known = " and ".join(map(repr, SCHEMAS))
        raise UnknownDatasetError(f"no table is called {name!r}.", f"The tables are {known}.")
    return SCHEMAS[name]


def _check_kind(frame, name):
    """Refuse what is no table, and a table without rows."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise SchemaError(
            f"a table must be a pandas DataFrame; got {type(frame).__name__}.",
            "one row is a table too: frame.iloc[[0]], or pd.DataFrame([{'column': value, ...}]).",
        )
    if frame.empty:
        raise SchemaError(
            f"the table is empty: {frame.shape[0]} rows and {frame.shape[1]} columns.",
            f"look at the file or the filter that it comes from; {name!r} needs a row at least.",
        )


def _check_columns(frame, wanted, name):
    """Refuse columns that are missing or there twice."""
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise SchemaError(
            f"the table has no column {', '.join(map(repr, missing))} of {name!r}.",
            _renaming(missing, [c for c in frame.columns if c not in wanted]),
        )
    twice = sorted({*frame.columns[frame.columns.duplicated()]} & {*_schema(name).columns})
    if twice:
        raise SchemaError(
            f"the table has the column {', '.join(map(repr, twice))} more than once.",
            "keep the first of each: frame.loc[:, ~frame.columns.duplicated()].",
        )


def _renaming(missing, others):
    """Suggest which of the other columns are the missing ones under another name."""
    plain = {_plain(column): column for column in others}
    pairs = []
    for column in missing:
        close = difflib.get_close_matches(_plain(column), plain, n=1, cutoff=0.75)
        pairs += [f"{plain.pop(close[0])!r} to {column!r}"] if close else []
    if not pairs:
        return f"the columns are found by their exact names; there are also: {others or 'none'}."
    return f"rename {', '.join(pairs)}; the columns are found by their exact names."


def _plain(column):
    """Spell a name without case, blanks and punctuation."""
    return "".join(letter for letter in str(column).lower() if letter.isalnum())


def _check_column(values, schema):
    """Refuse gaps and values of the wrong type."""
    name = values.name
    gaps = values.isna()
    if gaps.any() and name not in schema.gaps:
        raise SchemaError(
            f"column {name!r} has {gaps.sum()} missing values, the first in row "
            f"{values.index[gaps][0]!r}; the published table has none there.",
            "fill them, or leave these rows out, and say so in your report.",
        )
    known = values[~gaps]
    if name in schema.texts:
        _check_texts(known)
    else:
        _check_numbers(known, is_label=name == schema.target)


def _check_texts(known):
    wrong = [(row, value) for row, value in known.items() if not isinstance(value, str)]
    if wrong:
        row, value = wrong[0]
        raise SchemaError(
            f"column {known.name!r} must hold text; row {row!r} holds {value!r} "
            f"({type(value).__name__})."
        )


def _check_numbers(known, is_label):
    """Refuse what is no finite number; a label must be 0 or 1."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(known.dtype) and len(known):
        numbers = pd.to_numeric(known, errors="coerce")
        bad = known[numbers.isna()] if numbers.isna().any() else known
        raise SchemaError(
            f"column {known.name!r} must hold numbers; it has the dtype {known.dtype}, "
            f"and row {bad.index[0]!r} holds {bad.iloc[0]!r}.",
            f"pd.to_numeric(frame[{known.name!r}]) turns text into numbers, and stops at what is none.",
        )
    wrong = known[~(known.isin([0, 1]) if is_label else np.isfinite(known.astype(float)))]
    if len(wrong):
        rule = "0 or 1, the label," if is_label else "finite numbers"
        raise SchemaError(
            f"column {known.name!r} must hold {rule}; row {wrong.index[0]!r} "
            f"holds {wrong.iloc[0]!r}.".replace(",;", ";")
        )


def _shape_text(shape):
    return f"(n, {', '.join(map(str, shape))})"


def _shape_cure(found, shape):
    """Say how images of a common other shape are brought into the right one, if there is a way."""
    height, width = shape
    cures = {
        shape: "this is one image; give a batch of one: X[None].",
        (height * width,): f"this is one image laid flat: X.reshape(1, {height}, {width}).",
        (
            *found[:1],
            height * width,
        ): f"these are images laid flat: X.reshape(-1, {height}, {width}).",
        (*found[:1], height, width, 1): "the last axis has length 1; take it away: X[..., 0].",
        (*found[:1], height, width, 3): "these are colour images; turn them grey: X.mean(axis=-1).",
    }
    return cures.get(found, f"bring every image to {height} by {width} grey pixels first.")


SCHEMAS = {
    "titanic": Schema(
        columns=(
            "PassengerId", "Survived", "Pclass", "Name", "Sex", "Age",
            "SibSp", "Parch", "Ticket", "Fare", "Cabin", "Embarked",
        ),
        target="Survived",
        texts=frozenset({"Name", "Sex", "Ticket", "Cabin", "Embarked"}),
        gaps=frozenset({"Age", "Cabin", "Embarked"}),
        identifiers=frozenset({"PassengerId", "Name", "Ticket", "Cabin"}),
    ),
    "churn": Schema(
        columns=(
            "RowNumber", "CustomerId", "Surname", "CreditScore", "Geography", "Gender", "Age",
            "Tenure", "Balance", "NumOfProducts", "HasCrCard", "IsActiveMember",
            "EstimatedSalary", "Exited",
        ),
        target="Exited",
        texts=frozenset({"Surname", "Geography", "Gender"}),
        identifiers=frozenset({"RowNumber", "CustomerId", "Surname"}),
    ),
}  # fmt: skip
