"""Run the server: Daphne in this process, silent about addresses, with the clock started."""

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counselling.commands import Refusal

if TYPE_CHECKING:
    from counselling.web.unix_socket import UnixSocket

MOST_FRAME_BYTES = 65_536
HTTP_TIMEOUT_SECONDS = 60
SLOW_HANDSHAKE_SECONDS = 8
SLOW_REQUEST_SECONDS = 8
SOCKET_LIFE_SECONDS = 14_400


def add(parser: argparse.ArgumentParser) -> None:
    """Where to listen: a TCP address, or a Unix socket behind nginx."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--socket", default="", help="path of a Unix socket instead of host and port")


def run(words: argparse.Namespace) -> str:
    """Check keys and tables, then serve until stopped. Raises KeyFileProblem or Refusal with one sentence."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    _refuse_what_would_hurt()
    serve(words)
    return "The server has stopped."


def _refuse_what_would_hurt() -> None:
    from django.conf import settings  # noqa: PLC0415 -- after setup()

    from counselling.people.domain import canary  # noqa: PLC0415 -- after setup()
    from counselling.upkeep.checks.tables import missing_tables  # noqa: PLC0415 -- after setup()

    if settings.DEMO:
        raise Refusal("COUNSELLING_DEMO is set: its cookies are not safe for real use. Run `counselling demo` instead.")
    if missing_tables():
        raise Refusal("The database's tables are not up to date. Run: counselling django migrate")
    canary.check()


def serve(words: argparse.Namespace) -> None:
    """Daphne with our limits; returns when it is told to stop. Raises Refusal when it could not listen."""
    from daphne.endpoints import build_endpoint_description_strings as endpoints  # noqa: PLC0415 -- as above

    from counselling.asgi import application  # noqa: PLC0415 -- after setup()
    from counselling.web.graceful import GracefulServer  # noqa: PLC0415 -- installs its reactor, only for a server

    where: dict[str, Any] = {"unix_socket": words.socket} if words.socket else {"host": words.host, "port": words.port}
    server: Any = GracefulServer(
        farewell=_send_away,
        last=_finish,
        unix_socket=_unix_socket(words.socket) if words.socket else None,
        application=application,
        endpoints=endpoints(**where),
        verbosity=0,  # Daphne's access log holds client addresses
        action_logger=None,
        http_timeout=HTTP_TIMEOUT_SECONDS,
        websocket_timeout=SOCKET_LIFE_SECONDS,
        websocket_handshake_timeout=SLOW_HANDSHAKE_SECONDS,
        websocket_max_message_size=MOST_FRAME_BYTES,
        websocket_max_frame_size=MOST_FRAME_BYTES,
        ping_interval=30,
        ping_timeout=60,
        application_close_timeout=5,
        server_name="",
        ready_callable=lambda: _ready(server),
    )
    server.run()
    if not words.socket and not server.listening_addresses:
        raise Refusal(f"Another program already uses {words.host}:{words.port}. Choose another port.")


def _unix_socket(path: str) -> "UnixSocket":
    """Where nginx finds us. Raises Refusal."""
    from counselling.web.unix_socket import SocketProblem, UnixSocket  # noqa: PLC0415 -- only where there is one

    try:
        return UnixSocket(Path(path))
    except SocketProblem as problem:
        raise Refusal(str(problem)) from None


def _ready(server: Any) -> None:
    """Cut lines whose request never ends (Twisted would wait a minute, and for ever for one that drips).

    Timers run from the start on.
    """
    from chat import runtime  # noqa: PLC0415 -- after setup(); __main__'s rooms may name chat

    server.prepare(SLOW_REQUEST_SECONDS)
    asyncio.get_event_loop().call_soon(runtime.current)


async def _send_away() -> None:
    """Everybody in the chat is asked to come back."""
    from chat import runtime  # noqa: PLC0415 -- as above

    await runtime.current().farewell()


async def _finish() -> None:
    """What was accepted is written."""
    from chat import runtime  # noqa: PLC0415 -- as above

    await runtime.current().stop()
