import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace

import pytest
import requests

from labkit.data import download as download_module
from labkit.data.errors import (
    AlteredFileError,
    CacheNotWritableError,
    DataError,
    DiskFullError,
    LockTimeoutError,
    NoNetworkError,
    WrongDownloadError,
)
from labkit.data.formats import digest
from labkit.data.store import Store


def put(root, file, data):
    """Write bytes where a data folder or cache has this file."""
    path = root / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def assert_tells(error, *words):
    """An error names what was expected and found, and what to do."""
    text = str(error)
    missing = [w for w in ("Expected", "Found", "What to do", *words) if w not in text]
    assert not missing, f"{missing} not in: {text}"


def test_download_lands_in_the_cache_and_is_read_from_there(kit, server, store, left_over):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    first, second = store.read(file), store.read(file)
    assert (first.origin, second.origin) == ("download", "cache")
    assert first.data == second.data == kit.content
    assert server.hits == ["/a"]
    assert left_over(store.cache) == ["toy/toy.csv"]


def test_data_folder_comes_first_and_is_never_written(kit, server, store, tmp_path):
    file = kit.file("/a")
    folder = tmp_path / "folder"
    put(folder, file, kit.content)
    before = sorted((p, p.stat().st_mtime_ns) for p in folder.rglob("*"))
    assert replace(store, folder=folder).read(file).origin == "data folder"
    assert sorted((p, p.stat().st_mtime_ns) for p in folder.rglob("*")) == before
    assert server.hits == []
    assert not store.cache.exists()


@pytest.mark.parametrize("exists", [True, False])
def test_file_absent_from_the_data_folder_is_looked_for_further(
    kit, server, store, tmp_path, exists
):
    folder = tmp_path / "folder"
    if exists:
        folder.mkdir()
    server.routes["/a"] = kit.content
    assert replace(store, folder=folder).read(kit.file("/a")).origin == "download"
    assert not exists or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[:-7], ["7 bytes missing"]),
        (lambda data: b"X" + data[1:], []),
        (lambda data: b"", ["0 bytes"]),
    ],
    ids=["truncated", "altered", "empty"],
)
def test_altered_file_in_the_data_folder_is_an_error(kit, server, store, tmp_path, damage, words):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    path = put(tmp_path / "folder", file, damage(kit.content))
    with pytest.raises(AlteredFileError) as caught:
        replace(store, folder=tmp_path / "folder").read(file)
    assert_tells(caught.value, str(path), file.sha256, f"{file.bytes:,} bytes", *words)
    assert server.hits == []


def test_unreadable_file_in_the_data_folder_is_an_error(kit, store, tmp_path):
    file = kit.file("/a")
    (tmp_path / "folder" / file.path).mkdir(parents=True)
    with pytest.raises(AlteredFileError, match="cannot be read: Is a directory"):
        replace(store, folder=tmp_path / "folder").read(file)


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"x" * 30_000])
def test_altered_file_in_the_cache_is_fetched_again(kit, server, store, left_over, damage):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    path = put(store.cache, file, damage)
    assert store.read(file).data == kit.content
    assert path.read_bytes() == kit.content
    assert left_over(store.cache) == [file.path]


@pytest.mark.parametrize(("offline", "words"), [(True, "LABKIT_OFFLINE"), (False, "404")])
def test_altered_file_in_the_cache_that_cannot_be_fetched_again_is_an_error(
    kit, store, offline, words
):
    file = kit.file("/gone")
    path = put(store.cache, file, b"rubbish")
    with pytest.raises(AlteredFileError) as caught:
        replace(store, offline=offline).read(file)
    assert_tells(caught.value, str(path), "7 bytes", file.sha256, words, "Delete it")
    assert path.read_bytes() == b"rubbish"


