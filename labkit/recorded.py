"""Times recorded on another machine: for pages that compare hardware which the reader may lack.

``benchmarks/gpu.py --record`` measures and writes the file; here it is read, checked and shown.
Nothing in it is typed by hand, and a recording made without a GPU has no column for one.
"""

import json
import math
from datetime import date
from pathlib import Path

from labkit.errors import LabkitError

PATH = Path(__file__).with_name("recorded_gpu.json")
FORMAT = 1
#: What each group of results tells, in the order of the table.
GROUPS = {
    "matmul": "product of two n × n matrices",
    "copy": "NumPy to device and back",
    "step": "training step, batch of 128",
    "first call": "first call, which compiles",
    "precision": "training step, wide network",
    "throughput": "training, by batch size",
}
_REMEDY = "make it anew: `python benchmarks/gpu.py --record`, on a quiet machine."
_TEXTS = ("python", "tensorflow", "keras")
_TEXTS_OF_GPU = ("driver", "cuda", "cudnn")


class RecordError(LabkitError):
    """The file of recorded times is missing, damaged, or something else."""


def load(path=None):
    """Read recorded times, and check them.

    Parameters
    ----------
    path : str or Path, optional
        The file; by default the one that comes with labkit.

    Returns
    -------
    dict
        ``recorded`` (the date, as text), ``quick`` (whether it was a trial with tiny sizes),
        ``devices`` (by column: ``name``, and ``cores`` of the CPU), ``versions``, and
        ``results``: dictionaries with ``group``, ``case``, ``unit`` and ``values`` by column.

    Raises
    ------
    RecordError
        If the file is missing or damaged, or no such recording.

    See Also
    --------
    Chapter "With or without a GPU" shows the recording.

    Examples
    --------
    >>> "CPU" in load()["devices"]
    True
    """
    path = PATH if path is None else Path(path)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}.", _REMEDY) from None
    except ValueError as error:
        raise RecordError(f"{path} is no JSON: {error}", _REMEDY) from None
    fault = _fault(record)
    if fault:
        raise RecordError(f"{path} holds no recorded times: {fault}.", _REMEDY)
    return record


def columns(record):
    """Return the columns of the table, one for each device that was measured.

    Parameters
    ----------
    record : dict
        What `load` returned.

    Returns
    -------
    list of str
        ``["CPU"]`` or ``["CPU", "GPU"]``.

    Examples
    --------
    >>> columns(load())[0]
    'CPU'
    """
    return [name for name in ("CPU", "GPU") if name in record["devices"]]


def table(record, group=None):
    """Return the rows of the table.

    Parameters
    ----------
    record : dict
        What `load` returned.
    group : str, optional
        A key of `GROUPS`: only its rows.

    Returns
    -------
    list of tuple
        For each result its group, case and unit, then a value for each of `columns`.

    Raises
    ------
    ValueError
        If there is no such group.

    Examples
    --------
    >>> record = load()
    >>> {len(row) for row in table(record)} == {3 + len(columns(record))}
    True
    """
    if group is not None and group not in GROUPS:
        raise ValueError(f"group must be one of {', '.join(GROUPS)}; got {group!r}")
    return [
        (r["group"], r["case"], r["unit"], *(r["values"][name] for name in columns(record)))
        for r in record["results"]
        if group in (None, r["group"])
    ]


def text(record, *groups):
    """Return the table as lines for a screen or a page, narrow enough for a phone.

    Parameters
    ----------
    record : dict
        What `load` returned.
    *groups : str
        Keys of `GROUPS`: only these; without any, the whole table.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such group.

    Examples
    --------
    >>> print(text(load(), "copy").splitlines()[0])
    NumPy to device and back
    """
    blocks = []
    for group in groups or GROUPS:
        rows = table(record, group)
        head = "".join(f"{name:>11}" for name in columns(record))
        lines = [GROUPS[group], f"  {'':18}{head}"]
        for _, case, unit, *values in rows:
            shown = "".join(f"{_number(value):>11}" for value in values)
            lines.append(f"  {case:18}{shown} {unit}")
        blocks += ["\n".join(lines)] * bool(rows)
    return "\n\n".join(blocks)


