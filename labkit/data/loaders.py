"""From verified bytes to typed data sets."""

import importlib.util
from pathlib import Path

import numpy as np

from labkit.data import catalog, settings
from labkit.data.datasets import ArrayDataset, FrameDataset, ImageDataset
from labkit.data.errors import UnavailableError, UnknownDatasetError
from labkit.data.formats import parse_csv, parse_idx, parse_numbers, unpack
from labkit.data.schema import SCHEMAS
from labkit.data.store import Store

HOUSING_COLUMNS = (
    "longitude", "latitude", "housing_median_age", "total_rooms", "total_bedrooms",
    "population", "households", "median_income", "median_house_value", "ocean_proximity",
)  # fmt: skip
CALIFORNIA_FEATURES = (
    "MedInc", "HouseAge", "AveRooms", "AveBedrms",
    "Population", "AveOccup", "Latitude", "Longitude",
)  # fmt: skip
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
DIGIT_CLASSES = tuple("0123456789")


def load(name, *, validation=0, seed=0, variant=None):
    """Load a data set.

    Looks in ``$LABKIT_DATA``, the cache and the published addresses, in this order. If the
    real data cannot be had, a small built-in sample stands in for it, with a warning.

    Parameters
    ----------
    name : str
        One of :func:`labkit.data.names`.
    validation : float or int
        For ``mnist`` and ``fashion_mnist``: share (0 to 1) or number of *training* images to
        hold out for validation. The other data sets have no official test part; split them
        with their ``split(test=..., validation=...)``.
    seed : int or None
        Seed of the choice of validation images; None holds out the last ones.
    variant : str, optional
        ``"hands-on"`` gives California housing as the book "Hands-On Machine Learning" has
        it: a table with missing values and the column ``ocean_proximity``.

    Returns
    -------
    ArrayDataset
        For ``iris``, ``digits``, ``california_housing``: ``X`` (n, d), ``y`` (n,).
    ImageDataset
        For ``mnist``, ``fashion_mnist``: ``X_train`` (60000, 28, 28), ``y_train``, ...
    FrameDataset
        For ``titanic``, ``churn`` and the variant ``"hands-on"``: ``frame``, ``target``.

    Raises
    ------
    UnknownDatasetError
        If there is no such data set or variant.
    AlteredFileError
        If a file on this machine is not the published one.
    UnavailableError
        If the real data cannot be had and ``LABKIT_DATA_STRICT`` forbids the sample.
    ValueError, TypeError
        If ``validation`` is out of range, of the wrong type, or asked of the wrong data set.

    Warns
    -----
    SampleDataWarning
        If the sample stands in for the real data; tells why and what to do.

    Examples
    --------
    >>> iris = load("iris")
    >>> iris
    iris: X (150, 4) float64, y (150,) int64, 3 classes
    """
    loader = _loader(name, variant)
    _refuse_validation(name, validation)
    try:
        dataset = loader(Store.from_environment())
    except UnavailableError as reason:
        if settings.strict():
            raise
        from labkit.data.sample import serve

        dataset = serve(name, variant, reason, stacklevel=3)
    return dataset.hold_out(validation, seed) if isinstance(dataset, ImageDataset) else dataset


def _loader(name, variant):
    """Look up the function that builds a data set."""
    entry = catalog.entry(name)
    if variant is not None and variant not in entry.variants:
        known = ", ".join(map(repr, entry.variants)) or "none"
        raise UnknownDatasetError(
            f"data set {name!r} has no variant {variant!r}.",
            f"Its variants: {known}. Leave variant out for the data set itself.",
        )
    return LOADERS[name, variant]


def _refuse_validation(name, validation):
    """Say where the validation part comes from when there is no official training part."""
    if name not in IMAGE_CLASSES and validation != 0:
        raise ValueError(
            f"validation={validation!r} needs an official training part, which {name!r} has not; "
            f"use load({name!r}).split(test=0.2, validation={validation!r})."
        )


