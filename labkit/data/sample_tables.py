"""Sample tables: titanic, churn, California housing.

Drawn from simple rules that keep the lessons of the real tables (who survives, who leaves,
what makes a house dear) and pass through the same parsers, so the schema is the same.
"""

import numpy as np

from labkit.data import catalog, loaders
from labkit.data.datasets import FrameDataset
from labkit.data.formats import parse_csv
from labkit.data.schema import SCHEMAS

N_TITANIC, N_CHURN, N_HOUSING = 240, 1000, 800
_STARTS = ("Al", "Ber", "Cor", "Dun", "El", "Fal", "Gar", "Hol", "Is", "Jor", "Kel", "Lin")
_ENDS = ("bridge", "den", "ford", "gate", "ham", "ley", "man", "ner", "son", "ton")


def titanic():
    """Sample of ``titanic``: women and first-class passengers survive more often.

    Returns
    -------
    FrameDataset
    """
    rng = np.random.default_rng(1912)
    n = N_TITANIC
    pclass = rng.choice([1, 2, 3], size=n, p=[0.24, 0.21, 0.55])
    sex = rng.choice(["male", "female"], size=n, p=[0.65, 0.35])
    age = np.clip(rng.normal(42 - 5.5 * pclass, 13, n), 1, 80).round()
    z = -1.3 + 2.6 * (sex == "female") - 0.95 * (pclass - 2) - 0.025 * (age - 28)
    columns = {
        "PassengerId": np.arange(1, n + 1),
        "Survived": _draw(z, rng),
        "Pclass": pclass,
        "Name": [_passenger(s, a, rng) for s, a in zip(sex, age, strict=True)],
        "Sex": sex,
        "Age": _blank(age, rng.random(n) < 0.08 + 0.06 * pclass),
        "SibSp": rng.poisson(0.5, n),
        "Parch": rng.poisson(0.4, n),
        "Ticket": [_ticket(rng) for _ in range(n)],
        "Fare": rng.lognormal(5.3 - 0.95 * pclass, 0.45, n).round(4),
        "Cabin": _blank(_cabins(rng, n), rng.random(n) < np.array([0.2, 0.9, 0.97])[pclass - 1]),
        "Embarked": _blank(rng.choice(["S", "C", "Q"], n, p=[0.72, 0.19, 0.09]), _some(n, 2, rng)),
    }
    return _sample("titanic", columns, SCHEMAS["titanic"].columns, "Survived")


def churn():
    """Sample of ``churn``: older, inactive and German customers leave more often.

    Returns
    -------
    FrameDataset
    """
    rng = np.random.default_rng(2018)
    n = N_CHURN
    country = rng.choice(["France", "Germany", "Spain"], size=n, p=[0.5, 0.25, 0.25])
    gender = rng.choice(["Male", "Female"], size=n, p=[0.55, 0.45])
    age = np.clip(rng.gamma(16, 2.45, n), 18, 92).round().astype(int)
    products = rng.choice([1, 2, 3, 4], size=n, p=[0.5, 0.46, 0.03, 0.01])
    active = rng.integers(0, 2, n)
    effect = np.array([0.0, -1.5, 2.5, 5.0])[products - 1]
    z = -1.4 + 0.07 * (age - 38) - 1.0 * active + 0.9 * (country == "Germany") + effect
    empty = (rng.random(n) < 0.48) & (country != "Germany")
    columns = {
        "RowNumber": np.arange(1, n + 1),
        "CustomerId": 15_565_701 + rng.choice(250_000, size=n, replace=False),
        "Surname": [_surname(rng) for _ in range(n)],
        "CreditScore": np.clip(rng.normal(650, 97, n), 350, 850).round().astype(int),
        "Geography": country,
        "Gender": gender,
        "Age": age,
        "Tenure": rng.integers(0, 11, n),
        "Balance": np.where(empty, 0.0, rng.normal(120_000, 30_000, n).clip(4_000)).round(2),
        "NumOfProducts": products,
        "HasCrCard": (rng.random(n) < 0.7).astype(int),
        "IsActiveMember": active,
        "EstimatedSalary": rng.uniform(11, 200_000, n).round(2),
        "Exited": _draw(z + 0.5 * (gender == "Female"), rng),
    }
    return _sample("churn", columns, SCHEMAS["churn"].columns, "Exited")


def california_housing():
    """Sample of ``california_housing``: value grows with income and falls inland.

    Returns
    -------
    ArrayDataset
    """
    table, _ = _census()
    return loaders.california(table, "sample", scale=N_HOUSING / _rows("california_housing"))


