"""Django's side of a password: the verifier that is derived beside the key (pitfalls 11), as a password hasher."""

import base64
import hmac
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher

from counselling.people.domain import stretching
from counselling.vault import passwords


class VaultHasher(BasePasswordHasher):
    """Argon2id by the vault's parameters, stored as `vault$salt$verifier`.

    Setting a password also needs the key pair: `staffkeys.set_password`, never `Staff.set_password`.
    """

    algorithm = "vault"

    def salt(self) -> str:
        """16 random bytes as text."""
        return _text(passwords.new_salt())

    def encode(self, password: str, salt: str) -> str:
        """The stored form."""
        return self.join(_bytes(salt), passwords.verifier(stretching.stretch(password, _bytes(salt))))

    def verify(self, password: str, encoded: str) -> bool:
        """Whether this is the password; constant time."""
        salt, verifier = self.parts(encoded)
        return hmac.compare_digest(passwords.verifier(stretching.stretch(password, salt)), verifier)

    def decode(self, encoded: str) -> dict[str, Any]:
        """Its parts, as Django asks for them."""
        algorithm, salt, verifier = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": verifier}

    def safe_summary(self, encoded: str) -> Any:
        """Nothing of it is for a page."""
        return {"algorithm": self.decode(encoded)["algorithm"]}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """The parameters are fixed; there is nothing to even out."""

    def must_update(self, encoded: str) -> bool:  # noqa: ARG002 -- Django's signature
        """A rewrite needs the key pair, so never behind anybody's back."""
        return False

    @staticmethod
    def join(salt: bytes, verifier: bytes) -> str:
        """The stored form of both."""
        return f"vault${_text(salt)}${_text(verifier)}"

    @staticmethod
    def parts(encoded: str) -> tuple[bytes, bytes]:
        """(salt, verifier) of a stored form."""
        _, salt, verifier = encoded.split("$", 2)
        return _bytes(salt), _bytes(verifier)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
