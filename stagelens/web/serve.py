"""`stagelens serve`: the page on this computer, reachable from this computer alone."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from threading import Thread

import uvicorn

from ..errors import InputError
from ..settings import Settings
from .guard import Door, Quiet, names
from .site import Site, application

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_AT_ONCE = 256
"""Connections above which a plain 503 is the answer."""


def serve(host: str = "127.0.0.1", port: int = 0, *, let_others_in: bool = False, settings: Settings | None = None,
          ready: Callable[[str], None] | None = None) -> None:
    """Serve the page until interrupted.

    Parameters
    ----------
    host : str
        The address to listen on.
    port : int
        0 for any free port.
    let_others_in : bool
        Must be set for an address that other computers can reach.
    settings : Settings, optional
    ready : callable, optional
        Is told the link that opens the page, once.

    Raises
    ------
    InputError
        If the address is not this computer's own and that was not asked for, or cannot be listened on.
    """
    if not _is_loopback(host) and not let_others_in:
        raise InputError(f"the address {host} can be reached from other computers, and what is sent there is not encrypted; "
                         "use 127.0.0.1, or add --let-others-in if that is what you want")
    listener = _listening(host, port)
    bound = listener.getsockname()[1]
    site = Site(settings or Settings(), (), True)
    door = Door(application(site), names({*LOOPBACK, host}, bound) if _is_loopback(host) else ())
    server = uvicorn.Server(uvicorn.Config(
        Quiet(door), access_log=False, log_config=None, log_level="critical", server_header=False, lifespan="off", ws="none", http="h11",
        limit_concurrency=MOST_AT_ONCE, timeout_keep_alive=30, timeout_graceful_shutdown=2, proxy_headers=False))
    if ready:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{bound}{door.path}")
    Thread(target=site.warm, daemon=True).start()
    server.run(sockets=[listener])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(MOST_AT_ONCE)  # before the link is told, so that a browser that is quicker than the server waits
    except (OSError, OverflowError) as error:
        listener.close()
        raise InputError(f"cannot listen on {host}, port {port} ({getattr(error, 'strerror', None) or error}); "
                         "give an address of this computer and a free port, or leave both out") from None
    return listener
