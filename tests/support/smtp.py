"""A mail server that speaks just enough SMTP, over real bytes; it can be down, refuse, or take its time."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.support.services import HOST, free_port


@dataclass
class MailServer:
    """What it took, and how it behaves. `refuses`: the answer to every recipient, as "550" or "450"."""

    port: int
    refuses: str = ""
    waits: threading.Event | None = None  # until then it does not even greet
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: int = 0  # how many clients came
    greeted: str = ""  # as whom the last one introduced itself

    @property
    def to(self) -> list[str]:
        """The recipients of what was taken."""
        return [to for to, _mail in self.taken]

    def texts(self) -> list[str]:
        """Subject, an empty line, and text of each."""
        contents = ((mail["Subject"], mail.get_content()) for _to, mail in self.taken)
        return [f"{subject}\n\n{text}".replace("\r\n", "\n") for subject, text in contents]


class _Talk(socketserver.StreamRequestHandler):
    """One client."""

    def handle(self) -> None:
        house: MailServer = self.server.house  # type: ignore[attr-defined]
        house.asked += 1
        if house.waits:
            house.waits.wait(30)
        self._say("220 here")
        to = ""
        while line := self.rfile.readline().decode("ascii").strip():
            match line.split()[0].upper():
                case "EHLO":
                    house.greeted = line.split()[1]
                    self._say("250 yes")
                case "RCPT":
                    to = line.partition("<")[2].rstrip(">")
                    self._say(f"{house.refuses} no" if house.refuses else "250 yes")
                case "DATA":
                    self._say("354 go on")
                    mail = message_from_bytes(self._until_dot(), policy=policy.default)
                    assert isinstance(mail, EmailMessage)
                    house.taken.append((to, mail))
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 yes")

    def _until_dot(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(port: int | None = None, **how: Any) -> Iterator[MailServer]:
    """A server that runs inside this block."""
    house = MailServer(port or free_port(), **how)
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer((HOST, house.port), _Talk) as server:
        server.house = house  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield house
        server.shutdown()
        thread.join()
