"""Tables and images of the user's own: what passes, and what each refusal says."""

import io

import numpy as np
import pandas as pd
import pytest

from labkit.data import SchemaError, UnknownDatasetError, check_frame, check_images
from labkit.data.sample import build
from labkit.data.schema import SCHEMAS

CUSTOMER = {
    "CreditScore": 600, "Geography": "France", "Gender": "Male", "Age": 40, "Tenure": 3,
    "Balance": 60000.0, "NumOfProducts": 2, "HasCrCard": 1, "IsActiveMember": 1,
    "EstimatedSalary": 50000.0,
}  # fmt: skip


@pytest.fixture
def titanic():
    return pd.DataFrame(build("titanic").frame)


@pytest.fixture
def churn():
    return pd.DataFrame(build("churn").frame)


@pytest.fixture
def customer():
    return pd.DataFrame([CUSTOMER])


class TestFramesThatPass:
    @pytest.mark.parametrize("name", SCHEMAS)
    def test_the_sample_comes_back_itself(self, name):
        frame = build(name).frame
        assert check_frame(frame, name) is frame

    @pytest.mark.parametrize("name", SCHEMAS)
    def test_a_table_passes_after_a_round_trip_through_a_csv_file(self, name):
        text = pd.DataFrame(build(name).frame).to_csv(index=False)
        check_frame(pd.read_csv(io.StringIO(text)), name)

    def test_order_and_further_columns_do_not_matter(self, churn):
        check_frame(churn[churn.columns[::-1]].assign(note="x"), "churn")

    def test_a_new_customer_needs_neither_label_nor_identifiers(self, customer):
        check_frame(customer, "churn", target=False)

    def test_one_row_taken_out_of_a_table_passes(self, titanic):
        check_frame(titanic.iloc[[0]].drop(columns="Survived"), "titanic", target=False)

    def test_text_columns_of_the_old_kind_pass(self, churn):
        check_frame(churn.astype({"Geography": object}), "churn")

    def test_a_passenger_without_cabin_and_age_passes(self, titanic):
        passenger = titanic.iloc[[0]].assign(Cabin=None, Age=np.nan)
        check_frame(passenger, "titanic")


