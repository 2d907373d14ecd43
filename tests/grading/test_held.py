"""A kernel in its cage: it works, it is watched, it sees nothing of others, and it ends."""

import asyncio
import os
import sys
import time

import pytest

from labkit.errors import LabkitError
from labkit.grading import sandbox
from labkit.grading.warm import PLAIN

if not sys.platform.startswith("linux"):
    pytest.skip("cages need Linux", allow_module_level=True)

from labkit.grading.cage import Cage
from labkit.grading.held import KernelDiedError, Warden

pytestmark = pytest.mark.xdist_group("held")
SMALL = Cage(memory=300 << 20, scratch=4 << 20, processes=60, cpu=60)
BWRAP = pytest.param(
    "bwrap", marks=pytest.mark.skipif(sandbox.trouble() is not None, reason=str(sandbox.trouble()))
)


@pytest.fixture(scope="module", params=["none", BWRAP])
def warden(request):
    os.environ["GRADERS_SECRET"] = "token"
    warden = Warden(sandbox.choose(request.param), PLAIN, {"FOR_ALL": "yes"})
    del os.environ["GRADERS_SECRET"]
    yield warden
    warden.close()
    assert not warden.folder.exists()


@pytest.fixture(scope="module")
def caged():
    """A warden whose kernels have worlds of their own."""
    if why := sandbox.trouble():
        pytest.skip(why)
    warden = Warden(sandbox.choose("bwrap"), PLAIN, {})
    yield warden
    warden.close()


def with_kernel(warden, use, files=None, cage=SMALL):
    """Run `use(kernel)` on a kernel of its own."""

    async def run():
        kernel = await warden.kernel(files or {}, cage)
        try:
            return await use(kernel)
        finally:
            await kernel.end()

    return asyncio.run(run())


