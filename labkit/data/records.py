"""The records that the catalog is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One address from which a file can be had.

    Parameters
    ----------
    url : str
        Address, pinned to a commit wherever the host allows it.
    bytes : int
        Size of what the address serves.
    sha256 : str
        SHA-256 of what the address serves.
    member : str, optional
        The address serves a tar archive and the file is this member of it.
    lf : bool
        The address serves the file's text with LF line endings, the file has CRLF.
    """

    url: str
    bytes: int
    sha256: str
    member: str | None = None
    lf: bool = False


@dataclass(frozen=True)
class DataFile:
    """One published file.

    Parameters
    ----------
    path : str
        Place in a data folder, as in ``"titanic/titanic.csv"``.
    bytes : int
        Size of the file.
    sha256 : str
        SHA-256 of the file.
    sources : tuple of Source
        Where to get it, tried in this order.
    unpacked_sha256 : str, optional
        SHA-256 of the content of a compressed file.
    member : str, optional
        The file is a tar archive and this member is the content.
    """

    path: str
    bytes: int
    sha256: str
    sources: tuple[Source, ...]
    unpacked_sha256: str | None = None
    member: str | None = None

    @property
    def dataset(self):
        """Name of the data set the file belongs to."""
        return self.path.partition("/")[0]

    @property
    def name(self):
        """File name without its folder; the two image sets share theirs."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Entry:
    """One data set of the catalog.

    Parameters
    ----------
    name : str
        What :func:`labkit.data.load` is called with.
    title, content : str
        What it is, in a few words.
    rows : int
        Rows of the training part (all rows where there is no official test part).
    licence, licence_note : str
        Licence in short, and what to know before passing the data on.
    citation, home : str
        How to cite it and where it lives.
    files : tuple of DataFile
        Its files; empty for data that comes with scikit-learn.
    variants : tuple of str
        Other forms that ``load(name, variant=...)`` offers.
    """

    name: str
    title: str
    content: str
    rows: int
    licence: str
    licence_note: str
    citation: str
    home: str
    files: tuple[DataFile, ...] = ()
    variants: tuple[str, ...] = ()

    @property
    def with_sklearn(self):
        """Whether the data comes with scikit-learn and needs no file."""
        return not self.files

    @property
    def bytes(self):
        """Size of all files together."""
        return sum(file.bytes for file in self.files)
