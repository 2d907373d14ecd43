"""The one form in which an executed chapter is stored: the same run gives the same bytes.

What differs from run to run or from machine to machine is either made uniform (identifiers
inside SVG figures, the split of printed text into messages, tracebacks, colours that a terminal
would show) or refused with a reason (warnings on stderr, memory addresses, paths and machine
names): the reader of the book should see none of these.
"""

import hashlib
import os
import re
import socket
import sys
import tempfile
from pathlib import Path

import nbformat

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python", "pygments_lexer": "ipython3"}

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_SVG_DATE = re.compile(r"\s*<dc:date>.*?</dc:date>", re.DOTALL)
# matplotlib names clip paths and markers by a hash that is salted afresh in each process
_SVG_ID = re.compile(r'\bid="([A-Za-z]+[0-9a-f]{10})"')
# outlines and places; not the scale of a glyph, which has more decimals for a reason
_SVG_PLACES = re.compile(r'\b(?:d|x|y|points)="[^"]*"')
_SVG_PATH = re.compile(r'\bd="([^"]*)"')
_AROUND_COMMANDS = re.compile(r"\s*([A-Za-z])\s*")
_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_RICH = '<pre style="white-space:pre'  # how the library rich begins a table for a notebook
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")


class OutputError(Exception):
    """An output that must not be stored; the message says why and what to do."""


def canonical_outputs(outputs, *, count, seed, source, root):
    """Bring the outputs of one cell into canonical form.

    Parameters
    ----------
    outputs : list of NotebookNode
        What the kernel sent.
    count : int
        The cell's execution count.
    seed : str
        Distinguishes this cell from all others (its id).
    source : str
        The cell's code: what it names itself is not a leak.
    root : Path
        The repository, whose path must not show.

    Returns
    -------
    list of NotebookNode

    Raises
    ------
    OutputError
        If an output is noise, or would differ on another machine.
    """
    uniform = [_UNIFORM[output.output_type](output, count) for output in _merge(outputs)]
    for index, output in enumerate(uniform):
        for kind, text in _texts(output):
            if kind == "image/svg+xml":
                output.data[kind] = _uniform_svg(text, f"{seed}-{index}")
            elif not kind.startswith("image/"):
                _refuse_leaks(text, source, root)
    return uniform


def _merge(outputs):
    """Join what was printed in pieces, and drop what a carriage return overwrote."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(nbformat.from_dict(dict(output)))
    for output in merged:
        if output.output_type == "stream":
            output.text = _COLOURS.sub("", _OVERWRITTEN.sub("", output.text))
    return merged


def _uniform_stream(output, count):
    if output.name == "stderr":
        raise OutputError(
            f"it wrote to stderr, and a chapter is quiet: {_excerpt(output.text)}\n"
            "What to do: cure the cause of the warning; show one on purpose with print()."
        )
    return output


def _uniform_display(output, count):
    data = _without_colours(dict(output.data))
    return nbformat.v4.new_output("display_data", data, metadata=output.metadata)


def _without_colours(data):
    """Keep the plain text of what a terminal would colour: such colours suit one background."""
    if str(data.get("text/html", "")).startswith(_RICH):
        del data["text/html"]
    if isinstance(data.get("text/plain"), str):
        data["text/plain"] = _COLOURS.sub("", data["text/plain"])
    return data


def _uniform_result(output, count):
    result = _uniform_display(output, count)
    result.output_type, result.execution_count = "execute_result", count
    return result


def _uniform_error(output, count):
    """Keep the message; the frames above it name files and lines of this machine."""
    output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


_UNIFORM = {
    "stream": _uniform_stream,
    "display_data": _uniform_display,
    "execute_result": _uniform_result,
    "error": _uniform_error,
}


def _texts(output):
    """Each text that `output` shows, with its MIME type."""
    if output.output_type == "stream":
        return [("text/plain", output.text)]
    if output.output_type == "error":
        return [("text/plain", output.evalue)]
    return [(kind, text) for kind, text in output.data.items() if isinstance(text, str)]


def _uniform_svg(svg, seed):
    """`svg` without its date, and with identifiers that follow from `seed` and their order.

    They stay different from those of other figures: where figures stand inline in one page,
    equal names would make one use the clip path of another.
    """
    svg = _SVG_DATE.sub("", svg)
    for number, name in enumerate(dict.fromkeys(_SVG_ID.findall(svg))):
        digest = hashlib.sha256(f"{seed}-{number}".encode()).hexdigest()[:10]
        svg = re.sub(rf"\b{name}\b", f"{name[:-10]}{digest}", svg)
    # a hundredth of a point is finer than any screen, and half the size
    svg = _SVG_PLACES.sub(lambda found: _DECIMALS.sub(_hundredths, found[0]), svg)
    # in a notebook each line costs a dozen characters, and Matplotlib gives each corner a line
    return _SVG_PATH.sub(lambda found: f'd="{_tight(found[1])}"', svg)


def _tight(path):
    """Write the outline of a shape on one line, with no space that is not needed."""
    return _AROUND_COMMANDS.sub(r"\1", " ".join(path.split())).strip()


def _hundredths(number):
    """Write a number with two decimals at most."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _refuse_leaks(text, source, root):
    """Refuse memory addresses, paths of this machine and its name."""
    address = _ADDRESS.search(text)
    if address:
        raise OutputError(
            f"it shows a memory address: {_excerpt(text, address.start())}\n"
            "What to do: show the value, or end the line with a semicolon."
        )
    for place in _places(root):
        found = re.search(rf"{re.escape(place)}(?![\w.-])", text)
        if found:
            raise OutputError(
                f"it shows a path of this machine: {_excerpt(text, found.start())}\n"
                "What to do: show the file's name alone."
            )
    host = socket.gethostname()
    if (
        host not in ("localhost", "")
        and host not in source
        and re.search(rf"\b{re.escape(host)}\b", text)
    ):
        raise OutputError(f"it shows the name of this machine ({host}): {_excerpt(text)}")


def _places(root):
    """Folders whose paths differ from machine to machine."""
    places = [root, Path.home(), tempfile.gettempdir(), sys.prefix, os.environ.get("LABKIT_DATA")]
    return [str(place) for place in places if place and len(str(place)) > 1]


def _excerpt(text, start=0):
    """Cut the line out of `text` that holds `start`."""
    line = text[text.rfind("\n", 0, start) + 1 :].strip().split("\n")[0]
    return line if len(line) <= 160 else line[:157] + "..."
