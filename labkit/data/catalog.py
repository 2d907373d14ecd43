"""What data sets exist: files, addresses, checksums, licences, citations.

Facts only; nothing here touches a disk or a network. A file's ``path`` is relative to
a *data folder*: both ``$LABKIT_DATA`` and the user cache are laid out by these paths.
"""

import difflib

from labkit.data.errors import UnknownDatasetError
from labkit.data.records import DataFile, Entry, Source

_RAW = "https://raw.githubusercontent.com"
_GOOGLE = "https://storage.googleapis.com"


def _same_bytes(urls, size, sha256):
    """Build sources that all serve the file itself."""
    return tuple(Source(url, size, sha256) for url in urls)


def _idx_files(folder, bases, facts):
    """Describe the four IDX files of an image set; ``facts`` are (name, bytes, sha256, unpacked)."""
    return tuple(
        DataFile(
            path=f"{folder}/{name}",
            bytes=size,
            sha256=sha256,
            sources=_same_bytes([base + name for base in bases], size, sha256),
            unpacked_sha256=unpacked,
        )
        for name, size, sha256, unpacked in facts
    )


_TITANIC_SHA = "4a437fde05fe5264e1701a7387ac6fb75393772ba38bb2c9c566405af5af4bd7"
TITANIC_CSV = DataFile(
    path="titanic/titanic.csv",
    bytes=60_302,
    sha256=_TITANIC_SHA,
    sources=_same_bytes(
        [f"{_RAW}/datasciencedojo/datasets/f0ccab6a7ceafdff780052166fb6fab3311398eb/titanic.csv"],
        60_302,
        _TITANIC_SHA,
    ),
)

_CHURN_SHA = "3996cd1fa372e0db0cd9c0ebac35bbd4e8e3c65fb942bb010c826e7b1eeef0a0"
CHURN_CSV = DataFile(
    path="churn/Churn_Modelling.csv",
    bytes=684_858,
    sha256=_CHURN_SHA,
    sources=(
        Source(
            f"{_RAW}/stabgan/ANN-on-Churn-Modelling-Dataset-using-Keras/"
            "94480f01147df748550a972c72869d28c16c4628/Churn_Modelling.csv",
            684_858,
            _CHURN_SHA,
        ),
        Source(
            f"{_RAW}/AaronWard/Churn-Modelling-Artificial-Neural-Network/"
            "6555107f649840a193397f74df9c0625e909e1e3/Churn_Modelling.csv",
            674_857,
            "ee2a5c9d8daf3aed0d91c4d883a84ebb77d271447bebc0f0c80aafb0f288ceab",
            lf=True,
        ),
    ),
)

