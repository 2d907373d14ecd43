"""The same TensorFlow work on CPU and, where there is one, on GPU: makes the recorded table.

Every device that TensorFlow sees computes matrix products, copies, training steps of
784-300-100-10 (eager, as a graph, compiled by XLA), a wide network in three precisions, and
batches of many sizes. Fair means: a first call that does not count, then several rounds of as many
calls as fill a moment, the device waited for at the end of each, and the median of the rounds.

    python benchmarks/gpu.py                  # measure and print
    python benchmarks/gpu.py --record         # also write labkit/recorded_gpu.json
    python benchmarks/gpu.py --table          # print what is recorded
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labkit import recorded
from labkit.device import cpu_count, keras_on_tensorflow
from labkit.errors import LabkitError

with keras_on_tensorflow():
    import keras
    import tensorflow as tf

LAYERS, RATE, STEP_BATCH = (784, 300, 100, 10), 0.01, 128
POLICIES = {"float32": "float32", "float16": "mixed_float16", "bfloat16": "mixed_bfloat16"}


class Sizes(NamedTuple):
    """How much is measured."""

    products: tuple  # rows of the matrices
    megabytes: int  # copied
    hidden: int  # units of the wide network
    wide_batch: int
    batches: tuple
    rounds: int
    moment: float  # seconds that one round fills at least


FULL = Sizes((64, 256, 1024, 4096), 64, 2048, 1024, (32, 128, 512, 2048, 8192), 7, 0.1)
QUICK = Sizes((8, 16), 1, 16, 32, (32, 64), 2, 0.001)


def devices():
    """Return TensorFlow's name for each column: the CPU, and the first GPU if there is one."""
    gpu = tf.config.list_physical_devices("GPU")
    return {"CPU": "/CPU:0", **({"GPU": "/GPU:0"} if gpu else {})}


def seconds(run, calls=1):
    """Return the seconds that one of several calls takes, work still queued included."""
    tf.test.experimental.sync_devices()
    start = time.perf_counter()
    for _ in range(calls):
        run()
    tf.test.experimental.sync_devices()
    return (time.perf_counter() - start) / calls


def fair(run, sizes):
    """Return the median seconds of a call after a warm-up."""
    run()
    calls = max(1, int(sizes.moment / seconds(run)))
    return statistics.median(seconds(run, calls) for _ in range(sizes.rounds))


def inputs(batch):
    """Return random images (batch, 784) and classes (batch,) on the present device."""
    rng = np.random.default_rng(0)
    X = rng.random((batch, LAYERS[0]), dtype="float32")
    return tf.constant(X), tf.constant(rng.integers(LAYERS[-1], size=batch))


def low_level_step(batch, **how):
    """Return a call that trains 784-300-100-10 on one batch; `how` goes to tf.function, if given."""
    rng = np.random.default_rng(0)
    shapes = list(pairwise(LAYERS))
    W = [tf.Variable(rng.normal(0, 0.05, shape).astype("float32")) for shape in shapes]
    b = [tf.Variable(tf.zeros(n_out)) for _, n_out in shapes]
    X, y = inputs(batch)

    def step(X, y):
        with tf.GradientTape() as tape:
            a = X
            for i in range(len(W)):
                z = a @ W[i] + b[i]  # (batch, n_out)
                a = tf.nn.relu(z)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, z)
            loss = tf.reduce_mean(losses)
        for weight, grad in zip(W + b, tape.gradient(loss, W + b), strict=True):
            weight.assign_sub(RATE * grad)
        return loss

    run = tf.function(step, **how) if how else step
    return lambda: run(X, y)


def wide_step(policy, sizes):
    """Return a call that trains a wide Keras network in the given precision on one batch."""
    n_hidden, made = sizes.hidden, {"dtype": policy}
    model = keras.Sequential(
        [
            keras.Input((LAYERS[0],)),
            keras.layers.Dense(n_hidden, "relu", **made),
            keras.layers.Dense(n_hidden, "relu", **made),
            keras.layers.Dense(LAYERS[-1], dtype="float32"),
        ]
    )
    optimizer = keras.optimizers.SGD(RATE)
    if policy == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(model.trainable_variables)
    X, y = inputs(sizes.wide_batch)

    @tf.function
    def step(X, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(
                y, model(X, training=True), from_logits=True
            )
            loss = optimizer.scale_loss(tf.reduce_mean(losses))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))
        return loss

    return lambda: step(X, y)


