"""From a password to keys: one Argon2id, then HKDF to everything that is needed of it (pitfalls 1, 9, 11)."""

import contextlib
import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SALT_BYTES = 16
ROOT_BYTES = 32
ITERATIONS = 3
LANES = 1  # more of them stall for ever when two run at once (pitfalls 1)
MEMORY_KIB = 64 * 1024  # with 3 iterations above OWASP's and ASVS' minimum (security.md section 2)
AT_ONCE = 2  # at 64 MiB each; the rest of the process stays awake meanwhile
POLITE = 10  # how far these threads stand back for chats, of this process and of the others, when processors are short


def new_salt() -> bytes:
    """16 random bytes."""
    return os.urandom(SALT_BYTES)


def stretch(password: str, salt: bytes) -> bytes:
    """The 32-byte root of a password: Argon2id, about a quarter of a second; `salt` has 8 bytes or more.

    At most two run at once in a process, the others wait in the order they came: never call it where waiting stalls
    others (an event loop, an open transaction). The password is brought to NFC first, since one keyboard writes "ü" as
    one character and another as two; nothing else about it is changed. The caller bounds its length.
    """
    return _pool().submit(_argon2, _as_bytes(password), salt).result()


def verifier(root: bytes) -> bytes:
    """What the database keeps to recognise the password; tells nothing about `kek` or `lookup`."""
    return _derive(root, b"verifier|v1")


def kek(root: bytes) -> bytes:
    """The key that wraps the private half; never stored."""
    return _derive(root, b"kek|v1")


def lookup(root: bytes) -> bytes:
    """By which a seeker's row is found without asking whether a nickname is known (pitfalls 9)."""
    return _derive(root, b"lookup|v1")


def _as_bytes(password: str) -> bytes:
    """Lone surrogates, which JSON can carry, are a password as well and no error."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _argon2(password: bytes, salt: bytes) -> bytes:
    """Tests may set ARGON2_MEMORY_KIB; no environment variable does."""
    memory = getattr(settings, "ARGON2_MEMORY_KIB", MEMORY_KIB)
    return Argon2id(salt=salt, length=ROOT_BYTES, iterations=ITERATIONS, lanes=LANES, memory_cost=memory).derive(
        password
    )


def _derive(root: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(root)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2", initializer=_stand_back)


def _stand_back() -> None:
    """On Linux a thread has a priority of its own; elsewhere this would move the whole process, so it is left out."""
    if sys.platform == "linux":  # pragma: no branch -- only one of them can be measured on a machine
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITE)


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork; a child makes its own