def source(record):
    """Say when, on what, and with which versions the times were recorded.

    Parameters
    ----------
    record : dict
        What `load` returned.

    Returns
    -------
    str
        Two sentences.

    Examples
    --------
    >>> source(load()).startswith("Recorded on 20")
    True
    """
    devices, versions = record["devices"], record["versions"]
    cores = devices["CPU"]["cores"]
    cpu = f"{devices['CPU']['name']}, {cores} core{'s' if cores > 1 else ''}"
    named = f"TensorFlow {versions['tensorflow']}, Keras {versions['keras']}"
    if "GPU" in devices:
        machine = f"{devices['GPU']['name']} (beside {cpu})"
        named += "".join(
            f", {label} {versions[key] or 'unknown'}"
            for key, label in zip(_TEXTS_OF_GPU, ("driver", "CUDA", "cuDNN"), strict=True)
        )
    else:
        machine = f"{cpu} (no GPU: CPU column only)"
    trial = " A quick trial with tiny sizes." if record["quick"] else ""
    return (
        f"Recorded on {record['recorded']} on {machine}. "
        f"Python {versions['python']}, {named}.{trial}"
    )


def verdict(record):
    """Say what the recording tells about a GPU, or that there was none.

    Parameters
    ----------
    record : dict
        What `load` returned.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> verdict(load()).endswith(".")
    True
    """
    if "GPU" not in record["devices"]:
        return (
            "No GPU was there when this was recorded: the table has a column for the CPU alone, "
            "and this page claims no figure for any GPU."
        )
    rows = table(record, "matmul")
    said = [
        f"for {case} in {_number(gpu)} ms on the GPU and {_number(cpu)} ms on the CPU"
        for _, case, _, cpu, gpu in (rows[0], rows[-1])
    ]
    return f"The product of two matrices was computed {' and '.join(said)}."


def _number(value):
    """Return three digits of a number, or all that stand before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _fault(record):
    """Say what is wrong with a record, or nothing."""
    if not isinstance(record, dict) or record.get("made_by") != "benchmarks/gpu.py":
        return "'made_by' is not 'benchmarks/gpu.py'"
    if record.get("format") != FORMAT:
        return f"'format' is {record.get('format')!r}, not {FORMAT}"
    return _fault_of_head(record) or _fault_of_devices(record) or _fault_of_results(record)


def _fault_of_head(record):
    try:
        date.fromisoformat(record.get("recorded"))
    except (TypeError, ValueError):
        return f"'recorded' is {record.get('recorded')!r}, no date"
    if not isinstance(record.get("quick"), bool):
        return f"'quick' is {record.get('quick')!r}, neither true nor false"
    versions = record.get("versions")
    if not isinstance(versions, dict):
        return "'versions' is missing"
    wrong = [key for key in _TEXTS if not isinstance(versions.get(key), str)]
    wrong += [key for key in _TEXTS_OF_GPU if not isinstance(versions.get(key, 0), str | None)]
    return f"'versions' lacks {', '.join(wrong)}" if wrong else ""


def _fault_of_devices(record):
    devices = record.get("devices")
    if not isinstance(devices, dict) or not {"CPU"} <= set(devices) <= {"CPU", "GPU"}:
        return "'devices' must be CPU, or CPU and GPU"
    for name, device in devices.items():
        if not isinstance(device, dict) or not isinstance(device.get("name"), str):
            return f"{name} has no name"
    cores = devices["CPU"].get("cores")
    is_count = isinstance(cores, int) and not isinstance(cores, bool) and cores > 0
    return "" if is_count else f"'cores' of CPU is {cores!r}, no count"


def _fault_of_results(record):
    results = record.get("results")
    if not isinstance(results, list) or not results:
        return "'results' is empty"
    for number, result in enumerate(results, 1):
        fault = _fault_of(result, set(record["devices"]))
        if fault:
            return f"result {number} {fault}"
    return ""


def _fault_of(result, devices):
    if not isinstance(result, dict) or result.get("group") not in GROUPS:
        return "belongs to no known group"
    if not all(isinstance(result.get(key), str) for key in ("case", "unit")):
        return "has no case or no unit"
    values = result.get("values")
    if not isinstance(values, dict) or set(values) != devices:
        return "must have one value for each device"
    wrong = [v for v in values.values() if type(v) not in (int, float) or not 0 < v < math.inf]
    return f"has the value {wrong[0]!r}; it must be a positive number" if wrong else ""
