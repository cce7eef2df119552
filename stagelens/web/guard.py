"""What stands around the page: headers on every answer, no word of a draft in any error.

Where the page is served from this computer, also a link that opens once, and a check of who asks.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
          "base-uri 'none'; frame-ancestors 'none'")
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), display-capture=(), clipboard-read=()",
    "x-robots-tag": "noindex",
}
PATIENCE = 30.0
"""Seconds in which the next part of a request must come."""
USED = ("This link was opened before, and opens only once. If the page is still open in another tab or in the history, use that; "
        "otherwise end stagelens serve and start it again.")
REFUSED = "This request did not come from the page itself, so it is refused."


def sorry(error: Exception) -> Response:
    """Return the answer to what went wrong; the error's own text may hold words of a draft, so it is neither shown nor logged."""
    if isinstance(error, TimeoutError):
        return PlainTextResponse("The request did not come to its end in time; please send it again.", 408)
    return PlainTextResponse("Something went wrong in reading this. Nothing was kept. Please load the page again.", 500)


class Quiet:
    """Puts the headers on every answer, and answers what goes wrong with one plain sentence that holds nothing of the request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        async def in_time() -> Message:
            async with asyncio.timeout(PATIENCE):
                return await receive()

        try:
            await self._app(scope, in_time, with_headers)
        except Exception as error:
            if not started:
                await sorry(error)(scope, receive, with_headers)


class Door:
    """Lets in only what comes from this computer's own page.

    Parameters
    ----------
    app : ASGI application
        Stands below ``/SESSION/``.
    hosts : collection of str
        Values of the Host header that are answered; empty for any.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app, self._hosts = app, frozenset(hosts)
        self.token, self.session = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._opened = False

    @property
    def path(self) -> str:
        """The path of the link that opens once."""
        return f"/open/{self.token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            return
        await (self._answer(Request(scope)) or self._app_below)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer to what does not reach the page; None for what does."""
        if not self._from_here(request.headers):
            return PlainTextResponse(REFUSED, 403)
        _, first, *rest = [*request.url.path.split("/"), ""]
        if first == "open":
            return self._open(request, rest[0] if rest else "")
        if not secrets.compare_digest(first.encode(), self.session.encode()):
            return PlainTextResponse("There is nothing here. Use the link that stagelens serve printed.", 404)
        return None

    def _open(self, request: Request, token: str) -> Response:
        if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
            return PlainTextResponse("This page is not fetched ahead.", 503)
        if self._opened or not secrets.compare_digest(token.encode(), self.token.encode()):
            return PlainTextResponse(USED if self._opened else "This link is not the one that stagelens serve printed.", 403)
        self._opened = True
        return RedirectResponse(f"/{self.session}/", 303)

    def _from_here(self, headers: Headers) -> bool:
        """Tell whether a request is addressed to this server by a known name, and not sent by another site's page."""
        if self._hosts and headers.get("host", "").lower() not in self._hosts:
            return False
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return False
        if origin == "null":  # what a browser sends with a form of a page without referrer
            return site == "same-origin"
        return origin is None or origin.split("://", 1)[-1].lower() == headers.get("host", "").lower()

    async def _app_below(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "root_path": scope.get("root_path", "") + f"/{self.session}"}, receive, send)


def names(addresses: Iterable[str], port: int) -> set[str]:
    """Return the values of the Host header that address a port by these names."""
    return {f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in addresses}
