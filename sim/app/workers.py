"""Processes that answer questions: the newest question of a page stops its earlier one.

The server's own process only passes on. Each page has a process to itself as long as there are
enough; it keeps scenarios and results of the page's earlier questions.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sim.app.answers import Answers, Question
from sim.errors import LangsonError, ScenarioError
from sim.messages import Messages, messages
from sim.processes import initialise_worker

__all__ = ["Workers"]

_MOST = 4
"""Processes; more pages than that take turns."""

Part = dict[str, Any]
"""A part of an answer; ``{"error": sentence}`` where there is none."""

_LOST = {"lost": True}


class Workers:
    """Processes of the app; start and stop them from the event loop."""

    def __init__(self, folder: Path, files: Collection[str]) -> None:
        self._folder = folder
        self._files = files
        self._workers: dict[str, _Worker] = {}

    async def answer(self, page: str, question: Question) -> AsyncIterator[Part]:
        """Yield the parts of an answer; nothing more once the page has asked again."""
        async for part in self._worker(page).ask(question):
            yield part

    def _worker(self, page: str) -> _Worker:
        """Return the page's process: its own, else a new one, else that used longest ago."""
        worker = self._workers.pop(page, None)
        if worker is None and len(self._workers) >= _MOST:
            worker = self._workers.pop(next(iter(self._workers)))
        if worker is None or not worker.alive:
            worker = _Worker(self._folder, self._files)
        self._workers[page] = worker
        return worker

    def stop(self) -> None:
        """End all processes."""
        for worker in self._workers.values():
            worker.stop()
        self._workers.clear()


class _Worker:
    """One process, its questions by number, and the thread that receives its answers."""

    def __init__(self, folder: Path, files: Collection[str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._channel, theirs = context.Pipe()
        self._began = context.Event()  # held: the process opens it by name
        self._process = context.Process(
            target=_serve, args=(theirs, folder, files, self._began), daemon=True
        )
        self._process.start()
        theirs.close()
        self._numbers = count(1)
        self._asked: tuple[int, asyncio.Queue[Part | None]] | None = None
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._receive, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    async def ask(self, question: Question) -> AsyncIterator[Part]:
        """Put a question, and yield the parts of its answer; an earlier one gets no more."""
        if self._asked is not None:
            self._asked[1].put_nowait(None)
        number, parts = next(self._numbers), asyncio.Queue[Part | None]()
        self._asked = number, parts
        try:
            self._channel.send((number, question))
        except OSError:
            yield _LOST
            return
        while (part := await parts.get()) is not None:
            yield part

    def _receive(self) -> None:
        """Hand on what the process sends until it ends."""
        with suppress(EOFError, OSError, RuntimeError):
            while True:
                number, part = self._channel.recv()
                self._loop.call_soon_threadsafe(self._put, number, part)
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._put, None, _LOST)

    def _put(self, number: int | None, part: Part | None) -> None:
        if self._asked is None or number not in (None, self._asked[0]):
            return
        parts = self._asked[1]
        parts.put_nowait(part)
        if number is None:
            parts.put_nowait(None)

    def stop(self) -> None:
        self._process.kill()  # it leaves gentler requests to end to its parent
        self._process.join()


def _serve(channel: Connection, folder: Path, files: Collection[str], began: Any) -> None:
    """Answer questions until the channel closes; of several that wait only the last."""
    initialise_worker(began)
    answers = Answers(folder, files, channel.poll)
    with suppress(EOFError, OSError):
        while True:
            number, question = channel.recv()
            while channel.poll():
                number, question = channel.recv()
            for part in _parts(answers, question):
                channel.send((number, part))
            channel.send((number, None))


def _parts(answers: Answers, question: Question) -> Iterator[Part]:
    """Yield an answer, or the sentence that says why there is none."""
    try:
        yield from answers.of(question)
    except LangsonError as error:
        yield {"error": _told(error, messages(question.study.lang))}
    except Exception as error:  # noqa: BLE001 -- the page says it, the server goes on
        yield {"error": f"{type(error).__name__}: {error}"}


def _told(error: LangsonError, language: Messages) -> str:
    """Return an error in the reader's language; each problem of a file on a line of its own."""
    if not isinstance(error, ScenarioError):
        return language.translated(error.args[0] if error.args else "")
    lines = []
    for problem in error.problems:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part)
        texts = [language.translated(text) for text in (problem.message, problem.hint) if text]
        lines.append(f"{place}: {'; '.join(texts)}")
    return "\n".join(lines)