async def answer(kernel, code, seconds=30):
    """Execute code, and return what it printed or how it failed."""
    request, said = kernel.client.execute(code, allow_stdin=False), []
    while True:
        waiting = asyncio.ensure_future(kernel.client.get_iopub_msg(timeout=seconds))
        await asyncio.wait([waiting, kernel.ended], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            return str(kernel.ended.result())
        message = await waiting
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return "".join(said)
        if kind in ("stream", "error"):
            said.append(content.get("text") or f"{content['ename']}: {content['evalue']}")


def prints(warden, code, **more):
    return with_kernel(warden, lambda kernel: answer(kernel, code), **more)


def end_of(warden, code, **more):
    """Execute code that ends the kernel, and return how it ended."""

    async def use(kernel):
        kernel.client.execute(code)
        return await asyncio.wait_for(kernel.ended, 40)

    return with_kernel(warden, use, **more)


def test_it_runs_code_with_its_own_files(warden):
    code = "import numpy as np; print(open('data/a.csv').read(), np.arange(3).sum())"
    assert prints(warden, code, files={"data/a.csv": b"1,2"}) == "1,2 3\n"


def test_its_random_numbers_are_the_same_every_time(warden):
    code = "import random, numpy as np; print(random.random(), np.random.rand())"
    assert prints(warden, code) == prints(warden, code)


def test_it_has_nothing_of_the_graders_environment(warden):
    said = prints(warden, "import os; print(os.environ.get('FOR_ALL'), sorted(os.environ))")
    assert said.startswith("yes ")
    assert "SECRET" not in said


def test_an_endless_loop_is_interrupted_and_the_kernel_goes_on(warden):
    async def use(kernel):
        kernel.client.execute("x = 1\nwhile True: pass", stop_on_error=False)
        await asyncio.sleep(0.5)
        kernel.interrupt()
        return await answer(kernel, "print(x)")

    assert with_kernel(warden, use) == "1\n"


def test_its_end_is_told_with_the_code(warden):
    assert end_of(warden, "import os; os._exit(7)") == {"end": "ended", "code": 7}


def test_a_signal_is_told_apart(warden):
    assert end_of(warden, "import os, signal; os.kill(os.getpid(), 11)")["code"] == -11


def test_too_much_memory_ends_it(warden):
    end = end_of(warden, "import numpy as np\nheld = [np.ones(10**7) for _ in range(100)]")
    assert end["end"] == "memory"
    assert end["code"] > SMALL.memory


def test_memory_of_what_it_starts_counts(warden):
    hog = "held = [b'x' * 50_000_000 for _ in range(9)]; import time; time.sleep(30)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hog!r}])"
    assert end_of(warden, code)["end"] == "memory"


def test_when_it_is_let_go_what_it_started_ends_too(warden, tmp_path):
    async def use(kernel):
        leaves = "setsid sleep 987 & setsid sh -c 'sleep 987 & sleep 987' &"
        await answer(kernel, f"import subprocess; subprocess.run(['sh', '-c', {leaves!r}])")
        assert sleepers()

    with_kernel(warden, use)
    deadline = time.monotonic() + 5
    while (left := sleepers()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def sleepers():
    """Numbers of the processes that sleep as long as nobody else."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if file.read() == b"sleep\0987\0":
                    found.append(pid)
        except OSError:
            continue
    return found


def test_a_kernel_that_cannot_begin_says_so(warden):
    with pytest.raises(KernelDiedError) as caught:
        with_kernel(warden, None, cage=Cage(open_files=4))
    assert caught.value.end["end"] == "ended"


HOSTILE = {
    "write to its channels": (
        "open('/labkit/channels/more', 'w')",
        "Read-only file system",
    ),
    "reach the network": (
        "import socket; socket.create_connection(('1.1.1.1', 80), timeout=2)",
        "Network is unreachable",
    ),
    "reach this computer": (
        "import socket; socket.create_connection(('127.0.0.1', 22), timeout=2)",
        "unreachable",
    ),
    "list the folders of others": (
        "import os; print(os.listdir('/labkit/jobs'))",
        "[]\n",
    ),
    "see other processes": (
        "import os; print([name for name in os.listdir('/proc') if name.isdigit()])",
        "[]\n",
    ),
    "fill the disk": (
        "for k in range(9): open(f'{k}', 'wb').write(b'x' * 1_000_000)",
        "No space left on device",
    ),
    "fill the disk with one file": (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "import tempfile; tempfile.TemporaryFile().write(b'x' * 9_000_000)",
        "OSError",
    ),
    "start processes without end": (
        "import subprocess\nheld = []\nwhile True: held.append(subprocess.Popen(['sleep', '60']))",
        "Resource temporarily unavailable",
    ),
    "open files without end": ("held = [open('/dev/null') for _ in range(5000)]", "Too many open"),
    "write to the system": ("open('/usr/x', 'w')", "Read-only file system"),
    "write to Python": ("import numpy; open(numpy.__file__, 'a')", "Error: [Errno"),
    "mount": (
        "import ctypes; c = ctypes.CDLL(None, use_errno=True)\n"
        "print(c.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None), ctypes.get_errno())",
        "-1 1\n",
    ),
    "be somebody else": ("import os; os.setuid(0)", "Error: [Errno"),
    "end its keeper": ("import os; os.kill(1, 9); print('still here')", "still here\n"),
}


@pytest.mark.parametrize("deed", HOSTILE)
def test_what_a_hostile_kernel_cannot_do(deed, caged):
    code, words = HOSTILE[deed]
    said = prints(caged, code)
    assert words in said


def test_it_sees_nothing_of_the_course_and_of_home(caged):
    here, home = os.path.dirname(os.path.abspath(__file__)), os.path.expanduser("~/.ssh")
    said = prints(caged, f"import os; print(os.path.exists({here!r}), os.path.exists({home!r}))")
    assert said == "False False\n"


def test_two_kernels_at_once_do_not_meet(caged):
    """Neither files in /tmp, nor sockets without a file, nor processes are shared."""
    lays = (
        "import os, socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0meet'); s.listen()\n"
        "open(os.environ['TMPDIR'] + '/meet', 'w').write('x'); print('laid')"
    )
    finds = (
        "import os, socket; s = socket.socket(socket.AF_UNIX)\n"
        "print(os.path.exists(os.environ['TMPDIR'] + '/meet'), s.connect_ex('\\0meet') == 0)"
    )

    async def run():
        first, second = [await caged.kernel({}, SMALL) for _ in range(2)]
        try:
            assert await answer(first, lays) == "laid\n"
            return await answer(second, finds)
        finally:
            await first.end()
            await second.end()

    assert asyncio.run(run()) == "False False\n"


def test_python_may_lie_in_the_folder_for_temporary_files(caged, tmp_path):
    """Then that folder is there, and nobody writes to it."""
    box, kept = caged.sandbox, str(tmp_path)
    assert box.empty() == ("/tmp",) or sys.prefix.startswith("/tmp/")
    assert box.empty(["/tmp/venv"]) == ()
    assert "--remount-ro" in box.command("/srv/jobs", ["/tmp/venv"])
    tmp_path.chmod(0o755)
    (tmp_path / "seen.txt").write_text("seen")
    warden = Warden(box, PLAIN, {}, readable=[kept])
    try:
        said = prints(warden, f"print(open('{kept}/seen.txt').read()); open('/tmp/x', 'w')")
    finally:
        warden.close()
    assert said.startswith("seen\n")
    assert "Read-only file system" in said


def test_many_processes_end_it(caged):
    code = (
        "import subprocess\n"
        "held = [subprocess.Popen(['sleep', '60']) for _ in range(40)]\nprint('many')"
    )
    assert prints(caged, code) == "many\n"
    few = Cage(memory=300 << 20, processes=20)
    assert "unavailable" in prints(caged, code, cage=few)


def test_there_are_three_sandboxes_to_wish_for():
    assert sandbox.choose("none").command("/tmp") == []
    with pytest.raises(LabkitError, match="there is no sandbox 'docker'"):
        sandbox.choose("docker")


def test_without_bubblewrap_it_is_said_how_to_get_it_or_go_without(monkeypatch):
    monkeypatch.setattr(sandbox, "trouble", lambda: "bubblewrap is not installed: `apt …`.")
    for wish in ("auto", "bwrap"):
        with pytest.raises(LabkitError, match="not installed") as caught:
            sandbox.choose(wish)
        assert "--sandbox none" in str(caught.value)


def test_what_is_missing_is_named(monkeypatch):
    sandbox.trouble.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert "apt install bubblewrap" in sandbox.trouble()
    sandbox.trouble.cache_clear()
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/bin/false")
    assert "user namespaces" in sandbox.trouble()
    sandbox.trouble.cache_clear()
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    assert "needs Linux" in sandbox.trouble()
    sandbox.trouble.cache_clear()
