"""The facts of the published description, met by what the loaders give."""

import tarfile

import numpy as np
import pytest

from labkit.data import load, verify
from labkit.data.loaders import HOUSING_COLUMNS
from labkit.data.schema import SCHEMAS

pytestmark = pytest.mark.usefixtures("real")


def shares(frame, column, target):
    """Share of ones in the target for each value of a column, to three places."""
    return frame.groupby(column)[target].mean().round(3).to_dict()


def summary(values, decimals):
    """Mean, standard deviation, minimum, median and maximum, as the description prints them."""
    figures = values.mean(), values.std(ddof=1), values.min(), np.median(values), values.max()
    return [round(float(figure), decimals) for figure in figures]


@pytest.fixture
def titanic(real):
    return load("titanic").frame


@pytest.fixture
def churn(real):
    return load("churn").frame


def test_every_file_verifies():
    found = verify()
    assert len(found) == 13
    assert [one.file.path for one in found if not one.ok] == []


def test_real_data_is_marked_as_real():
    titanic = load("titanic")
    assert (titanic.is_sample, titanic.origin, titanic.target) == (False, "data folder", "Survived")
    assert repr(titanic) == "titanic: DataFrame of 891 rows and 12 columns, target 'Survived'"


def test_titanic_columns_and_missing_values(titanic):
    assert titanic.shape == (891, 12)
    assert tuple(titanic.columns) == SCHEMAS["titanic"].columns
    missing = titanic.isna().sum()
    assert missing[missing > 0].to_dict() == {"Age": 177, "Cabin": 687, "Embarked": 2}
    assert len(titanic.dropna()) == 183
    assert titanic.PassengerId[titanic.Embarked.isna()].tolist() == [62, 830]


def test_titanic_balance(titanic):
    assert titanic.Survived.value_counts().to_dict() == {0: 549, 1: 342}
    assert shares(titanic, "Sex", "Survived") == {"female": 0.742, "male": 0.189}
    assert shares(titanic, "Pclass", "Survived") == {1: 0.630, 2: 0.473, 3: 0.242}
    by_sex = (titanic.Sex == "female").astype(int)
    assert round((by_sex == titanic.Survived).mean(), 3) == 0.787


def test_titanic_quirks(titanic):
    assert (round(titanic.Age.mean(), 2), titanic.Age.median()) == (29.70, 28)
    assert ((titanic.Age < 1).sum(), (titanic.Fare == 0).sum()) == (7, 15)
    assert (titanic.Ticket.nunique(), (titanic.Ticket == "LINE").sum()) == (681, 4)
    titles = titanic.Name.str.extract(r", ([^.]*)\.")[0].value_counts()
    common = {"Mr": 517, "Miss": 182, "Mrs": 125, "Master": 40, "Dr": 7, "Rev": 6}
    assert {title: titles[title] for title in common} == common


def test_churn_columns_and_balance(churn):
    assert churn.shape == (10_000, 14)
    assert tuple(churn.columns) == SCHEMAS["churn"].columns
    assert churn.isna().sum().sum() == 0
    assert churn.Exited.value_counts().to_dict() == {0: 7963, 1: 2037}
    assert (churn.CustomerId.nunique(), churn.Surname.nunique()) == (10_000, 2932)


@pytest.mark.parametrize(
    ("column", "left"),
    [
        ("Geography", {"France": 0.162, "Germany": 0.324, "Spain": 0.167}),
        ("Gender", {"Male": 0.165, "Female": 0.251}),
        ("NumOfProducts", {1: 0.277, 2: 0.076, 3: 0.827, 4: 1.0}),
        ("IsActiveMember", {1: 0.143, 0: 0.269}),
        ("HasCrCard", {1: 0.202, 0: 0.208}),
    ],
)
def test_churn_shares_that_left(churn, column, left):
    assert shares(churn, column, "Exited") == left


def test_churn_crlf_leaves_no_trace_in_the_last_column(real, churn):
    assert (real / "churn/Churn_Modelling.csv").read_bytes().count(b"\r\n") == 10_001
    assert churn.Exited.dtype == np.int64
    assert churn[churn.Balance == 0].Geography.value_counts().to_dict() == {
        "France": 2418,
        "Spain": 1199,
    }


