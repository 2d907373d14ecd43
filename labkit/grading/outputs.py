"""Collects what a cell shows, up to a limit."""

from nbformat.v4 import output_from_msg

from labkit.grading.warm import MARK

SHOWN = {"stream", "display_data", "execute_result", "error", "update_display_data"}
COUNT = 1000  # pieces of output of one cell


class Outputs:
    """What one cell shows, from the messages of its kernel.

    Parameters
    ----------
    limit : int
        Bytes; what comes after them is dropped, and `full` says so.
    mark : str, optional
        For a test: the mark that its value must carry. Values without it are only shown.

    Examples
    --------
    >>> outputs = Outputs(limit=10)
    >>> message = {"msg_type": "stream", "content": {"name": "stdout", "text": "more than ten"}}
    >>> outputs.add(message, 100)
    >>> outputs.full, outputs.list[-1]["text"][:10]
    (True, 'The output')
    """

    def __init__(self, limit, mark=None):
        self.list, self.full, self._shown = [], False, {}
        self._left, self._limit, self._mark, self._clear = limit, limit, mark, False

    def add(self, message, size):
        """Take one message; `size` is how many bytes it had."""
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear = True
            if not content.get("wait"):
                self._empty()
        if kind not in SHOWN or self.full:
            return
        self._left -= size
        if self._left < 0 or len(self.list) >= COUNT:
            self._close()
            return
        if self._clear:
            self._empty()
        self._take(kind, content, message)

    def _empty(self):
        self.list, self._clear = [], False

    def _close(self):
        """Say that there was more."""
        self.full = True
        text = f"The output of this cell was cut off: more than {self._limit:,} bytes.\n"
        self.list.append({"output_type": "stream", "name": "stdout", "text": text})

    def _take(self, kind, content, message):
        if kind == "update_display_data":
            self._update(content)
            return
        output = dict(output_from_msg(message))
        if kind == "execute_result" and self._mark is not None:
            if content.get("metadata", {}).get(MARK) != self._mark:
                output = {k: v for k, v in output.items() if k != "execution_count"}
                output["output_type"] = "display_data"
            output["metadata"] = {}
        if kind == "stream" and self._mark is not None:
            output["name"] = "stdout"  # nbgrader gives no points for a test that warns
        name = content.get("transient", {}).get("display_id")
        if name:
            self._shown.setdefault(name, []).append(output)
        last = self.list[-1] if self.list else None
        if kind == "stream" and last and _same_stream(last, output):
            last["text"] += output["text"]
        else:
            self.list.append(output)

    def _update(self, content):
        """Change a display that is there already."""
        for output in self._shown.get(content.get("transient", {}).get("display_id"), ()):
            output["data"], output["metadata"] = content["data"], content["metadata"]


def _same_stream(last, output):
    return last["output_type"] == "stream" and last["name"] == output["name"]
