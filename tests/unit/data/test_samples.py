import io
import pickle
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from labkit.data import NoNetworkError, SampleDataWarning, load, names
from labkit.data.datasets import SAMPLE_LABEL
from labkit.data.sample import HOOK, build
from labkit.data.sample_images import SAMPLES as IMAGES
from labkit.data.sample_tables import SAMPLES as TABLES

SAMPLES = [*TABLES, *IMAGES]
FRAMES = [("titanic", None), ("churn", None), ("california_housing", "hands-on")]


@pytest.fixture(autouse=True)
def clean_figures():
    """What a sample does to figures ends with the test."""
    with mpl.rc_context({"backend": "agg"}):
        yield
    from matplotlib import pyplot as plt

    plt.close("all")


def serve(name, variant=None, **options):
    with pytest.warns(SampleDataWarning):
        return load(name, variant=variant, **options)


def test_every_data_set_but_scikit_learns_has_a_sample():
    assert {name for name, _ in SAMPLES} == set(names()) - {"iris", "digits"}


@pytest.mark.parametrize(("name", "variant"), FRAMES)
def test_sample_tables_have_the_schema_of_the_real_ones(real, name, variant):
    sample, true = build(name, variant).frame, load(name, variant=variant).frame
    assert sample.dtypes.to_dict() == true.dtypes.to_dict()
    assert list(sample.columns) == list(true.columns)
    assert set(sample.columns[sample.isna().any()]) == set(true.columns[true.isna().any()])
    assert build(name, variant).target == load(name, variant=variant).target


@pytest.mark.parametrize(
    ("name", "variant", "column"),
    [
        ("titanic", None, "Sex"),
        ("titanic", None, "Pclass"),
        ("titanic", None, "Embarked"),
        ("churn", None, "Geography"),
        ("churn", None, "Gender"),
        ("churn", None, "NumOfProducts"),
        ("california_housing", "hands-on", "ocean_proximity"),
    ],
)
def test_sample_tables_have_the_categories_of_the_real_ones(real, name, variant, column):
    sample, true = build(name, variant).frame, load(name, variant=variant).frame
    assert set(sample[column].dropna()) == set(true[column].dropna())


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_sample_images_have_the_schema_of_the_real_ones(real, name):
    sample, true = build(name), load(name)
    for part in ("X_train", "y_train", "X_test", "y_test"):
        ours, theirs = getattr(sample, part), getattr(true, part)
        assert (ours.dtype, ours.shape[1:]) == (theirs.dtype, theirs.shape[1:])
    assert sample.class_names == true.class_names
    assert set(sample.y_train) == set(sample.y_test) == set(range(10))
    assert sample.X_train.max() > 200


def test_sample_of_california_housing_has_the_schema_of_the_real_one(real):
    sample, true = build("california_housing"), load("california_housing")
    assert (sample.feature_names, sample.target_name) == (true.feature_names, true.target_name)
    assert (sample.X.dtype, sample.y.dtype, sample.X.shape[1]) == (true.X.dtype, true.y.dtype, 8)
    low, high = true.X.min(axis=0), true.X.max(axis=0)
    margin = 0.05 * (high - low)
    assert ((low - margin <= sample.X) & (high + margin >= sample.X)).mean() > 0.99
    assert ((sample.y >= true.y.min()) & (sample.y <= true.y.max())).all()


STATE = """
from labkit.data.sample import build

def state(name, variant):
    fields = vars(build(name, variant)).items()
    return {k: v.to_csv() if hasattr(v, "to_csv") else v for k, v in fields}
"""


@pytest.fixture(scope="module")
def other_process():
    """Every sample as another process makes it."""
    code = f"import sys, pickle{STATE}\nstates = [state(*each) for each in {SAMPLES!r}]\n"
    code += "sys.stdout.buffer.write(pickle.dumps(states))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    return dict(zip(SAMPLES, pickle.loads(out), strict=True))


@pytest.mark.parametrize(("name", "variant"), SAMPLES)
def test_a_sample_is_the_same_in_every_process(other_process, name, variant):
    exec(STATE, here := {})
    np.testing.assert_equal(other_process[name, variant], here["state"](name, variant))


