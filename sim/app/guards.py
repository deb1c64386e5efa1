"""What the server refuses: other addresses, other pages, large bodies and slow callers."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

import h11
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["Guard", "PatientProtocol", "TooLargeError", "body_of"]

_BODY = 64 * 1024
"""Bytes of a request's body at most: a study with hundreds of moved values has a tenth of that."""

_SECONDS = 10.0
"""Time in which a request must have arrived whole."""

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class TooLargeError(Exception):
    """A request's body is larger than :data:`_BODY`, or did not arrive in time."""


class Guard:
    """Middleware: only this machine's names, only addresses below the token, only this page.

    A page of another origin can send requests to a server on this machine, but cannot set
    ``Host`` or ``Origin``; with a name of its own that leads here (DNS rebinding) it has another
    ``Host``.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str]) -> None:
        self._app = app
        self._prefix = f"/{token}/".encode()
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refused = self._refused(Request(scope))
        if refused is not None:
            await refused(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode()) for k, v in _HEADERS.items()]
                message["headers"] += [pair for pair in extra if pair[0] not in own]
            await send(message)

        await self._app(scope, receive, with_headers)

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("host", "").lower() not in self._hosts:
            return PlainTextResponse("this server answers to 127.0.0.1 alone", 421)
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self._hosts}:
            return PlainTextResponse("another page may not ask this server", 403)
        if request.method not in ("GET", "HEAD") and origin is None:
            return PlainTextResponse("this request does not come from the app's page", 403)
        path = request.scope["raw_path"]
        if not hmac.compare_digest(path[: len(self._prefix)], self._prefix):
            text = "open the address that langson app printed: it holds a token\n"
            return PlainTextResponse(text, 403)
        return None


async def body_of(request: Request) -> bytes:
    """Return a request's body.

    Raises
    ------
    TooLargeError
        It is too large, or takes too long to arrive.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > _BODY:
                    raise TooLargeError
                parts.append(part)
    except TimeoutError:
        raise TooLargeError from None
    return b"".join(parts)


class PatientProtocol(H11Protocol):
    """HTTP that closes a connection whose request does not arrive whole in time."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait no longer once a request has arrived."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            if self._cut is None:
                self._wait()
        elif self._cut is not None:
            self._cut.cancel()
            self._cut = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the wait."""
        if self._cut is not None:
            self._cut.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._cut = self.loop.call_later(_SECONDS, self.transport.close)