def _load_bunch(name):
    """Build the loader of a data set that comes with scikit-learn."""

    def loader(store):
        from sklearn import datasets

        bunch = getattr(datasets, f"load_{name}")()
        return ArrayDataset(
            name=name,
            origin="scikit-learn",
            X=bunch.data.astype("float64"),  # (n_samples, n_features)
            y=bunch.target.astype("int64"),  # (n_samples,)
            feature_names=tuple(bunch.feature_names),
            target_name=_BUNCH_TARGETS[name],
            class_names=tuple(map(str, bunch.target_names)),
        )

    return loader


def _load_iris(store):
    """Read the table inside scikit-learn, whose import would take twenty times as long."""
    package = importlib.util.find_spec("sklearn")
    path = Path(package.origin).parent / "datasets" / "data" / "iris.csv"
    if not path.exists():  # scikit-learn may arrange its files anew
        return _load_bunch("iris")(store)
    with path.open(encoding="utf-8") as lines:
        class_names = next(lines).strip().split(",")[2:]
        table = np.loadtxt(lines, delimiter=",")  # (150, 5)
    return ArrayDataset(
        name="iris",
        origin="scikit-learn",
        X=np.ascontiguousarray(table[:, :4]),  # (150, 4)
        y=table[:, 4].astype("int64"),  # (150,)
        feature_names=IRIS_FEATURES,
        target_name=_BUNCH_TARGETS["iris"],
        class_names=tuple(class_names),
    )


def _load_images(name):
    """Build the loader of a data set in four IDX files."""

    def loader(store):
        arrays, origins = [], set()
        for file in catalog.entry(name).files:
            found = store.read(file)
            arrays.append(parse_idx(unpack(file, found.data), file.path))
            origins.add(found.origin)
        return ImageDataset(name, _furthest(origins), *arrays, IMAGE_CLASSES[name])

    return loader


def _furthest(origins):
    """Of several files' origins, the one that took the longest way."""
    return max(origins, key=("data folder", "cache", "download").index)


def _load_table(name, file):
    """Build the loader of a table in one CSV file."""

    def loader(store):
        found, schema = store.read(file), SCHEMAS[name]
        frame = parse_csv(found.data, schema.columns, file.path)
        return FrameDataset(name, found.origin, frame, schema.target)

    return loader


def _load_hands_on(store):
    file = catalog.HOUSING_TGZ
    found = store.read(file)
    frame = parse_csv(unpack(file, found.data), HOUSING_COLUMNS, f"{file.path}:{file.member}")
    return FrameDataset("california_housing", found.origin, frame, "median_house_value")


def _load_california(store):
    found = store.read(catalog.CAL_DATA)
    table = parse_numbers(found.data, 9, catalog.CAL_DATA.path)  # (n_rows, 9)
    return california(table, found.origin)


def california(table, origin, scale=1.0):
    """Bring the census table into scikit-learn's form.

    Parameters
    ----------
    table : ndarray (n_rows, 9) of float64
        Longitude, latitude, age, rooms, bedrooms, population, households, income, value.
    origin : str
        Where the table came from.
    scale : float
        Rows here for each row of the real data.

    Returns
    -------
    ArrayDataset
        Totals become means per household; the target is in units of 100,000 $.
    """
    import numpy as np

    longitude, latitude, age, rooms, bedrooms, population, households, income, value = table.T
    columns = (
        income,
        age,
        rooms / households,
        bedrooms / households,
        population,
        population / households,
        latitude,
        longitude,
    )
    return ArrayDataset(
        name="california_housing",
        origin=origin,
        X=np.column_stack(columns),  # (n_rows, 8)
        y=value / 100_000.0,  # (n_rows,)
        feature_names=CALIFORNIA_FEATURES,
        target_name="MedHouseVal",
        scale=scale,
    )


IRIS_FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
_BUNCH_TARGETS = {"iris": "species", "digits": "digit"}
IMAGE_CLASSES = {"mnist": DIGIT_CLASSES, "fashion_mnist": FASHION_CLASSES}
LOADERS = {
    ("iris", None): _load_iris,
    ("digits", None): _load_bunch("digits"),
    ("titanic", None): _load_table("titanic", catalog.TITANIC_CSV),
    ("churn", None): _load_table("churn", catalog.CHURN_CSV),
    ("mnist", None): _load_images("mnist"),
    ("fashion_mnist", None): _load_images("fashion_mnist"),
    ("california_housing", None): _load_california,
    ("california_housing", "hands-on"): _load_hands_on,
}
