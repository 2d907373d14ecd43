"""Executes a job: cell after cell, within limits, whatever the cells do.

A cell that runs too long is interrupted, and killed with its kernel if that does not help. After
a kernel has ended, another one executes the cells before once more, but not those that ended one;
so the tests that do not need them still give their points.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from queue import Empty

from labkit.grading.jobs import Outcome, Result
from labkit.grading.outputs import Outputs
from labkit.grading.warm import MARK

GRACE = 3.0  # seconds to obey an interrupt
ATTEMPTS = 8  # kernels that one submission may use up
_ENDS = {"memory": "oom", "processes": "oom"}


async def run(job, warden):
    """Execute a job.

    Parameters
    ----------
    job : labkit.grading.jobs.Job
        What to execute.
    warden : labkit.grading.held.Warden
        Starts the kernels.

    Returns
    -------
    labkit.grading.jobs.Result
        One outcome for each step, in their order.

    Raises
    ------
    KernelDiedError
        If a kernel does not even start, through no fault of the job.
    """
    return await _Run(job, warden).all()


@dataclass
class _Run:
    """One job on its way."""

    job: object
    warden: object
    kernel: object = None
    outcomes: list = field(default_factory=list)
    deadly: set = field(default_factory=set)  # places of the cells that ended a kernel
    used: int = 0  # kernels

    async def all(self):
        """Execute all steps, as long as time and kernels last."""
        self.begin = time.monotonic()
        try:
            for step in self.job.steps:
                self.outcomes.append(await self._one(step))
        finally:
            if self.kernel is not None:
                await self.kernel.end()
        return Result(self.outcomes, time.monotonic() - self.begin)

    def _left(self):
        return self.job.limits.total - (time.monotonic() - self.begin)

    async def _one(self, step):
        """Execute a step, on a kernel that has executed those before it."""
        if not await self._ready(step):
            return _not_executed(step, "The time for this submission was over.")
        outcome = await self._execute(step)
        if self.kernel.ended.done():
            await self._drop()
            self.deadly.add(step.index)
        return outcome

    async def _ready(self, step):
        """See to it that there is a kernel in which the earlier cells have run; False if not."""
        while self.kernel is None:
            if self._left() <= 0 or self.used >= ATTEMPTS:
                return False
            self.used += 1
            limits = self.job.limits
            self.kernel = await self.warden.kernel(self.job.files, limits.cage(), self.job.seed)
            for earlier in self.job.steps:
                if earlier.index >= step.index:
                    break
                if earlier.index in self.deadly or earlier.test:
                    continue
                await self._execute(earlier)
                if self.kernel.ended.done():
                    await self._drop()
                    self.deadly.add(earlier.index)
                    break
        return self._left() > 0

    async def _drop(self):
        await self.kernel.end()
        self.kernel = None

    async def _execute(self, step):
        """Execute one cell, and end it if it does not end by itself."""
        mark = secrets.token_hex(8) if step.test else None
        outputs, outcome = Outputs(self.job.limits.output, mark), Outcome(step.index)
        started = time.monotonic()
        seconds = min(self.job.limits.cell, max(self._left(), 0.0))
        request = _ask(self.kernel, step.source, mark)
        state = await self._follow(request, outputs, outcome, started + seconds)
        if state == "running":
            outcome.status = "timeout"
            self.kernel.interrupt()
            state = await self._follow(request, outputs, outcome, time.monotonic() + GRACE)
            if state == "running":
                await self.kernel.end()
        if self.kernel.ended.done() and outcome.status == "ok":
            outcome.status = _ENDS.get(self.kernel.ended.result()["end"], "dead")
        outcome.outputs = outputs.list + _epitaph(outcome, self.job.limits, self.kernel)
        outcome.seconds = time.monotonic() - started
        if outputs.full and outcome.status == "ok":
            outcome.status = "output_limit"
        return outcome

    async def _follow(self, request, outputs, outcome, deadline):
        """Collect what a cell shows until it is done (``"idle"``), dead or over its time."""
        while not self.kernel.ended.done():
            left = deadline - time.monotonic()
            if left <= 0:
                return "running"
            message = await self._next(left)
            if message is None or message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content.get("execution_state") == "idle":
                return "idle"
            if kind == "execute_input":
                outcome.count = content.get("execution_count")
            outputs.add(message, message["labkit_size"])
        return "dead"

    async def _next(self, seconds):
        """Wait for the next message, the end of the kernel, or the end of the time."""
        waiting = asyncio.ensure_future(_message(self.kernel, min(seconds, 1.0)))
        await asyncio.wait([waiting, self.kernel.ended], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            return None
        return waiting.result()


def _ask(kernel, source, mark):
    """Send a cell to a kernel; return the number of the request."""
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}}
    content |= {"allow_stdin": False, "stop_on_error": False}
    metadata = {MARK: mark} if mark else {}
    message = kernel.client.session.msg("execute_request", content, metadata=metadata)
    kernel.client.shell_channel.send(message)
    return message["header"]["msg_id"]


async def _message(kernel, seconds):
    """Take one message; None if there is none, or none that can be read."""
    channel = kernel.client.iopub_channel
    try:
        if not await channel.socket.poll(int(seconds * 1000) + 1):
            return None
        parts = await channel.socket.recv_multipart()
        _, parts = kernel.client.session.feed_identities(parts)
        message = kernel.client.session.deserialize(parts)
    except (Empty, ValueError, TypeError, KeyError, RecursionError):  # anybody can write there
        return None
    message["labkit_size"] = sum(map(len, parts))
    return message


def _not_executed(step, why):
    text = f"This cell was not executed. {why}\n"
    error = {"output_type": "error", "ename": "NotExecuted", "evalue": why, "traceback": [text]}
    return Outcome(step.index, "partial", [error])


def _epitaph(outcome, limits, kernel):
    """Make the output that says how a cell was ended, so that it counts as failed."""
    words = {
        "timeout": ("Timeout", f"The cell was stopped after {limits.cell:g} seconds."),
        "oom": (
            "OutOfMemory",
            f"The cell used more than {limits.memory / 2**30:.3g} GB of memory, or more than "
            f"{limits.processes} processes; its kernel was ended.",
        ),
        "dead": ("KernelDied", f"The cell ended its kernel ({_how(kernel)})."),
    }
    if outcome.status not in words:
        return []
    name, text = words[outcome.status]
    return [{"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}]


def _how(kernel):
    code = kernel.ended.result().get("code") if kernel.ended.done() else None
    if code is None:
        return "how is not known"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