@pytest.mark.parametrize("status", [404, 403, 500])
def test_mirror_is_tried_when_the_first_address_refuses(kit, server, store, status):
    server.routes |= {"/a": status, "/b": kit.content}
    assert store.read(kit.file("/a", "/b")).data == kit.content
    assert server.hits == ["/a", "/b"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda kit: b"X" + kit.content[1:],
        lambda kit: kit.content[:-5],
        lambda kit: b"<html>Please sign in</html>",
        lambda kit: kit.content * 2,
        lambda kit: kit.cut(kit.content[:-5], len(kit.content)),
    ],
    ids=["altered", "truncated", "sign-in page", "too long", "hangs up"],
)
def test_mirror_is_tried_when_the_first_address_sends_wrong_bytes(kit, server, store, wrong):
    server.routes |= {"/a": wrong(kit), "/b": kit.content}
    assert store.read(kit.file("/a", "/b")).data == kit.content
    assert server.hits == ["/a", "/b"]


def test_mirror_is_tried_when_the_first_address_refuses_connections(kit, server, store):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    nobody = replace(file.sources[0], url="http://127.0.0.1:9/a")
    assert store.read(replace(file, sources=(nobody, *file.sources))).data == kit.content


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (lambda kit: b"<html>Please sign in</html>", "sent 27 bytes"),
        (lambda kit: kit.content[:-5], "5 short"),
        (lambda kit: kit.content + b"!", "more than the expected"),
    ],
    ids=["sign-in page", "truncated", "too long"],
)
def test_wrong_bytes_from_every_address_are_an_error_and_leave_nothing(
    kit, server, store, left_over, route, words
):
    server.routes["/a"] = route(kit)
    file = kit.file("/a")
    with pytest.raises(WrongDownloadError) as caught:
        store.read(file)
    assert_tells(caught.value, file.path, file.sha256, server.url("/a"), words)
    assert left_over(store.cache) == []


@pytest.mark.parametrize(
    ("route", "words"),
    [
        (404, "the server answered 404"),
        (lambda handler: handler.connection.close(), "connection"),
    ],
    ids=["404", "hangs up"],
)
def test_no_answer_from_any_address_is_an_error_and_leaves_nothing(
    kit, server, store, left_over, route, words
):
    server.routes["/a"] = route
    file = kit.file("/a")
    with pytest.raises(NoNetworkError) as caught:
        store.read(file)
    assert_tells(caught.value, file.path, file.sha256, server.url("/a"), words, str(store.cache))
    assert left_over(store.cache) == []


def test_mirror_is_tried_when_the_first_address_stalls(kit, server, store):
    server.routes |= {"/a": kit.stall(kit.content, seconds=4), "/b": kit.content}
    assert replace(store, timeout=(5, 1)).read(kit.file("/a", "/b")).data == kit.content
    assert server.hits == ["/a", "/b"]


def test_broken_off_and_stalled_downloads_are_told_apart(kit, server, store):
    server.routes |= {
        "/cut": kit.cut(kit.content[:9], len(kit.content)),
        "/slow": kit.stall(kit.content, seconds=4),
    }
    with pytest.raises(NoNetworkError) as caught:
        replace(store, timeout=(5, 1)).read(kit.file("/cut", "/slow"))
    assert_tells(caught.value, "/cut: the connection broke off", "/slow: the server stopped")


def test_refused_connection_names_the_address(kit, store):
    file = kit.file("/a")
    nobody = replace(file.sources[0], url="http://127.0.0.1:9/a")
    with pytest.raises(NoNetworkError) as caught:
        store.read(replace(file, sources=(nobody,)))
    assert_tells(caught.value, "http://127.0.0.1:9/a: no connection", "Check the network")


def test_offline_tries_no_network(kit, server, store, monkeypatch):
    monkeypatch.setattr(download_module, "download", pytest.fail)
    server.routes["/a"] = kit.content
    with pytest.raises(NoNetworkError, match="LABKIT_OFFLINE") as caught:
        replace(store, offline=True).read(kit.file("/a"))
    assert_tells(caught.value, "labkit data fetch toy")
    assert server.hits == []