@pytest.mark.parametrize(("name", "variant"), SAMPLES)
def test_a_sample_is_small(name, variant):
    data = build(name, variant)
    size = sum(v.nbytes for v in vars(data).values() if hasattr(v, "nbytes"))
    size += data.frame.memory_usage(deep=True).sum() if hasattr(data, "frame") else 0
    assert size < 2_000_000


def test_warning_says_why_and_what_to_do_at_the_line_that_asked():
    with pytest.warns(SampleDataWarning) as caught:
        load("titanic")
    (warning,) = caught
    text = str(warning.message)
    assert SAMPLE_LABEL in text
    assert "LABKIT_OFFLINE" in text
    assert "What to do: Unset LABKIT_OFFLINE and run `labkit data fetch titanic`" in text
    assert warning.filename == __file__


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_strict_mode_turns_the_sample_into_an_error(monkeypatch, value):
    monkeypatch.setenv("LABKIT_DATA_STRICT", value)
    with pytest.raises(NoNetworkError, match="LABKIT_OFFLINE"):
        load("titanic")


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_strict_mode_can_be_switched_off(monkeypatch, value):
    monkeypatch.setenv("LABKIT_DATA_STRICT", value)
    assert serve("titanic").is_sample


@pytest.mark.parametrize(("name", "variant"), SAMPLES)
def test_a_served_sample_says_so(name, variant):
    data = serve(name, variant)
    assert (data.is_sample, data.origin) == (True, "sample")
    assert repr(data).startswith(SAMPLE_LABEL)


@pytest.mark.parametrize(
    "view",
    [
        lambda frame: frame,
        lambda frame: frame.head(3),
        lambda frame: frame[frame.Age > 30],
        lambda frame: frame.Age,
        lambda frame: frame.describe(),
        lambda frame: frame.groupby("Sex").Survived.mean(),
        lambda frame: frame.Sex.value_counts(),
        lambda frame: frame.Age.describe(),
        lambda frame: frame[["Sex", "Pclass"]].value_counts(),
        lambda frame: frame[["Age", "Fare"]].corr(),
        lambda frame: frame.isna().sum(),
        lambda frame: frame.dtypes,
        lambda frame: frame.drop(columns="Name").dropna(),
        lambda frame: frame.Age.to_frame(),
    ],
)
def test_sample_tables_are_labelled_in_every_print(view):
    shown = view(build("titanic").frame)
    assert str(shown).startswith(SAMPLE_LABEL)
    assert not hasattr(shown, "_repr_html_") or SAMPLE_LABEL in shown._repr_html_()


BOTH = pytest.mark.parametrize("part", [lambda frame: frame, lambda frame: frame.Age])


@BOTH
def test_sample_info_begins_with_the_label(part, capsys):
    written = io.StringIO()
    part(build("titanic").frame).info(buf=written)
    assert capsys.readouterr().out == ""
    part(build("titanic").frame).info()
    assert capsys.readouterr().out == written.getvalue()
    assert written.getvalue().startswith(f"{SAMPLE_LABEL}\n<class ")
    assert "Age" in written.getvalue()


@BOTH
def test_sample_to_string_begins_with_the_label_wherever_it_goes(part, tmp_path):
    table, written = part(build("titanic").frame), io.StringIO()
    text = table.to_string(max_rows=4)
    assert text == f"{SAMPLE_LABEL}\n{plain(table).to_string(max_rows=4)}"
    assert table.to_string(written, max_rows=4) is None
    assert table.to_string(tmp_path / "table.txt", max_rows=4) is None
    assert (tmp_path / "table.txt").read_text(encoding="utf-8") == written.getvalue() == text


def plain(table):
    """The same table or column without a label."""
    return pd.DataFrame(table) if isinstance(table, pd.DataFrame) else pd.Series(table)


def test_sample_to_string_takes_the_encoding_of_a_file(tmp_path):
    frame = build("titanic").frame.head(1).assign(Name="é")
    frame.to_string(tmp_path / "table.txt", encoding="latin-1")
    assert "é" in (tmp_path / "table.txt").read_text(encoding="latin-1")


