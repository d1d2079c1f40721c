"""Whom backups of a test are encrypted to."""

from pathlib import Path

import pyrage


def made(path: Path) -> str:
    """A new identity in this file, as `age-keygen` writes it; its public key."""
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public())
