"""A relay on loopback, from Debian's package, with the very configuration that deploy/ brings.

Only what a test cannot have otherwise is told on the command line: addresses, ports, no certificate, peers on loopback.
"""

import secrets
import shutil
import subprocess
from pathlib import Path

from tests.support import environment
from tests.support.services import HOST, Missing, Service, answers, wait_until

CONFIGURATION = environment.ROOT / "deploy" / "coturn" / "turnserver.conf"


class Relay(Service):
    """coturn; `out` is all that it prints, and `directory` where it stands."""

    process: subprocess.Popen[bytes] | None = None

    def __init__(self, *, configuration: Path = CONFIGURATION, words: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.secret = secrets.token_hex(32)
        self.configuration, self.words = configuration, words
        self.out = self.directory / "out"

    @property
    def urls(self) -> str:
        """For COUNSELLING_TURN_URLS."""
        return f"turn:{HOST}:{self.port}?transport=udp,turn:{HOST}:{self.port}?transport=tcp"

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to know of it."""
        return {"COUNSELLING_TURN_URLS": self.urls, "COUNSELLING_TURN_SECRET": self.secret}

    def start(self) -> None:
        if self.process:
            return
        program = shutil.which("turnserver")
        if not program:
            raise Missing("turnserver is missing: apt-get install coturn")
        words = [
            *(program, "-c", self.configuration, f"--static-auth-secret={self.secret}"),
            *(f"--listening-ip={HOST}", f"--relay-ip={HOST}", f"--listening-port={self.port}", "--no-tls"),
            *("--allow-loopback-peers", f"--allowed-peer-ip={HOST}", "--min-port=32769", "--max-port=49151"),
            *self.words,
        ]
        with self.out.open("ab") as out:
            self.process = subprocess.Popen(list(map(str, words)), stdout=out, stderr=out, cwd=self.directory)
        wait_until(lambda: answers(HOST, self.port), seconds=15, what="coturn")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def written(self) -> dict[str, bytes]:
        """Every file that it left where it stands, with what is in it."""
        return {path.name: path.read_bytes() for path in self.directory.iterdir() if path.is_file()}
