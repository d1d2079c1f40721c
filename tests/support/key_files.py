"""Key files of a test's own. Every one has another name, since a process reads each file once."""

import base64
import secrets
from pathlib import Path


def key_line(kid: str, key: bytes | None = None) -> str:
    """One line of a key file; a random key unless one is given."""
    return f"{kid} {base64.b64encode(key or secrets.token_bytes(32)).decode()}\n"


def write(directory: Path, *lines: str, mode: int = 0o400) -> Path:
    """A new key file of these lines."""
    path = directory / f"{secrets.token_hex(4)}.key"
    path.write_text("".join(lines))
    path.chmod(mode)
    return path