def test_misspelt_data_folder_is_named_in_the_error(kit, store, tmp_path):
    with pytest.raises(NoNetworkError, match="typo, which is not a folder"):
        replace(store, folder=tmp_path / "typo").read(kit.file("/gone"))


def test_compressed_file_arrives_as_published_though_the_server_calls_it_encoded(
    kit, server, store, gz_images
):
    def encoded_if_asked(handler):
        handler.send_response(200)
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(gz_images)))
        handler.end_headers()
        handler.wfile.write(gz_images)

    kit.content = gz_images
    server.routes["/a"] = encoded_if_asked
    assert store.read(kit.file("/a", path="toy/toy.gz")).data == gz_images


def test_member_is_taken_out_of_a_verified_archive(kit, server, store):
    archive = kit.tar(folder__toy=kit.content, other=b"?")
    server.routes["/a.tgz"] = archive
    source = {"bytes": len(archive), "sha256": digest(archive)}
    file = kit.file("/a.tgz", member="folder/toy", **source)
    assert store.read(file).data == kit.content


def test_archive_without_the_member_is_a_wrong_download(kit, server, store):
    archive = kit.tar(other=b"?")
    server.routes["/a.tgz"] = archive
    source = {"bytes": len(archive), "sha256": digest(archive)}
    with pytest.raises(WrongDownloadError, match="holds no file 'folder/toy'"):
        store.read(kit.file("/a.tgz", member="folder/toy", **source))


def test_altered_archive_is_refused_before_it_is_opened(kit, server, store, monkeypatch):
    monkeypatch.setattr(download_module, "tar_member", pytest.fail)
    server.routes["/a.tgz"] = b"not the archive"
    file = kit.file("/a.tgz", member="folder/toy", bytes=15, sha256="0" * 64)
    with pytest.raises(WrongDownloadError, match="sent 15 bytes"):
        store.read(file)


def test_copy_with_lf_line_endings_becomes_the_published_crlf_file(kit, server, store):
    lf = kit.content
    kit.content = lf.replace(b"\n", b"\r\n")
    server.routes["/lf"] = lf
    file = kit.file("/lf", bytes=len(lf), sha256=digest(lf), lf=True)
    assert store.read(file).data == kit.content


def fail_with(number):
    def call(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.EROFS, CacheNotWritableError),
        (errno.EACCES, CacheNotWritableError),
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
    ],
    ids=["EROFS", "EACCES", "ENOSPC", "EDQUOT"],
)
def test_write_error_is_told_and_leaves_nothing(
    kit, server, store, left_over, monkeypatch, step, number, error
):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    monkeypatch.setattr(os, step, fail_with(number))
    with pytest.raises(error) as caught:
        store.read(file)
    assert_tells(caught.value, file.path, str(store.cache), os.strerror(number), "LABKIT_CACHE")
    monkeypatch.undo()
    assert left_over(store.cache) == []
    assert store.read(file).data == kit.content


def test_good_file_survives_a_failed_forced_download(kit, server, store, monkeypatch):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    store.read(file)
    monkeypatch.setattr(os, "replace", fail_with(errno.ENOSPC))
    with pytest.raises(DiskFullError):
        store.download(file, force=True)
    assert replace(store, offline=True).read(file).origin == "cache"


def test_cache_below_a_file_is_not_writable(kit, server, store, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheNotWritableError) as caught:
        replace(store, cache=tmp_path / "file" / "cache").read(kit.file("/a"))
    assert_tells(caught.value, "Not a directory", "LABKIT_CACHE")
    assert server.hits == []


@pytest.fixture
def tmpfs(tmp_path):
    """A file system of 64 KiB, made read-only by ``mount -o remount,ro``."""
    place = tmp_path / "tmpfs"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("this system has no mount command")
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_full_disk_is_noticed_before_the_download(kit, server, store, tmpfs, left_over):
    kit.content = kit.content * 4
    server.routes["/a"] = kit.content
    with pytest.raises(DiskFullError, match="bytes free"):
        replace(store, cache=tmpfs).read(kit.file("/a"))
    assert server.hits == []
    assert left_over(tmpfs) == []


