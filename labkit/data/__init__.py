"""Data sets of the course: what exists, where the bytes are, typed arrays and tables.

``load("fashion_mnist")`` reads ``$LABKIT_DATA``, the cache, or the published address, always
verified by SHA-256; if the real data cannot be had it serves a labelled sample.
"""

from labkit.data.catalog import entry, names
from labkit.data.datasets import ArrayDataset, Dataset, FrameDataset, ImageDataset, Split
from labkit.data.errors import (
    AlteredFileError,
    CacheNotWritableError,
    ContentError,
    DataError,
    DiskFullError,
    LockTimeoutError,
    NoNetworkError,
    SchemaError,
    UnavailableError,
    UnknownDatasetError,
    WrongDownloadError,
)
from labkit.data.files import fetch, status, verify
from labkit.data.loaders import load
from labkit.data.sample import SampleDataWarning
from labkit.data.schema import check_frame, check_images

__all__ = [
    "AlteredFileError",
    "ArrayDataset",
    "CacheNotWritableError",
    "ContentError",
    "DataError",
    "Dataset",
    "DiskFullError",
    "FrameDataset",
    "ImageDataset",
    "LockTimeoutError",
    "NoNetworkError",
    "SampleDataWarning",
    "SchemaError",
    "Split",
    "UnavailableError",
    "UnknownDatasetError",
    "WrongDownloadError",
    "check_frame",
    "check_images",
    "entry",
    "fetch",
    "load",
    "names",
    "status",
    "verify",
]
