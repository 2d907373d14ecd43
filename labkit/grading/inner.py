"""The kernel that a cage holds: IPython's own, but that it executes tests by itself.

A notebook can change how IPython reads cells, what it does after them and how it shows their
values: with input transformers, hooks and `sys.displayhook`. A test that went through these would
be at the mercy of the answers before it. So a cell that the grader has marked is executed with
what this module took hold of before any answer ran, and its value is sent with the grader's mark.

While tests and answers share a process, an answer that goes further can still reach everything.
"""

import ast
import inspect
import pdb
import random
import sys
import traceback

from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import TransformerManager

from labkit.grading.warm import MARK

LONGEST = 10_000  # letters of a value
_compile, _eval, _repr, _parse = compile, eval, repr, ast.parse
_transform, _is_quiet = (
    TransformerManager().transform_cell,
    DisplayHook.semicolon_at_end_of_expression,
)
_compiler = XCachingCompiler()


def no_debugger(*arguments, **options):
    """Stand in for the debugger, which would wait for somebody.

    Raises
    ------
    RuntimeError
        Always.
    """
    raise RuntimeError("Nobody is here to debug with: take the breakpoint out.")


class GradingKernel(IPythonKernel):
    """IPython's kernel, which executes marked cells past the tools that a notebook can change.

    Called from ipykernel; see `labkit.grading.warm`.
    """

    seed = None  # for random numbers; set once, before the first cell

    async def do_execute(
        self,
        code,
        silent,
        store_history=True,
        user_expressions=None,
        allow_stdin=False,
        *,
        cell_meta=None,
        cell_id=None,
    ):
        """Execute a cell; a test, if the request is marked as one."""
        mark = (cell_meta or {}).get(MARK)
        if self.shell.execution_count == 1:
            _begin(type(self).seed)
        if mark is None:
            return await super().do_execute(
                code,
                silent,
                store_history,
                user_expressions,
                allow_stdin,
                cell_meta=cell_meta,
                cell_id=cell_id,
            )
        self._forward_input(False)
        try:
            value = await _value_of(code, self.shell.user_ns, self.shell.execution_count)
        except BaseException as error:
            return self._failed(error)
        finally:
            self._restore_input()
            _flush()
            self.shell.execution_count += 1
        if value is not None:
            self._tell("execute_result", data={"text/plain": value}, metadata={MARK: mark})
        return self._reply("ok")

    def _tell(self, kind, **content):
        if kind == "execute_result":
            content["execution_count"] = self.shell.execution_count - 1
        self.send_response(self.iopub_socket, kind, content)

    def _reply(self, status, **more):
        count = self.shell.execution_count - 1
        return {
            "status": status,
            "execution_count": count,
            "user_expressions": {},
            "payload": [],
        } | more

    def _failed(self, error):
        """Tell of an error, with the lines of the cells that led to it."""
        frames = traceback.format_exception(type(error), error, error.__traceback__)
        told = {
            "ename": type(error).__name__,
            "evalue": str(error)[:LONGEST],
            "traceback": [line.rstrip("\n")[:LONGEST] for line in frames],
        }
        self._tell("error", **told)
        return self._reply("error", **told)


def _begin(seed):
    """Make the numbers that are drawn from now on the same in every run."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "tensorflow" in sys.modules and seed is not None:
        sys.modules["tensorflow"].random.set_seed(seed)
    sys.breakpointhook = pdb.set_trace = no_debugger


async def _value_of(code, names, count):
    """Execute a cell and return its last value as text; None if it shows none."""
    place = _compiler.cache(code, count)
    tree = _parse(_transform(code), place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    await _run(_compiled(tree, place, "exec"), names)
    if last is None:
        return None
    value = await _run(_compiled(ast.Expression(last.value), place, "eval"), names)
    return None if value is None or _is_quiet(code) else _repr(value)[:LONGEST]


def _compiled(tree, place, how):
    return _compile(tree, place, how, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


async def _run(code, names):
    """Run compiled code; await it if it says `await`."""
    value = _eval(code, names)
    return await value if code.co_flags & inspect.CO_COROUTINE else value


def _flush():
    """Send what was printed before the value is."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # an answer may have put anything in its place
            continue