def test_disk_that_fills_up_during_the_download_leaves_nothing(
    kit, server, store, tmpfs, left_over
):
    filler = tmpfs / "filler"

    def fill(handler):
        filler.write_bytes(b"x" * 50_000)
        server.answer(handler, kit.content)

    server.routes["/a"] = fill
    with pytest.raises(DiskFullError, match="No space left"):
        replace(store, cache=tmpfs).read(kit.file("/a"))
    assert left_over(tmpfs) == ["filler"]


@pytest.mark.parametrize("filled", [True, False])
def test_read_only_cache_serves_what_it_has_and_refuses_the_rest(kit, server, store, tmpfs, filled):
    server.routes["/a"] = kit.content
    file, store = kit.file("/a"), replace(store, cache=tmpfs)
    if filled:
        store.read(file)
    subprocess.run(["mount", "-o", "remount,ro", str(tmpfs)], check=True)
    if filled:
        assert store.read(file).origin == "cache"
    else:
        with pytest.raises(CacheNotWritableError, match="Read-only file system"):
            store.read(file)
        assert server.hits == []


def test_held_lock_is_an_error_that_says_who_waits_for_what(kit, server, store):
    server.routes["/a"] = kit.content
    file = kit.file("/a")
    with store._lock(file), pytest.raises(LockTimeoutError) as caught:
        replace(store, lock_timeout=0.1).read(file)
    assert_tells(caught.value, "toy.lock", "0.1 seconds", "no file needs deleting")
    assert store.read(file).data == kit.content


def test_file_system_without_locks_is_an_error(kit, store, monkeypatch):
    import filelock

    def refuse(*args, **kwargs):
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(CacheNotWritableError, match="no file locks"):
        store.read(kit.file("/a"))


CHILD = """
    import os, signal, sys
    from pathlib import Path
    from labkit.data.records import DataFile, Source
    from labkit.data.store import Store

    url, size, sha256, cache, dies = sys.argv[1:]
    if dies == "while writing":
        os.fsync = lambda number: os.kill(os.getpid(), signal.SIGKILL)
    file = DataFile("toy/toy.csv", int(size), sha256, (Source(url, int(size), sha256),))
    print("ready", flush=True)
    print(Store(None, Path(cache), timeout=(5, 30)).read(file).origin, flush=True)
"""


@pytest.fixture
def child(kit, store):
    """Function: start a process that reads the file from a path of the server."""

    def start(path, dies="never"):
        file = kit.file(path)
        facts = [file.sources[0].url, str(file.bytes), file.sha256, str(store.cache), dies]
        command = [sys.executable, "-W", "error", "-c", textwrap.dedent(CHILD), *facts]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_two_processes_at_once_download_once(kit, server, child):
    both_ready = threading.Event()

    def answer_late(handler):
        both_ready.wait(60)
        time.sleep(0.5)  # so that the second one comes to wait for the lock
        server.answer(handler, kit.content)

    server.routes["/a"] = answer_late
    processes = [child("/a"), child("/a")]
    assert [process.stdout.readline() for process in processes] == ["ready\n", "ready\n"]
    both_ready.set()
    ends = [process.communicate(timeout=60) for process in processes]
    assert {out.strip() for out, _ in ends} <= {"download", "cache"}
    assert [
        (process.returncode, err) for process, (_, err) in zip(processes, ends, strict=True)
    ] == [
        (0, ""),
        (0, ""),
    ]
    assert server.hits == ["/a"]


def test_process_killed_while_downloading_leaves_nothing(kit, server, store, child, left_over):
    server.routes["/a"] = kit.stall(kit.content, seconds=3)
    process = child("/a")
    wait_for(lambda: server.hits == ["/a"])
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert left_over(store.cache) == []
    server.routes["/a"] = kit.content
    assert store.read(kit.file("/a")).data == kit.content


