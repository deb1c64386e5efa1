"""Run the server of the app until it is asked to end."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from pathlib import Path

import uvicorn

from sim.app.guards import PatientProtocol
from sim.app.library import study_of
from sim.app.server import build_app
from sim.app.store import Store
from sim.errors import WriteError
from sim.sentences import Sentence

__all__ = ["serve"]

_HOST = str(IPv4Address(socket.INADDR_LOOPBACK))
"""Address that only this machine reaches."""

_KEEP_ALIVE = 15
"""Seconds that an idle connection stays open."""


def serve(
    folder: Path,
    port: int,
    lang: str,
    files: Sequence[Path] = (),
    *,
    browser: bool = True,
    on_ready: Callable[[str], None] = print,
) -> None:
    """Serve the app of a folder on this machine's loopback address.

    Parameters
    ----------
    port:
        0 for any that is free.
    files:
        A scenario, and files to lay over it, to begin a study with.
    on_ready:
        Called with the address once it can be opened.

    Raises
    ------
    WriteError
        The folder cannot be written, or the port is taken.
    ScenarioError
        A file cannot be used.
    """
    names = [str(file) for file in files]
    store = Store(folder)
    store.prepare()
    begun = study_of(names, lang) if names else None
    token = store.token()
    listener = _listener(port)
    bound = listener.getsockname()[1]
    hosts = frozenset({f"{_HOST}:{bound}"})
    config = uvicorn.Config(
        build_app(store, token, hosts, lang, names),
        http=PatientProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=2,
    )
    address = f"http://{_HOST}:{bound}/{token}/"
    if begun is not None:
        address += f"study/{store.new(begun)}"
    on_ready(address)
    if browser:
        webbrowser.open(address)
    with listener:
        uvicorn.Server(config).run([listener])


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        raise WriteError(
            Sentence(
                "port {port} cannot be used: {why}; give another with --port",
                port=port,
                why=error.strerror,
            )
        ) from error
    listener.listen(128)
    return listener