def there_and_back(megabytes):
    """Return a call that copies an array from NumPy to the present device and back."""
    X = np.random.default_rng(0).random(megabytes * 2**18, dtype="float32")
    return lambda: np.array(tf.identity(tf.convert_to_tensor(X)).numpy())


def product(rows):
    """Return a call that multiplies two matrices on the present device."""
    A = tf.random.stateless_normal((rows, rows), seed=(0, 1))
    return lambda: A @ A


HOW = {"eager": {}, "graph": {"jit_compile": False}, "XLA": {"jit_compile": True}}


def measured(sizes):
    """Yield group, case, unit and value of everything, on the present device."""
    for rows in sizes.products:
        yield "matmul", f"n = {rows:,}", "ms", 1e3 * fair(product(rows), sizes)
    mebibytes = f"{sizes.megabytes} MiB"
    yield "copy", mebibytes, "ms", 1e3 * fair(there_and_back(sizes.megabytes), sizes)
    for name, how in HOW.items():
        run = low_level_step(STEP_BATCH, **how)
        first = seconds(run)
        yield "step", name, "ms", 1e3 * fair(run, sizes)
        if how:
            yield "first call", name, "ms", 1e3 * first
    for name, policy in POLICIES.items():
        yield "precision", name, "ms", 1e3 * fair(wide_step(policy, sizes), sizes)
    for batch in sizes.batches:
        run = low_level_step(batch, jit_compile=False)
        yield "throughput", f"batch {batch:,}", "images/s", batch / fair(run, sizes)


def results(sizes):
    """Measure every device; return one result for each line of the table."""
    found = {}
    for column, device in devices().items():
        with tf.device(device):
            for group, case, unit, value in measured(sizes):
                print(f"{column}: {group}, {case}: {value:.4g} {unit}", file=sys.stderr)
                line = {"group": group, "case": case, "unit": unit, "values": {}}
                line = found.setdefault((group, case), line)
                line["values"][column] = float(f"{value:.4g}")
    return list(found.values())


def cpu_name():
    """Return what the maker calls the processor, or its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def driver():
    """Return the version of NVIDIA's driver, or None."""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else None


def about():
    """Return the devices and versions; of the machine, only what its makers call the parts."""
    found = {"CPU": {"name": cpu_name(), "cores": cpu_count()}}
    build = {}
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        found["GPU"] = {"name": details.get("device_name", "GPU of unknown name")}
        build = tf.sysconfig.get_build_info()  # what TensorFlow was built with
    versions = {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "driver": driver() if gpus else None,
        "cuda": build.get("cuda_version"),
        "cudnn": build.get("cudnn_version"),
    }
    return {"devices": found, "versions": versions}


def write(record, path):
    """Replace the file, wholly or not at all."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        recorded.load(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def arguments(given):
    """Read and check the command line."""
    parser = argparse.ArgumentParser(description="Times on CPU and GPU, for the recorded table.")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--record", action="store_true", help="measure and write the file")
    what.add_argument("--table", action="store_true", help="print what the file holds")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, only a trial")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="another file, to write or read"
    )
    options = parser.parse_args(given)
    if options.quick and options.table:
        parser.error("--quick measures, --table does not: choose one of them")
    if options.quick and options.record and options.output is None:
        parser.error("--quick is only a trial: give it an --output FILE of its own")
    if options.output and options.output.is_dir():
        parser.error(f"--output must be a file; {options.output} is a folder")
    if options.output and not options.output.parent.is_dir():
        parser.error(f"--output: there is no folder {options.output.parent}")
    return options


def main(given=None):
    """Do what the command line says; return the exit code."""
    options = arguments(given)
    path = options.output or recorded.PATH
    if not options.table:
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
        record = {
            "made_by": "benchmarks/gpu.py",
            "format": recorded.FORMAT,
            "recorded": date.today().isoformat(),
            "quick": options.quick,
            **about(),
            "results": results(QUICK if options.quick else FULL),
        }
        if options.record or options.output:
            write(record, path)
    else:
        record = recorded.load(path)
    print(recorded.text(record))
    print(recorded.source(record))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabkitError as error:
        sys.exit(str(error))
