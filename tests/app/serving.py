"""A running app for tests, and requests to it over a socket of one's own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from sim.app.guards import PatientProtocol
from sim.app.server import build_app
from sim.app.store import Store

__all__ = ["TOKEN", "Running", "running"]

TOKEN = "t" * 22


@dataclass(frozen=True)
class Running:
    """A server: its port, and the store behind it."""

    port: int
    store: Store

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Send a request below the token, as the page does; return its status and content."""
        host = f"127.0.0.1:{self.port}"
        known = {"Host": host, "Origin": f"http://{host}", **(headers or {})}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            content = raw if raw is not None else None if body is None else json.dumps(body)
            connection.request(method, path, content, known)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ask(self, kind: str, study: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """Return the parts of an answer."""
        body = {"page": "0" * 16, "study": study, **more}
        status, content = self.request("POST", f"/{TOKEN}/ask/{kind}", body)
        assert status == 200, content
        return [json.loads(line) for line in content.splitlines()]


@contextmanager
def running(folder: Path, files: tuple[str, ...] = ()) -> Iterator[Running]:
    """Serve the app of a folder until the block ends."""
    store = Store(folder)
    store.prepare()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    port = listener.getsockname()[1]
    app = build_app(store, TOKEN, frozenset({f"127.0.0.1:{port}"}), "en", files)
    config = uvicorn.Config(app, http=PatientProtocol, ws="none", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Running(port, store)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
