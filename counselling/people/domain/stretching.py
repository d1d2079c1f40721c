"""From a password to its root without holding anything that others need: many may wait for two at a time."""

from django.conf import settings
from django.db import connection

from counselling.vault import passwords


def stretch(password: str, salt: bytes) -> bytes:
    """As `vault.passwords.stretch`; a real database's connection is given back first, and comes again when needed.

    Never within `atomic`, as there; a test's outer transaction keeps its connection.
    """
    if not settings.EMBEDDED and not connection.in_atomic_block:
        connection.close()
    return passwords.stretch(password, salt)