FASHION_FILES = _idx_files(
    "fashion_mnist",
    (
        f"{_GOOGLE}/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        f"{_RAW}/zalandoresearch/fashion-mnist/"
        "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
    ),
    (
        (
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
)

MNIST_FILES = _idx_files(
    "mnist",
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        f"{_GOOGLE}/cvdf-datasets/mnist/",
    ),
    (
        (
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
)

_CAL_ARCHIVES = (
    "https://ndownloader.figshare.com/files/5976036",
    "https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.tgz",
)


def _cal_archive(name):
    """Build the sources of one member of the canonical archive ``cal_housing.tgz``."""
    sha256 = "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681"
    return tuple(
        Source(url, 441_963, sha256, member=f"CaliforniaHousing/{name}") for url in _CAL_ARCHIVES
    )


_CAL_SHA = "a2b44dcc7e1c9091b43c4f458b25cbd1f7e8068d08edd26bc4703108d3fa6214"
CAL_DATA = DataFile(
    path="california_housing/cal_housing.data",
    bytes=2_071_484,
    sha256=_CAL_SHA,
    sources=_cal_archive("cal_housing.data")
    + _same_bytes(
        [
            f"{_RAW}/RouNNdeL/uma-projekt/"
            "53916b5d81c17ac27ecc5570c6bd14a13303516b/data/cal_housing.data"
        ],
        2_071_484,
        _CAL_SHA,
    ),
)
CAL_DOMAIN = DataFile(
    path="california_housing/cal_housing.domain",
    bytes=235,
    sha256="49875a8323c6149941a1b7467942df111d255c3693dea491549a2eb94f5e32fd",
    sources=_cal_archive("cal_housing.domain"),
)
_TGZ_SHA = "354f441b3af4eb54e07818501dafc9b0865162d85a24769d754238acedc82ae1"
HOUSING_TGZ = DataFile(
    path="california_housing/housing.tgz",
    bytes=449_115,
    sha256=_TGZ_SHA,
    sources=_same_bytes(
        [
            f"{_RAW}/ageron/data/2ea73147454d2ff8c8a933913be4606f05b352ca/housing.tgz",
            "https://github.com/ageron/data/raw/main/housing.tgz",
        ],
        449_115,
        _TGZ_SHA,
    ),
    unpacked_sha256="2364609dc48bec7df3ba9dbb7041478e704ecddcee70ef1827ec3fc49d22c0cc",
    member="housing/housing.csv",
)

_SKLEARN_NOTE = "Comes with scikit-learn, which ships it under its own licence."
_ENTRIES = (
    Entry(
        name="iris",
        title="Iris flowers",
        content="150 flowers, 4 measurements in cm, 3 species",
        rows=150,
        licence="BSD-3-Clause",
        licence_note=_SKLEARN_NOTE,
        citation="R. A. Fisher. The use of multiple measurements in taxonomic problems. "
        "Annals of Eugenics 7(2), 179–188, 1936. doi:10.1111/j.1469-1809.1936.tb02137.x",
        home="https://scikit-learn.org/stable/datasets/toy_dataset.html",
    ),
    Entry(
        name="digits",
        title="Handwritten digits, 8×8",
        content="1,797 images of 8×8 pixels (0–16), 10 digits",
        rows=1797,
        licence="BSD-3-Clause",
        licence_note=_SKLEARN_NOTE,
        citation="E. Alpaydin, C. Kaynak. Optical Recognition of Handwritten Digits. "
        "UCI Machine Learning Repository, 1998. doi:10.24432/C50P49",
        home="https://scikit-learn.org/stable/datasets/toy_dataset.html",
    ),
    Entry(
        name="titanic",
        title="Titanic passengers",
        content="891 passengers, 12 columns, target Survived",
        rows=891,
        licence="none stated",
        licence_note="Neither the source repository nor the file states a licence. The table is "
        "generally held to derive from Vanderbilt University's titanic3, offered for teaching; "
        "Kaggle's competition rules govern a copy taken from there.",
        citation="Will Cukierski. Titanic: Machine Learning from Disaster. Kaggle, 2012. "
        "https://www.kaggle.com/c/titanic",
        home="https://www.kaggle.com/c/titanic",
        files=(TITANIC_CSV,),
    ),
    Entry(
        name="churn",
        title="Bank customer churn",
        content="10,000 bank customers, 14 columns, target Exited",
        rows=10_000,
        licence="none stated",
        licence_note="None is stated for the data. The repository that holds this copy is under "
        "the MIT licence (Copyright (c) 2018 Kaustabh Ganguly), which speaks of the repository, "
        "not of where the data came from. Look at the terms on Kaggle before republishing.",
        citation="Kirill Eremenko, Hadelin de Ponteves, SuperDataScience Team. Churn Modelling, "
        'data set of the course "Deep Learning A-Z". '
        "https://www.kaggle.com/datasets/shrutimechlearn/churn-modelling",
        home="https://www.kaggle.com/datasets/shrutimechlearn/churn-modelling",
        files=(CHURN_CSV,),
    ),
    Entry(
        name="fashion_mnist",
        title="Fashion-MNIST",
        content="60,000 + 10,000 images of 28×28 pixels, 10 kinds of clothing",
        rows=60_000,
        licence="MIT",
        licence_note="The MIT License, Copyright © 2017 Zalando SE, https://tech.zalando.com.",
        citation="Han Xiao, Kashif Rasul, Roland Vollgraf. Fashion-MNIST: a Novel Image Dataset "
        "for Benchmarking Machine Learning Algorithms. 2017. arXiv:1708.07747",
        home="https://github.com/zalandoresearch/fashion-mnist",
        files=FASHION_FILES,
    ),
    Entry(
        name="mnist",
        title="MNIST handwritten digits",
        content="60,000 + 10,000 images of 28×28 pixels, 10 digits",
        rows=60_000,
        licence="CC BY-SA 3.0",
        licence_note="Yann LeCun and Corinna Cortes hold the copyright of MNIST, a derivative of "
        "the NIST data sets, available under Creative Commons Attribution-ShareAlike 3.0 (so "
        "stated in the Keras documentation).",
        citation="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to "
        "document recognition. Proceedings of the IEEE 86(11), 2278–2324, 1998. Data: Y. LeCun, "
        "C. Cortes, C. J. C. Burges. The MNIST database of handwritten digits.",
        home="http://yann.lecun.com/exdb/mnist/",
        files=MNIST_FILES,
    ),
    Entry(
        name="california_housing",
        title="California housing",
        content="20,640 block groups of the 1990 census, target: median house value",
        rows=20_640,
        licence="CC BY 4.0",
        licence_note="The figshare deposit of the archive (doi:10.6084/m9.figshare.3829992, "
        "Nelson Liu, 2016) is reported to be under CC BY 4.0. StatLib, where the table first "
        "appeared, states no licence, nor do the repositories of the copies.",
        citation="R. Kelley Pace, Ronald Barry. Sparse Spatial Autoregressions. Statistics & "
        "Probability Letters 33(3), 291–297, 1997. doi:10.1016/S0167-7152(96)00140-X. For the "
        "variant 'hands-on' also: Aurélien Géron. Hands-On Machine Learning with Scikit-Learn, "
        "Keras, and TensorFlow. O'Reilly, 3rd edition, 2022.",
        home="https://doi.org/10.6084/m9.figshare.3829992",
        files=(CAL_DATA, CAL_DOMAIN, HOUSING_TGZ),
        variants=("hands-on",),
    ),
)
CATALOG = {entry.name: entry for entry in _ENTRIES}


def names():
    """Names of all data sets.

    Returns
    -------
    tuple of str
        In the order in which the course meets them.

    Examples
    --------
    >>> names()[:2]
    ('iris', 'digits')
    """
    return tuple(CATALOG)


def entry(name):
    """Catalog entry of one data set.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    Entry

    Raises
    ------
    UnknownDatasetError
        If the catalog has no such name; the message offers close matches.

    Examples
    --------
    >>> entry("fashion_mnist").licence
    'MIT'
    """
    try:
        return CATALOG[name]
    except (KeyError, TypeError):
        raise UnknownDatasetError(f"no data set is called {name!r}.", _suggest(name)) from None


def _suggest(name):
    """Close matches of a wrong name, else the whole list."""
    wanted = str(name).lower().replace("-", "_").replace(" ", "_")
    close = difflib.get_close_matches(wanted, CATALOG, n=2, cutoff=0.6)
    known = f"The data sets are {', '.join(CATALOG)}."
    if not close:
        return known
    return f"Did you mean {' or '.join(map(repr, close))}? {known}"
