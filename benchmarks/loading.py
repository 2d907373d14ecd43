"""Loading Fashion-MNIST from a warm cache, against plain gunzip and ``np.frombuffer``.

Both sides in one process, in turns, so that a busy machine slows both. The plain side
verifies nothing; the ratio is the price of SHA-256, checks and writable arrays.

    python benchmarks/loading.py
"""

import gzip
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from labkit.data import DataError

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "loading.json"
LIMIT_S = 0.5
ROUNDS = 9


def fill_cache(cache):
    """Copy the published files into a cache, by way of the store, without a network."""
    from labkit.data import catalog
    from labkit.data.store import Store

    source = os.environ.get("LABKIT_DATA") or ROOT.parent / "shared" / "data"
    here = Store(folder=Path(source), cache=Path(cache), offline=False)
    for file in catalog.entry("fashion_mnist").files:
        path = Path(cache) / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(here.read(file).data)


def load_with_labkit():
    from labkit.data import load

    return load("fashion_mnist").X_train


def load_plainly():
    from labkit.data import catalog

    arrays = []
    for file in catalog.entry("fashion_mnist").files:
        data = (Path(os.environ["LABKIT_CACHE"]) / file.path).read_bytes()
        offset = 16 if "images" in file.name else 8
        arrays.append(np.frombuffer(gzip.decompress(data), np.uint8, offset=offset))
    return arrays[0].reshape(-1, 28, 28)


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measure():
    assert np.array_equal(load_with_labkit(), load_plainly())
    pairs = [(seconds(load_with_labkit), seconds(load_plainly)) for _ in range(ROUNDS)]
    ours, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "benchmark": "load fashion_mnist from a warm cache",
        "labkit_s": round(ours, 4),
        "labkit_best_s": round(min(pair[0] for pair in pairs), 4),
        "plain_s": round(plain, 4),
        "ratio": round(ours / plain, 3),
        "limit_s": LIMIT_S,
        "rounds": ROUNDS,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
    }


def main():
    with tempfile.TemporaryDirectory() as cache:
        try:
            fill_cache(cache)
        except DataError as error:
            sys.exit(f"The benchmark needs the published files. {error}")
        os.environ.pop("LABKIT_DATA", None)
        os.environ |= {"LABKIT_CACHE": cache, "LABKIT_OFFLINE": "1", "LABKIT_DATA_STRICT": "1"}
        result = measure()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(
        f"labkit {result['labkit_s']:.3f} s, plain {result['plain_s']:.3f} s "
        f"(medians of {ROUNDS}), ratio {result['ratio']:.2f}, limit {LIMIT_S} s"
    )
    return 0 if result["labkit_s"] < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