def hands_on():
    """Sample of the variant "hands-on": the same rows with ``ocean_proximity`` and gaps.

    Returns
    -------
    FrameDataset
    """
    table, inland = _census()
    rng = np.random.default_rng(2022)
    columns = dict(zip(loaders.HOUSING_COLUMNS, table.T, strict=False))
    columns["total_bedrooms"] = _blank(columns["total_bedrooms"], _some(N_HOUSING, 8, rng))
    near = rng.choice(["<1H OCEAN", "NEAR OCEAN", "NEAR BAY"], N_HOUSING, p=[0.65, 0.19, 0.16])
    columns["ocean_proximity"] = np.where(inland, "INLAND", near)
    columns["ocean_proximity"][:2] = "ISLAND"
    return _sample("california_housing", columns, loaders.HOUSING_COLUMNS, "median_house_value")


def _census():
    """Draw block groups: a table (N_HOUSING, 9) as published, and which lie inland."""
    rng = np.random.default_rng(1990)
    n = N_HOUSING
    along, inland = rng.random(n), rng.random(n) < 0.32
    latitude = (33.0 + 7.5 * along).round(2)
    longitude = (-117.4 - 5.2 * along + np.where(inland, 1.6, 0.0) + rng.normal(0, 0.2, n)).round(2)
    income = np.clip(rng.lognormal(1.24, 0.46, n), 0.4999, 15.0001).round(4)
    households = rng.lognormal(6.0, 0.6, n).round().clip(2)
    rooms = (households * np.clip(rng.normal(3.6 + 0.45 * income, 0.9), 1.5, None)).round()
    bedrooms = (households * np.clip(rng.normal(1.07, 0.08, n), 0.8, None)).round()
    population = (households * np.clip(rng.normal(2.9, 0.6, n), 1.1, None)).round()
    age = rng.integers(2, 53, n).astype(float)
    value = 45_000 + 46_000 * income + 500 * age - 75_000 * inland + rng.normal(0, 45_000, n)
    value = np.where(value > 500_000, 500_001, np.clip(value, 14_999, None).round(-2))
    columns = (longitude, latitude, age, rooms, bedrooms, population, households, income, value)
    return np.column_stack(columns), inland


def _sample(name, columns, expected, target):
    """Write the columns as CSV and read them back as the real file would be read."""
    import pandas as pd

    from labkit.data.sample_frame import SampleFrame

    text = pd.DataFrame(columns).to_csv(index=False)
    frame = SampleFrame(parse_csv(text.encode(), expected, f"sample of {name}"))
    scale = len(frame) / _rows(name)
    return FrameDataset(name, "sample", frame, target, scale=scale)


def _rows(name):
    return catalog.entry(name).rows


def _draw(z, rng):
    """Draw 0 or 1 with the probability that the logistic function gives to z."""
    return (rng.random(len(z)) < 1 / (1 + np.exp(-z))).astype(int)


def _blank(values, where):
    """Replace some values by missing ones."""
    return np.where(where, None, np.asarray(values, dtype=object))


def _some(n, number, rng):
    """Mask of n places, exactly ``number`` of them true."""
    return np.isin(np.arange(n), rng.choice(n, size=number, replace=False))


def _surname(rng):
    return rng.choice(_STARTS) + rng.choice(_ENDS)


def _passenger(sex, age, rng):
    """Make up a name with the title that fits, as in 'Holton, Mrs. Elner'."""
    child = age < 14
    title = ("Master" if child else "Mr") if sex == "male" else ("Miss" if age < 25 else "Mrs")
    return f"{_surname(rng)}, {title}. {rng.choice(_STARTS)}{rng.choice(['a', 'en', 'in', 'o'])}"


def _ticket(rng):
    """Make up a ticket: mostly a number, sometimes with letters before it."""
    number = rng.integers(1_000, 400_000)
    return f"PC {number}" if rng.random() < 0.25 else str(number)


def _cabins(rng, n):
    """Make up cabins, as in 'C85'."""
    decks, numbers = rng.choice(list("ABCDE"), n), rng.integers(1, 130, n)
    return [f"{deck}{number}" for deck, number in zip(decks, numbers, strict=True)]


SAMPLES = {
    ("titanic", None): titanic,
    ("churn", None): churn,
    ("california_housing", None): california_housing,
    ("california_housing", "hands-on"): hands_on,
}
