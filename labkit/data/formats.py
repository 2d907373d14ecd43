"""The formats that data files come in: checksums, gzip, tar, IDX, CSV.

Bytes in, content out; whatever does not hold what its format promises is a ContentError.
"""

import hashlib
import io
import math
import tarfile
import zlib

import numpy as np

from labkit.data.errors import ContentError

GZIP = 16 + zlib.MAX_WBITS  # tells zlib to expect a gzip header and to check its CRC
UBYTE = 0x08  # the IDX code of unsigned bytes, the only type used here


def describe(size, sha256):
    """Name bytes in an error text.

    Parameters
    ----------
    size : int
        Number of bytes.
    sha256 : str
        Their SHA-256.

    Returns
    -------
    str

    Examples
    --------
    >>> describe(60302, "4a43")
    '60,302 bytes with SHA-256 4a43'
    """
    return f"{size:,} bytes with SHA-256 {sha256}"


def digest(data):
    """SHA-256 of bytes, in hexadecimal.

    Parameters
    ----------
    data : bytes
        Any bytes.

    Returns
    -------
    str

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data, usedforsecurity=False).hexdigest()


def tar_member(data, member, origin):
    """Take one member out of a tar archive, in memory.

    Parameters
    ----------
    data : bytes
        The archive, compressed or not.
    member : str
        Name of the member.
    origin : str
        Where the archive came from, for the error text.

    Returns
    -------
    bytes

    Raises
    ------
    ContentError
        If the bytes are no tar archive or lack the member.

    Examples
    --------
    >>> pack = io.BytesIO()
    >>> with tarfile.open(fileobj=pack, mode="w") as archive:
    ...     info = tarfile.TarInfo("folder/two.csv")
    ...     info.size = 3
    ...     archive.addfile(info, io.BytesIO(b"1,2"))
    >>> tar_member(pack.getvalue(), "folder/two.csv", "pack.tar")
    b'1,2'
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            content = archive.extractfile(member)
            if content is not None:
                return content.read()
    except KeyError:
        pass
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ContentError(f"{origin} is not a readable tar archive: {error}.") from None
    raise ContentError(f"{origin} holds no file {member!r}.")


def gunzip(data, origin):
    """Unpack a gzip file of one member, in memory.

    Parameters
    ----------
    data : bytes
        The compressed file.
    origin : str
        Where it came from, for the error text.

    Returns
    -------
    bytes

    Raises
    ------
    ContentError
        If it is not gzip, damaged, or ends early.

    Examples
    --------
    >>> import gzip
    >>> gunzip(gzip.compress(b"abc"), "abc.gz")
    b'abc'
    """
    # the last four bytes of a gzip file tell the size of its content: no regrowing of the buffer
    size = int.from_bytes(data[-4:], "little")
    try:
        content = zlib.decompress(data, GZIP, min(max(size, 1), 1032 * max(len(data), 1)))
    except zlib.error as error:
        raise ContentError(f"{origin} is not a whole gzip file: {error}.") from None
    if len(content) != size:
        raise ContentError(f"{origin} does not end with its gzip content: bytes follow it.")
    return content


def unpack(file, data):
    """Content of a published file: its gzip content, its tar member, or the file itself.

    Parameters
    ----------
    file : DataFile
        Tells how the file is packed, and the SHA-256 of the content.
    data : bytes
        The file.

    Returns
    -------
    bytes

    Raises
    ------
    ContentError
        If the file cannot be unpacked.

    Examples
    --------
    >>> from labkit.data.catalog import TITANIC_CSV
    >>> unpack(TITANIC_CSV, b"not packed")
    b'not packed'
    """
    if file.member:
        return tar_member(data, file.member, file.path)
    return gunzip(data, file.path) if file.path.endswith(".gz") else data


def parse_idx(data, origin):
    """Read an IDX file of unsigned bytes, the format of MNIST and Fashion-MNIST.

    Parameters
    ----------
    data : bytes
        Two zero bytes, the type code 8, the number of axes, the length of each axis as a
        big-endian 32-bit integer, then one byte per value, last axis fastest.
    origin : str
        Where the bytes came from, for the error text.

    Returns
    -------
    ndarray of uint8
        With the shape that the header tells; writable, not sharing memory with ``data``.

    Raises
    ------
    ContentError
        If the header is not IDX, or the number of values does not match it.

    Examples
    --------
    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]), "labels").tolist()
    [7, 8, 9]
    """
    if len(data) < 4 or data[:3] != bytes([0, 0, UBYTE]):
        raise ContentError(
            f"{origin} is not an IDX file of unsigned bytes: expected it to start with 00 00 08, "
            f"found {data[:4].hex(' ') or 'nothing'}."
        )
    n_axes = data[3]
    start = 4 + 4 * n_axes
    if n_axes == 0 or len(data) < start:
        raise ContentError(
            f"{origin} has a broken IDX header: it announces {n_axes} axes, "
            f"which takes {start} bytes, and has {len(data)} bytes."
        )
    shape = [int(n) for n in np.frombuffer(data, ">u4", n_axes, offset=4)]
    return _idx_values(data, start, shape, origin)


def _idx_values(data, start, shape, origin):
    """Values after an IDX header."""
    expected, found = math.prod(shape), len(data) - start
    if expected != found:
        raise ContentError(
            f"{origin} does not fit its IDX header: expected {expected:,} values for the shape "
            f"{tuple(shape)}, found {found:,}."
        )
    try:
        return np.frombuffer(data, np.uint8, offset=start).reshape(shape).copy()
    except ValueError as error:  # more axes, or longer empty ones, than an array can have
        raise ContentError(f"{origin} has an IDX header that fits no array: {error}.") from None


def parse_csv(data, columns, origin):
    r"""Read a CSV file with a header line.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8.
    columns : sequence of str
        The columns that it must have, in order.
    origin : str
        Where the bytes came from, for the error text.

    Returns
    -------
    DataFrame

    Raises
    ------
    ContentError
        If it is no CSV, or has other columns or no rows.

    Examples
    --------
    >>> parse_csv(b"a,b\r\n1,2\r\n", ["a", "b"], "two.csv").shape
    (1, 2)
    """
    import pandas as pd

    try:
        frame = pd.read_csv(io.BytesIO(data))
    except ValueError as error:
        raise ContentError(f"{origin} is not a readable CSV file: {error}.") from None
    if list(frame.columns) != list(columns):
        raise ContentError(
            f"{origin} has other columns than expected.\nExpected: {', '.join(columns)}.\n"
            f"Found: {', '.join(map(str, frame.columns))}."
        )
    if frame.empty:
        raise ContentError(f"{origin} has a header but no rows.")
    return frame


def parse_numbers(data, n_columns, origin):
    r"""Read comma-separated numbers without a header line.

    Parameters
    ----------
    data : bytes
        The file.
    n_columns : int
        Number of columns that it must have.
    origin : str
        Where the bytes came from, for the error text.

    Returns
    -------
    ndarray (n_rows, n_columns) of float64

    Raises
    ------
    ContentError
        If a value is no number, or the number of columns differs.

    Examples
    --------
    >>> parse_numbers(b"1,2\n3,4\n", 2, "numbers").tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if not data.strip():
        raise ContentError(f"{origin} holds no numbers.")
    try:
        table = np.loadtxt(io.BytesIO(data), delimiter=",", ndmin=2, comments=None)
    except ValueError as error:
        raise ContentError(f"{origin} is not a table of numbers: {error}.") from None
    if table.shape[1] != n_columns:
        raise ContentError(f"{origin} has {table.shape[1]} columns, expected {n_columns}.")
    return table