@pytest.mark.parametrize("large_repr", ["truncate", "info"])
@BOTH
def test_a_print_has_the_label_once(part, large_repr):
    with pd.option_context("display.large_repr", large_repr):
        assert str(part(build("titanic").frame)).count(SAMPLE_LABEL) == 1


def test_split_of_a_sample_table_stays_labelled():
    split = build("churn").split(test=0.2, validation=2000)
    assert SAMPLE_LABEL in repr(split.X_train)
    assert SAMPLE_LABEL in repr(split.y_valid)
    assert len(split.y_valid) == 200


def stamps(figure):
    return [text for text in figure.texts if text.get_gid() == "labkit-sample"]


def test_figures_made_after_a_sample_carry_one_stamp_each():
    from matplotlib import pyplot as plt

    before = plt.figure()
    serve("titanic")
    serve("churn")
    after, (also, _) = plt.figure(), plt.subplots()
    assert [len(stamps(figure)) for figure in (before, after, also)] == [0, 1, 1]
    assert stamps(after)[0].get_text() == SAMPLE_LABEL
    assert mpl.rcParams["figure.hooks"].count(HOOK) == 1


def test_loading_again_stamps_figures_that_lost_the_stamp():
    from matplotlib import pyplot as plt

    with mpl.rc_context():
        serve("titanic")
    without = plt.figure()
    serve("titanic")
    assert [len(stamps(figure)) for figure in (without, plt.figure())] == [0, 1]


def test_real_data_is_silent_and_leaves_figures_alone(real):
    code = (
        "from labkit import data\n"
        "for name in data.names(): print(data.load(name))\n"
        "from matplotlib import pyplot as plt\n"
        "assert plt.figure().texts == []"
    )
    command = [sys.executable, "-W", "always", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "SAMPLE" not in done.stdout


@pytest.mark.parametrize("validation", [5000, 0.1])
def test_validation_works_on_a_sample_as_on_the_real_data(validation):
    data = serve("fashion_mnist", validation=validation)
    n_valid = {5000: 125, 0.1: 150}[validation]
    assert (len(data.y_train), len(data.y_valid)) == (1500 - n_valid, n_valid)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_classes_of_sample_images_can_be_learned_but_not_perfectly_by_a_mean(name):
    data = build(name)
    X = data.X_train.reshape(-1, 784) / 255
    means = np.stack([X[data.y_train == k].mean(axis=0) for k in range(10)])  # (10, 784)
    X_test = data.X_test.reshape(-1, 784) / 255
    distance = ((X_test[:, None] - means) ** 2).sum(axis=2)  # (n, 10)
    accuracy = (distance.argmin(axis=1) == data.y_test).mean()
    assert 0.6 < accuracy < 1


def test_sample_titanic_teaches_that_sex_and_class_matter():
    frame = build("titanic").frame
    by_sex = frame.groupby("Sex").Survived.mean()
    by_class = frame.groupby("Pclass").Survived.mean()
    assert by_sex["female"] > by_sex["male"] + 0.25
    assert by_class[1] > by_class[3] + 0.1
    assert 0.3 < frame.Survived.mean() < 0.5


def test_sample_titanic_titles_fit_sex_and_age():
    frame = build("titanic").frame
    title = frame.Name.str.extract(r", ([^.]*)\.")[0]
    assert set(title) <= {"Mr", "Mrs", "Miss", "Master"}
    assert (title.isin(["Mr", "Master"]) == (frame.Sex == "male")).all()
    assert (frame.Age[title == "Master"].dropna() < 14).all()


def test_sample_churn_can_be_learned_better_than_its_baseline():
    split = build("churn").split(test=0.3)
    columns = ["Age", "IsActiveMember", "NumOfProducts", "Balance"]
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    model.fit(split.X_train[columns], split.y_train)
    chance = model.predict_proba(split.X_test[columns])[:, 1]
    left = split.y_test.to_numpy() == 1
    assert chance[left].mean() > chance[~left].mean() + 0.1
    assert 0.15 < build("churn").frame.Exited.mean() < 0.25


def test_sample_california_housing_follows_income():
    split = build("california_housing").split(test=0.3)
    model = LinearRegression().fit(split.X_train, split.y_train)
    assert model.score(split.X_test, split.y_test) > 0.6
