import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from labkit.data.errors import ContentError
from labkit.data.formats import gunzip, parse_csv, parse_idx, parse_numbers, tar_member

ARRAYS = arrays(np.uint8, array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6))


@given(array=ARRAYS)
def test_idx_gives_back_any_array(idx_bytes, array):
    read = parse_idx(idx_bytes(array), "x")
    assert read.dtype == np.uint8
    assert read.shape == array.shape
    assert np.array_equal(read, array)


@given(array=ARRAYS, data=st.data())
def test_idx_that_ends_early_is_refused(idx_bytes, array, data):
    whole = idx_bytes(array)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ContentError, match=r"^x "):
        parse_idx(whole[:cut], "x")


@given(array=ARRAYS, more=st.binary(min_size=1, max_size=9))
def test_idx_with_bytes_to_spare_is_refused(idx_bytes, array, more):
    with pytest.raises(ContentError, match=f"found {array.size + len(more):,}"):
        parse_idx(idx_bytes(array) + more, "x")


@given(data=st.binary(max_size=60) | st.binary(max_size=60).map(lambda b: b"\0\0\x08" + b))
def test_idx_of_arbitrary_bytes_is_an_array_or_a_clear_error(data):
    try:
        read = parse_idx(data, "x")
    except ContentError:
        return
    assert read.nbytes == len(data) - 4 - 4 * read.ndim


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "found nothing"),
        (b"\0\0\x0d\1\0\0\0\1\0", "start with 00 00 08, found 00 00 0d 01"),
        (b"\x1f\x8b\x08\0", "found 1f 8b 08 00"),
        (b"\0\0\x08\0", "announces 0 axes"),
        (b"\0\0\x08\3\0\0\0\1", "takes 16 bytes, and has 8 bytes"),
        (b"\0\0\x08\2\0\0\0\2\0\0\0\3abcde", r"expected 6 values for the shape \(2, 3\), found 5"),
        (b"\0\0\x08\x64" + b"\0\0\0\1" * 100 + b"!", "fits no array"),
        (b"\0\0\x08\4\0\0\0\0" + b"\xff" * 12, "fits no array"),
    ],
)
def test_broken_idx_is_told_by_what_is_wrong(data, words):
    with pytest.raises(ContentError, match=words):
        parse_idx(data, "train-images")


def test_idx_arrays_can_be_written(idx_bytes):
    array = parse_idx(idx_bytes(np.zeros((2, 2), np.uint8)), "x")
    array[0, 0] = 1
    assert array.sum() == 1


@given(data=st.binary(max_size=2000))
def test_gunzip_gives_back_any_bytes(data):
    assert gunzip(gzip.compress(data), "x.gz") == data


@given(data=st.binary(min_size=1, max_size=300), share=st.floats(0, 1, exclude_max=True))
def test_gzip_that_ends_early_is_refused(data, share):
    packed = gzip.compress(data)
    with pytest.raises(ContentError, match=r"^x\.gz"):
        gunzip(packed[: int(share * len(packed))], "x.gz")


@pytest.mark.parametrize(
    "more", [b"x", gzip.compress(b"second"), b"\0" * 8], ids=["byte", "gzip", "zeros"]
)
def test_gzip_followed_by_more_is_refused(more):
    with pytest.raises(ContentError, match="bytes follow it"):
        gunzip(gzip.compress(b"first") + more, "x.gz")


@pytest.mark.parametrize(
    "data", [b"", b"no archive", gzip.compress(b"no archive")], ids=["empty", "text", "gzip"]
)
def test_what_is_no_archive_is_refused(data):
    with pytest.raises(ContentError, match="is not a readable tar archive"):
        tar_member(data, "member", "a.tgz")


def test_folder_in_an_archive_is_no_file(kit):
    with pytest.raises(ContentError, match=r"a\.tgz holds no file 'other'"):
        tar_member(kit.tar(member=b"x"), "other", "a.tgz")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_reads_quotes_commas_and_either_line_ending(newline):
    text = newline.join(["name,age", '"Holm, Miss. Ann ""Annie""",0.5', "Lee,"]) + newline
    frame = parse_csv(text.encode(), ["name", "age"], "x.csv")
    assert frame.name.tolist() == ['Holm, Miss. Ann "Annie"', "Lee"]
    assert frame.age.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a readable CSV"),
        (b"a,b\n1,2\n1,2,3\n", "not a readable CSV"),
        (b"a,b\n\xff,2\n", "not a readable CSV"),
        (b"a,c\n1,2\n", r"Expected: a, b\.\nFound: a, c"),
        (b"b,a\n1,2\n", "other columns"),
        (b"a,b\n", "no rows"),
    ],
)
def test_broken_csv_is_told_by_what_is_wrong(data, words):
    with pytest.raises(ContentError, match=words):
        parse_csv(data, ["a", "b"], "x.csv")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b" \n", "holds no numbers"),
        (b"# 1,2\n", "not a table of numbers"),
        (b"1,2\n3,x\n", "not a table of numbers"),
        (b"1,2\n3\n", "not a table of numbers"),
        (b"1,2,3\n", "3 columns, expected 2"),
    ],
)
def test_broken_numbers_are_told_by_what_is_wrong(data, words):
    with pytest.raises(ContentError, match=words):
        parse_numbers(data, 2, "x.data")
