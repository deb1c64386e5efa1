"""Server of the app: pages, studies, answers and files, for this machine alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from sim.app.answers import Question, QuestionKind
from sim.app.guards import Guard, TooLargeError, body_of
from sim.app.library import first_study, upgrade_titles
from sim.app.pages import questions, start_page, study_page, stylesheet
from sim.app.store import OutdatedError, Store
from sim.app.study import Study
from sim.app.workers import Workers
from sim.errors import ResultsError
from sim.messages import LANGUAGES
from sim.results.folder import is_plain

__all__ = ["build_app"]

M = TypeVar("M", bound=BaseModel)

_SHOWN = {".html": "text/html", ".xlsx": "application/octet-stream", ".yaml": "text/plain"}
"""Files of a results folder, and of what was saved, that a page may open."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Change(_Body):
    revision: int
    study: Study


class _Ask(_Body):
    page: str = Field(pattern=r"[0-9a-f]{16}")
    study: Study
    name: str = Field("", max_length=120)


class _Begin(_Body):
    question: str = Field(max_length=60)
    lang: str = Field(pattern="en|vi")


def build_app(
    store: Store,
    token: str,
    hosts: frozenset[str],
    lang: str = "en",
    files: Collection[str] = (),
) -> ASGIApp:
    """Return the app of a folder.

    Parameters
    ----------
    token:
        First part of the path of every address.
    hosts:
        Values of the header Host that are answered, address and port.
    lang:
        Language of who has chosen none, ``en`` or ``vi``.
    files:
        Scenario files that studies may name by their paths.
    """
    pages = _Pages(store, lang, files)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        pages.workers.stop()

    routes = [
        Route("/", pages.start),
        Route("/begin", pages.begin, methods=["POST"]),
        Route("/study/{name}", pages.study),
        Route("/study/{name}", pages.change, methods=["PUT"]),
        Route("/ask/{kind}", pages.ask, methods=["POST"]),
        Route("/result/{folder}/{file}", pages.result),
        Route("/saved/{file}", pages.saved),
        Route("/app.css", pages.style),
        Route("/app.js", pages.script),
        Route("/report.js", pages.report_script),
    ]
    errors = {
        TooLargeError: _refused(413, "the request is too large, or came too slowly"),
        ResultsError: _not_found,
        404: _refused(404, "there is nothing at this address"),
        405: _refused(405, "this address takes no such request"),
    }
    app = Starlette(
        routes=[Mount(f"/{token}", routes=routes)], exception_handlers=errors, lifespan=lifespan
    )
    return Guard(app, token, hosts)


Handler = Callable[[Request, Exception], Awaitable[Response]]


def _refused(code: int, sentence: str) -> Any:
    async def handler(_: Request, __: Exception) -> Response:
        return JSONResponse({"error": sentence}, code)

    return handler


async def _not_found(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 404)


async def _read(request: Request, model: type[M]) -> M | Response:
    """Return the body of a request, or the response that says what is wrong with it."""
    try:
        return model.model_validate_json(await body_of(request))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        return JSONResponse({"error": f"{place}: {first['msg']}".removeprefix(": ")}, 422)


class _Pages:
    """Handlers of requests."""

    def __init__(self, store: Store, lang: str, files: Collection[str]) -> None:
        self.store = store
        self.workers = Workers(store.folder, files)
        self._lang = lang

    async def start(self, request: Request) -> Response:
        lang = request.query_params.get("lang", self._lang)
        lang = lang if lang in LANGUAGES else self._lang
        return HTMLResponse(start_page(list(self.store.all()), lang))

    async def begin(self, request: Request) -> Response:
        """Begin a study with a question."""
        asked = await _read(request, _Begin)
        if isinstance(asked, Response):
            return asked
        if asked.question not in questions():
            return JSONResponse({"error": f"there is no question '{asked.question}'"}, 404)
        study = first_study(asked.question, asked.lang)
        return JSONResponse({"id": self.store.new(study)})

    async def study(self, request: Request) -> Response:
        name = request.path_params["name"]
        saved = self.store.read(name)
        lang = saved.study.lang
        return HTMLResponse(study_page(name, saved, upgrade_titles(), lang))

    async def change(self, request: Request) -> Response:
        """Save a study, unless another window has changed it since this one read it."""
        change = await _read(request, _Change)
        if isinstance(change, Response):
            return change
        try:
            name = request.path_params["name"]
            return JSONResponse(
                {"revision": self.store.change(name, change.revision, change.study)}
            )
        except OutdatedError:
            return JSONResponse({"error": "changed in another window"}, 409)

    async def ask(self, request: Request) -> Response:
        """Stream the parts of an answer, a line of JSON each, as they are ready."""
        kind = request.path_params["kind"]
        if kind not in get_args(QuestionKind):
            return JSONResponse({"error": f"nothing can be asked for {kind}"}, 404)
        asked = await _read(request, _Ask)
        if isinstance(asked, Response):
            return asked
        question = Question(kind, asked.study, asked.name)

        async def lines() -> AsyncIterator[str]:
            async for part in self.workers.answer(asked.page, question):
                yield json.dumps(part, ensure_ascii=False) + "\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def result(self, request: Request) -> Response:
        """A page or workbook of a results folder beside that of the app."""
        folder, file = request.path_params["folder"], request.path_params["file"]
        return self._file(self.store.folder.parent, folder, file)

    async def saved(self, request: Request) -> Response:
        return self._file(self.store.folder, "saved", request.path_params["file"])

    def _file(self, root: Any, folder: str, file: str) -> Response:
        path = root / folder / file
        ending = _SHOWN.get(path.suffix)
        known = is_plain(folder) and is_plain(file) and ending is not None
        if not known or path.is_symlink() or (root / folder).is_symlink() or not path.is_file():
            return JSONResponse({"error": "there is nothing at this address"}, 404)
        headers = {}
        if path.suffix == ".html":  # a page of ours with scripts and styles within
            headers["content-security-policy"] = (
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                "sandbox allow-scripts allow-downloads allow-modals"
            )
        return FileResponse(path, media_type=ending, headers=headers)

    async def style(self, _: Request) -> Response:
        return Response(stylesheet(), media_type="text/css")

    async def script(self, _: Request) -> Response:
        return _script("sim.app", "app.js")

    async def report_script(self, _: Request) -> Response:
        return _script("sim.report.html", "script.js")


def _script(package: str, name: str) -> Response:
    text = resources.files(package).joinpath("templates", name).read_text("utf-8")
    return Response(text, media_type="text/javascript")