def test_what_a_process_killed_while_writing_leaves_is_ignored_and_swept(
    kit, server, store, child, left_over
):
    server.routes["/a"] = kit.content
    process = child("/a", dies="while writing")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert left_over(store.cache) == [".partial/toy--toy.csv"]
    assert not store.status(kit.file("/a")).ok
    assert store.read(kit.file("/a")).data == kit.content
    assert left_over(store.cache) == ["toy/toy.csv"]


def test_left_over_is_swept_before_a_download_that_fails(kit, server, store, left_over):
    partial = store.cache / ".partial" / "toy--toy.csv"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"half")
    with pytest.raises(NoNetworkError):
        store.read(kit.file("/gone"))
    assert left_over(store.cache) == []


def test_sweep_removes_left_overs_of_dead_processes_only(kit, store, left_over):
    file = kit.file("/a")
    partial = store.cache / ".partial" / "toy--toy.csv"
    with store._lock(file):
        partial.write_bytes(b"half")
        store.sweep([file])
        assert left_over(store.cache) == [".partial/toy--toy.csv"]
    store.sweep([file])
    assert left_over(store.cache) == []


def test_image_sets_with_the_same_file_names_stay_apart(kit, server, store):
    server.routes["/mnist"] = kit.content
    mnist = kit.file("/mnist", path="mnist/train-images-idx3-ubyte.gz")
    store.read(mnist)
    kit.content = kit.content[::-1]
    server.routes["/fashion"] = kit.content
    fashion = kit.file("/fashion", path="fashion_mnist/train-images-idx3-ubyte.gz")
    assert store.read(fashion).data == store.read(mnist).data[::-1]


@pytest.mark.parametrize("deep", [False, True])
def test_status_tells_missing_good_and_short_files_apart(kit, store, deep):
    file = kit.file("/a")
    assert store.status(file, deep=deep).place is None
    put(store.cache, file, kit.content)
    assert store.status(file, deep=deep).ok
    put(store.cache, file, kit.content[1:])
    assert_tells(store.status(file, deep=deep).error, "1 bytes missing")


def test_only_the_deep_status_sees_altered_bytes_of_the_same_size(kit, store):
    file = kit.file("/a")
    put(store.cache, file, kit.content[::-1])
    assert store.status(file).ok
    assert_tells(store.status(file, deep=True).error, file.sha256)


def test_deep_status_compares_unpacked_content(kit, store, gz_images):
    kit.content = gz_images
    file = replace(kit.file("/a", path="toy/toy.gz"), unpacked_sha256="0" * 64)
    put(store.cache, file, gz_images)
    assert "does not hold the published content" in str(store.status(file, deep=True).error)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (requests.exceptions.ConnectTimeout("long\ntext"), "no connection in time"),
        (requests.exceptions.ReadTimeout("long\ntext"), "the server stopped sending"),
        (ValueError("first\nsecond"), "first"),
        (ValueError(), "ValueError"),
    ],
)
def test_reasons_are_one_line(error, reason):
    assert download_module._reason(error) == reason


def test_store_reads_its_settings_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    store = Store.from_environment()
    assert (store.folder, store.cache, store.offline) == (tmp_path, tmp_path / "cache", True)


@pytest.mark.parametrize("variable", ["LABKIT_DATA", "LABKIT_CACHE"])
@pytest.mark.parametrize("folder", ["~nosuchuser/data", "~nosuchuser"])
def test_a_home_that_nobody_has_is_an_error_with_a_remedy(monkeypatch, variable, folder):
    monkeypatch.setenv(variable, folder)
    with pytest.raises(DataError, match="~nosuchuser") as caught:
        Store.from_environment()
    assert variable in caught.value.problem
    assert f"Set {variable} to the full path" in caught.value.remedy