IMAGE_FACTS = {
    "fashion_mnist": {
        "train": [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
        "test": [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
        "balance": ([6000] * 10, [1000] * 10),
        "moments": (0.2860, 0.3530),
        "classes": ("T-shirt/top", "Ankle boot"),
    },
    "mnist": {
        "train": [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
        "test": [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
        "balance": (
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        ),
        "moments": (0.1307, 0.3081),
        "classes": ("0", "9"),
    },
}


@pytest.mark.parametrize("name", IMAGE_FACTS)
def test_images_are_the_published_ones(name):
    data, facts = load(name), IMAGE_FACTS[name]
    assert (data.X_train.shape, data.X_test.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert (data.y_train.shape, data.y_test.shape) == ((60_000,), (10_000,))
    arrays = (data.X_train, data.y_train, data.X_test, data.y_test)
    assert {array.dtype for array in arrays} == {np.dtype(np.uint8)}
    assert (data.X_train.min(), data.X_train.max()) == (0, 255)
    assert data.y_train[:10].tolist() == facts["train"]
    assert data.y_test[:10].tolist() == facts["test"]
    counts = tuple(np.bincount(y).tolist() for y in (data.y_train, data.y_test))
    assert counts == facts["balance"]
    assert (data.class_names[0], data.class_names[9], len(data.class_names)) == (
        *facts["classes"],
        10,
    )
    # in float64 over levels, as 60,000 images of floats would need 376 MB
    levels = np.bincount(data.X_train.ravel(), minlength=256) / data.X_train.size
    value = np.arange(256) / 255
    mean = levels @ value
    std = np.sqrt(levels @ (value - mean) ** 2)
    assert (round(mean, 4), round(std, 4)) == facts["moments"]


@pytest.mark.parametrize(
    ("seed", "first"), [(None, "Ankle boot"), (0, "Ankle boot")], ids=["last rows", "random"]
)
def test_fashion_mnist_validation_of_5000(seed, first):
    data = load("fashion_mnist", validation=5000, seed=seed)
    assert (data.X_train.shape, data.X_valid.shape) == ((55_000, 28, 28), (5_000, 28, 28))
    assert (len(data.y_train), len(data.y_valid), len(data.y_test)) == (55_000, 5_000, 10_000)
    assert data.class_names[data.y_train[0]] == first
    assert np.bincount(data.y_train).sum() + np.bincount(data.y_valid).sum() == 60_000


def test_california_housing_in_scikit_learns_form(real):
    data = load("california_housing")
    assert (data.X.shape, data.X.dtype, data.y.shape) == ((20_640, 8), np.float64, (20_640,))
    assert data.class_names is None
    assert "".join(data.feature_names[:3]) == "MedIncHouseAgeAveRooms"
    income, value = data.X[:, 0], data.y * 100_000
    assert summary(income, 4) == [3.8707, 1.8998, 0.4999, 3.5348, 15.0001]
    assert summary(value, 2) == [206_855.82, 115_395.62, 14_999, 179_700, 500_001]
    assert round(data.y.std(), 3) == 1.154
    assert round(data.X[:, 5].max(), 1) == 1243.3
    assert ((data.y == 5.00001).sum(), (data.X[:, 1] == 52).sum()) == (965, 1273)


def test_california_housing_equals_scikit_learns_own_reading_bit_for_bit(
    real, tmp_path, monkeypatch
):
    """scikit-learn unpacks the archive that it would have downloaded."""
    from sklearn.datasets import _california_housing as oracle

    archive = tmp_path / "cal_housing.tgz"
    with tarfile.open(archive, "w:gz") as pack:
        folder = real / "california_housing"
        pack.add(folder / "cal_housing.data", "CaliforniaHousing/cal_housing.data")
        pack.add(folder / "cal_housing.domain", "CaliforniaHousing/cal_housing.domain")
    monkeypatch.setattr(oracle, "_fetch_remote", lambda *args, **kwargs: str(archive))
    theirs = oracle.fetch_california_housing(data_home=tmp_path)
    ours = load("california_housing")
    assert np.array_equal(ours.X, theirs.data)
    assert np.array_equal(ours.y, theirs.target)
    assert list(ours.feature_names) == theirs.feature_names
    assert [ours.target_name] == theirs.target_names


def test_california_housing_hands_on_variant():
    data = load("california_housing", variant="hands-on")
    assert data.target == "median_house_value"
    assert data.frame.shape == (20_640, 10)
    assert tuple(data.frame.columns) == HOUSING_COLUMNS
    missing = data.frame.isna().sum()
    assert missing[missing > 0].to_dict() == {"total_bedrooms": 207}
    assert data.frame.ocean_proximity.value_counts().to_dict() == {
        "<1H OCEAN": 9136,
        "INLAND": 6551,
        "NEAR OCEAN": 2658,
        "NEAR BAY": 2290,
        "ISLAND": 5,
    }
