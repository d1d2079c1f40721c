"""A mail server that speaks just enough SMTP, over real bytes; it can be down, refuse, or take its time."""

import socketserver
import ssl
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
    """What it took, and how it behaves. `refuses`: the answer to every recipient, as "550" or "450".

    With `tls` it offers STARTTLS, or speaks TLS `at_once`.
    """

    port: int
    refuses: str = ""
    waits: threading.Event | None = None  # until then it does not even greet
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: int = 0  # how many clients came
    greeted: str = ""  # as whom the last one introduced itself
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    signed_in: list[str] = field(default_factory=list)  # what AUTH brought, and over what

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
        house = self.server.house  # type: ignore[attr-defined]
        house.asked += 1
        if house.waits:
            house.waits.wait(30)
        if house.at_once and not self._wrapped(house):
            return
        self.to = ""
        self._say("220 here")
        while (line := self.rfile.readline().decode("ascii").strip()) and self._goes_on(house, line.split()):
            pass

    def _goes_on(self, house: MailServer, words: list[str]) -> bool:
        """One answer; False when it was the last."""
        match words[0].upper():
            case "EHLO":
                house.greeted = words[1]
                self._say("250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN" if house.tls else "250 yes")
            case "STARTTLS":
                self._say("220 go on" if house.tls else "502 no")
                return self._wrapped(house)
            case "AUTH":
                house.signed_in.append(f"{type(self.connection).__name__} {words[2]}")
                self._say("235 yes")
            case "RCPT":
                self.to = words[1].partition("<")[2].rstrip(">")
                self._say(f"{house.refuses} no" if house.refuses else "250 yes")
            case "DATA":
                self._take(house)
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 yes")
        return True

    def _take(self, house: MailServer) -> None:
        self._say("354 go on")
        mail = message_from_bytes(self._until_dot(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        house.taken.append((self.to, mail))
        self._say("250 taken")

    def _wrapped(self, house: MailServer) -> bool:
        """Go on over TLS; False when the client does not trust us."""
        assert house.tls is not None
        try:
            self.connection = self.request = house.tls.wrap_socket(self.request, server_side=True)
        except OSError:
            return False
        self.rfile, self.wfile = self.connection.makefile("rb"), socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]
        return True

    def finish(self) -> None:
        """The server closes what it took, and knows nothing of what is wrapped around it."""
        super().finish()
        self.connection.close()

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
