"""Seeded people at their lines: who they are comes from tests/support/seed.py, where they connect from the server."""

from typing import Any

from tests.support.server import Server
from tests.support.wire import Line

People = dict[str, Any]


def seeker(server: Server, people: People, number: int = 0) -> Line:
    """The young person of this chat, at this server."""
    token = people["pairs"][number]["seeker"]
    return line(server, "/chat/socket", f"{people['seeker_cookie']}={token}")


def counsellor(server: Server, people: People, number: int = 0) -> Line:
    """The counsellor of this chat, at this server."""
    session = people["pairs"][number]["counsellor"]
    return line(server, "/team/socket", f"{people['staff_cookie']}={session}")


def line(server: Server, path: str, cookie: str) -> Line:
    """Any line."""
    return Line(server.url.replace("http", "ws", 1) + path, cookie=cookie, origin=server.origin)
