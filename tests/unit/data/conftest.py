import gzip
import hashlib
import http.server
import io
import os
import struct
import tarfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from labkit.data.records import DataFile, Source
from labkit.data.store import Store

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch, tmp_path):
    """Each test starts without settings, with its own cache, and without the internet."""
    for name in ("LABKIT_DATA", "LABKIT_DATA_STRICT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LABKIT_OFFLINE", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def _find_real():
    """Folder of the published files: what LABKIT_DATA said at start, or the one beside us."""
    named = os.environ.get("LABKIT_DATA")
    folders = ([Path(named)] if named else []) + [ROOT.parent / "shared" / "data"]
    return next((folder for folder in folders if (folder / "titanic").is_dir()), None)


REAL = _find_real()


@pytest.fixture
def real(monkeypatch):
    """The folder with the published files, set as LABKIT_DATA."""
    if REAL is None:
        pytest.skip("needs the published files: neither LABKIT_DATA nor ../shared/data has them")
    monkeypatch.setenv("LABKIT_DATA", str(REAL))
    monkeypatch.setenv("LABKIT_DATA_STRICT", "1")
    return REAL


class Server:
    """HTTP server on 127.0.0.1; each route is bytes, a status code, or a function of the handler."""

    def __init__(self):
        self.routes, self.hits = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.hits.append(self.path)
                outer.answer(self, outer.routes.get(self.path, 404))

            def log_message(self, *args):
                """Keep the test output clean."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @staticmethod
    def answer(handler, route):
        if callable(route):
            route(handler)
        elif isinstance(route, int):
            handler.send_error(route)
        else:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(route)))
            handler.end_headers()
            handler.wfile.write(route)

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Kit:
    """Builds catalog entries for a local server."""

    content = b"PassengerId,Survived\n" + b"".join(b"%d,1\n" % n for n in range(4000))

    def __init__(self, server):
        self.server = server

    def file(self, *paths, path="toy/toy.csv", **source):
        """A file whose sources are these paths of the server."""
        facts = {"bytes": len(self.content), "sha256": sha256(self.content), **source}
        sources = tuple(Source(self.server.url(p), **facts) for p in paths)
        return DataFile(path, len(self.content), sha256(self.content), sources)

    @staticmethod
    def stall(data, seconds):
        """A route that sends half of the data, waits, and sends the rest."""

        def route(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data[: len(data) // 2])
            handler.wfile.flush()
            time.sleep(seconds)
            try:
                handler.wfile.write(data[len(data) // 2 :])
            except OSError:  # the client has given up, as it should
                handler.close_connection = True

        return route

    @staticmethod
    def cut(data, whole):
        """A route that promises ``whole`` bytes, sends ``data`` and hangs up."""

        def route(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(whole))
            handler.end_headers()
            handler.wfile.write(data)
            handler.close_connection = True

        return route

    @staticmethod
    def tar(**members):
        """A gzipped tar archive; member names write / as __."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for name, data in members.items():
                info = tarfile.TarInfo(name.replace("__", "/"))
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return buffer.getvalue()


@pytest.fixture
def kit(server):
    return Kit(server)


@pytest.fixture
def store(tmp_path):
    return Store(folder=None, cache=tmp_path / "cache", timeout=(5, 10), lock_timeout=60)


@pytest.fixture
def left_over():
    """Function: files in a cache other than lock files."""

    def find(cache):
        return sorted(
            str(p.relative_to(cache))
            for p in Path(cache).rglob("*")
            if p.is_file() and p.suffix != ".lock"
        )

    return find


def idx(array):
    """IDX bytes of an array of uint8."""
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


@pytest.fixture(scope="session")
def idx_bytes():
    return idx


@pytest.fixture
def gz_images():
    return gzip.compress(idx(np.zeros((2, 3, 3), np.uint8)))