class TestFramesThatAreRefused:
    def test_a_missing_column_is_named(self, titanic):
        with pytest.raises(SchemaError, match="no column 'Fare' of 'titanic'"):
            check_frame(titanic.drop(columns="Fare"), "titanic")

    @pytest.mark.parametrize("new", ["geography", "GEOGRAPHY ", "Geo_graphy", "Geograhpy"])
    def test_a_renamed_column_is_recognised(self, churn, new):
        renamed = churn.rename(columns={"Geography": new})
        with pytest.raises(SchemaError, match=f"rename '{new}' to 'Geography'"):
            check_frame(renamed, "churn")

    def test_a_column_of_quite_another_name_is_listed(self, churn):
        with pytest.raises(SchemaError, match=r"there are also: \['land'\]"):
            check_frame(churn.rename(columns={"Geography": "land"}), "churn")

    def test_identifiers_belong_to_a_whole_table(self, churn):
        with pytest.raises(SchemaError, match="no column 'Surname'"):
            check_frame(churn.drop(columns="Surname"), "churn")

    def test_no_rows_are_refused(self, titanic):
        with pytest.raises(SchemaError, match="the table is empty: 0 rows and 12 columns"):
            check_frame(titanic.iloc[:0], "titanic")

    def test_no_columns_are_refused(self):
        with pytest.raises(SchemaError, match="empty: 0 rows and 0 columns"):
            check_frame(pd.DataFrame(), "churn")

    @pytest.mark.parametrize("thing", [None, [CUSTOMER], pd.Series(CUSTOMER), np.zeros((2, 14))])
    def test_what_is_no_table_is_refused(self, thing):
        with pytest.raises(SchemaError, match=f"got {type(thing).__name__}"):
            check_frame(thing, "churn")

    @pytest.mark.parametrize("ages", [["40", "old"], ["old", 40]])
    def test_the_first_value_that_is_no_number_is_shown(self, churn, ages):
        frame = churn.iloc[:2].astype({"Age": object}).assign(Age=ages)
        with pytest.raises(SchemaError, match=r"'Age' must hold numbers.*row \d holds 'old'"):
            check_frame(frame, "churn")

    def test_numbers_written_as_text_are_refused_with_the_cure(self, churn):
        frame = churn.assign(Balance=churn["Balance"].astype(str))
        with pytest.raises(SchemaError, match=r"pd.to_numeric\(frame\['Balance'\]\)"):
            check_frame(frame, "churn")

    def test_a_number_among_texts_is_refused(self, titanic):
        frame = titanic.assign(Sex=(titanic["Sex"] == "male").astype(int))
        with pytest.raises(SchemaError, match=r"'Sex' must hold text; row 0 holds \d"):
            check_frame(frame, "titanic")

    def test_a_gap_is_refused_where_the_published_table_has_none(self, customer):
        customer["Age"] = np.nan
        with pytest.raises(SchemaError, match="'Age' has 1 missing values, the first in row 0"):
            check_frame(customer, "churn", target=False)

    def test_an_infinite_value_is_refused(self, customer):
        customer["Balance"] = np.inf
        with pytest.raises(SchemaError, match="'Balance' must hold finite numbers; row 0 holds"):
            check_frame(customer, "churn", target=False)

    def test_a_label_is_0_or_1(self, churn):
        with pytest.raises(SchemaError, match="'Exited' must hold 0 or 1"):
            check_frame(churn.assign(Exited=2), "churn")

    def test_the_label_must_not_be_among_new_rows(self, customer):
        with pytest.raises(SchemaError, match="'Exited', the label that is to be predicted"):
            check_frame(customer.assign(Exited=0), "churn", target=False)

    def test_a_column_that_is_there_twice_is_refused(self, customer):
        twice = pd.concat([customer, customer[["Age"]]], axis=1)
        with pytest.raises(SchemaError, match="'Age' more than once"):
            check_frame(twice, "churn", target=False)

    def test_another_table_is_unknown(self, churn):
        with pytest.raises(UnknownDatasetError, match="'titanic' and 'churn'"):
            check_frame(churn, "iris")

    def test_nothing_is_changed(self, churn):
        before = churn.copy()
        with pytest.raises(SchemaError):
            check_frame(churn.rename(columns={"Age": "age"}), "churn")
        pd.testing.assert_frame_equal(churn, before)


class TestImages:
    def test_an_array_comes_back_itself(self):
        X = np.zeros((3, 28, 28), np.uint8)
        assert check_images(X) is X

    def test_another_shape_may_be_asked_for(self):
        assert check_images([[[1, 2, 3], [4, 5, 6]]], shape=(2, 3)).shape == (1, 2, 3)

    @pytest.mark.parametrize(
        ("shape", "cure"),
        [
            ((28, 28), r"give a batch of one: X\[None\]"),
            ((784,), r"one image laid flat: X.reshape\(1, 28, 28\)"),
            ((5, 784), r"X.reshape\(-1, 28, 28\)"),
            ((5, 28, 28, 1), r"X\[..., 0\]"),
            ((5, 28, 28, 3), r"X.mean\(axis=-1\)"),
            ((5, 32, 32), "bring every image to 28 by 28"),
            ((), "bring every image to 28 by 28"),
        ],
    )
    def test_the_cure_for_another_shape_is_named_and_works(self, shape, cure):
        X = np.zeros(shape)
        with pytest.raises(SchemaError, match=cure) as caught:
            check_images(X)
        assert str(shape) in str(caught.value)
        expression = caught.value.remedy.rpartition(": ")[2].rstrip(".")
        if expression.startswith("X"):
            check_images(eval(expression, {"X": X}))

    def test_no_image_is_refused(self):
        with pytest.raises(SchemaError, match=r"no images: the shape is \(0, 28, 28\)"):
            check_images(np.zeros((0, 28, 28)))

    def test_images_of_different_sizes_are_refused(self):
        with pytest.raises(SchemaError, match="one common shape"):
            check_images([np.zeros((28, 28)), np.zeros((20, 20))])

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_pixels_are_finite(self, bad):
        with pytest.raises(SchemaError, match="not finite"):
            check_images(np.full((1, 28, 28), bad))

    def test_pixels_are_numbers(self):
        with pytest.raises(SchemaError, match=r"must hold finite numbers; got <U\d"):
            check_images(np.full((1, 28, 28), "x"))
