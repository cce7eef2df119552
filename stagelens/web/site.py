"""The page's routes. Each reads a form, calls the library and renders; nothing is kept between two requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ..errors import InputError, StagelensError
from ..framework import load_framework
from ..lens import Lens, load
from ..reading import Reading
from ..render.html import to_html
from ..settings import Settings
from . import pages
from .asked import Asked, TooLargeError, asked, key
from .guard import Quiet, sorry

AT_WORK = 2
"""Drafts read at the same time; the rest wait their turn."""
LARGE = 64_000
"""Bytes of a request above which it must wait for one of a few places; a letter of ten pages takes half of it."""
PLACES = 8
"""Large requests that are held at the same time: bounds memory under many at once. Small ones need no place, so none can keep them waiting."""
WHOLE = 60.0
"""Seconds in which a whole request must have come."""
PART = "x-stagelens-part"
"""The header with which the page's script asks for the findings alone."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Result = TypeVar("Result")


def app(settings: Settings | None = None, *, patterns: Iterable[str | Path] = (), model: str | Path | bool = True) -> ASGIApp:
    """Return the page as an ASGI application.

    It keeps nothing, sets no cookie, logs nothing, and works at any path. It has no login: mount it behind your own.

    Parameters
    ----------
    settings : Settings, optional
        The defaults; whoever uses the page may choose another preset and speaker. What is pasted is always taken as a statement.
    patterns, model
        As for `stagelens.load`.

    Returns
    -------
    ASGI application

    Examples
    --------
    >>> from starlette.applications import Starlette
    >>> from starlette.routing import Mount
    >>> import stagelens.web
    >>> site = Starlette(routes=[Mount("/stagelens", app=stagelens.web.app())])
    """
    return application(Site(settings or Settings(), tuple(patterns), model))


def application(site: Site) -> ASGIApp:
    """Return the application with the routes of a site."""
    return Quiet(Starlette(routes=[
        Route("/", site.draft, methods=["GET", "POST"]),
        Route("/compare", site.compare, methods=["GET", "POST"]),
        Route("/about", site.about),
        Route("/draft.html", site.as_html, methods=["POST"]),
        Route("/draft.docx", site.as_docx, methods=["POST"]),
        Route("/page.css", site.css),
        Route("/page.js", site.js),
        Route("/icon.svg", site.icon),
    ], exception_handlers={Exception: _sorry}))


class Site:
    """The routes, and the lens they share."""

    def __init__(self, settings: Settings, patterns: tuple[str | Path, ...], model: str | Path | bool) -> None:
        self._settings, self._framework = settings, load_framework(settings.framework)
        self._loaded = cache(lambda preset: load(patterns=patterns, model=model, settings=settings.but(preset=preset, statement=True)))
        self._loading = Lock()
        if settings.framework:
            self._lens(settings.preset)  # what is wrong with it is told when the page is started, not when it is first used
        self._at_work: CapacityLimiter | None = None
        self._places = asyncio.Semaphore(PLACES)

    def warm(self) -> None:
        """Load what reading needs, so that the first draft does not wait for it."""
        self._lens(self._settings.preset).tag("I was wrong to say that.")

    # --- pages ---

    async def draft(self, request: Request) -> Response:
        """Show the page for one draft, with what was found in it."""
        if request.method == "GET":
            return HTMLResponse(pages.draft(Asked(preset=self._settings.preset, speaker=self._settings.speaker)))
        return await self._answered(request, self._draft, pages.draft)

    def _draft(self, asked: Asked, *, part: bool) -> Response:
        if asked.example:
            asked = asked.in_place_of_it(pages.example(asked.example), own=not pages.is_example(asked.text))
        reading, aside = self._read(asked)
        return HTMLResponse((pages.part if part else pages.draft)(asked, reading, aside))

    async def compare(self, request: Request) -> Response:
        """Show the page for two drafts."""
        if request.method == "GET":
            return HTMLResponse(pages.compare(Asked(preset=self._settings.preset)))
        return await self._answered(request, self._compare, pages.compare)

    def _compare(self, asked: Asked, *, part: bool) -> Response:
        if not asked.text.strip() or not asked.later.strip():
            return HTMLResponse(pages.compare(asked))
        return HTMLResponse(pages.compare(asked, self._lens(asked.preset).compare(asked.text, asked.later, speaker=asked.speaker)))

    async def about(self, request: Request) -> Response:
        """Show what this is and what it is not."""
        return HTMLResponse(pages.about(self._framework))

    # --- files ---

    async def as_html(self, request: Request) -> Response:
        """Return what was found as a page of its own, without script."""
        return await self._answered(request, self._as_html)

    def _as_html(self, asked: Asked, *, part: bool) -> Response:
        return HTMLResponse(to_html(self._read(asked)[0], notes=asked.audience == "mediator"), headers=_download("draft.html"))

    async def as_docx(self, request: Request) -> Response:
        """Return the draft as a document with a comment on each finding."""
        return await self._answered(request, self._as_docx)

    def _as_docx(self, asked: Asked, *, part: bool) -> Response:
        from ..render.word import to_docx

        return Response(to_docx(self._read(asked)[0], notes=asked.audience == "mediator"), media_type=DOCX, headers=_download("draft.docx"))

    async def css(self, request: Request) -> Response:
        """Return the styles."""
        return Response(pages.styles(), media_type="text/css")

    async def js(self, request: Request) -> Response:
        """Return the script."""
        return _static("page.js", "text/javascript")

    async def icon(self, request: Request) -> Response:
        """Return the page's sign."""
        return _static("icon.svg", "image/svg+xml")

    # --- reading ---

    async def _answered(self, request: Request, answer: Callable[..., Response], page: Callable[[Asked], str] = pages.draft) -> Response:
        part = PART in request.headers
        try:
            async with self._place(request):
                async with asyncio.timeout(WHOLE):
                    form = await asked(request)
                if form.refused:
                    return _refused(form.refused, None if part else page(form))
                return await self._apart(partial(answer, form, part=part))
        except StagelensError as error:
            return _refused(error, None if part else pages.refusal(error))

    @asynccontextmanager
    async def _place(self, request: Request) -> AsyncIterator[None]:
        """Wait for a place if a request is large, or does not say how large it is."""
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) <= LARGE:
            yield
        else:
            async with self._places:
                yield

    async def _apart(self, work: Callable[[], Result]) -> Result:
        """Do what takes time in a thread, a few at a time."""
        self._at_work = self._at_work or CapacityLimiter(AT_WORK)
        return await to_thread.run_sync(work, limiter=self._at_work)

    def _lens(self, preset: str) -> Lens:
        with self._loading:  # one thread loads, the others wait for it
            return self._loaded(preset)

    def _read(self, asked: Asked) -> tuple[Reading, tuple[str, ...]]:
        """Return the reading without what was set aside, and what of that is still there to be set aside."""
        lens = self._lens(asked.preset)
        reading = lens.tag(asked.text, speaker=asked.speaker)
        apart = [span for span in (*reading.spans, *reading.mentions) if key(span) in asked.aside]
        reading = lens.without(reading, apart) if apart else reading
        return lens.to_speaker(reading) if asked.audience == "speaker" else reading, tuple(dict.fromkeys(map(key, apart)))


def _refused(error: StagelensError, page: str | None) -> Response:
    status = 413 if isinstance(error, TooLargeError) else 400 if isinstance(error, InputError) else 500
    return PlainTextResponse(pages.sentence(error), status) if page is None else HTMLResponse(page, status)


async def _sorry(request: Request, error: Exception) -> Response:
    return sorry(error)


def _static(name: str, media_type: str) -> Response:
    return Response((resources.files(__package__) / "static" / name).read_bytes(), media_type=media_type)


def _download(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
