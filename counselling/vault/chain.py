"""The audit trail's chain: each link confirms all before it and needs the master key file to forge."""

import hashlib
import hmac

from counselling.vault.master import keyring


def link(previous: bytes, record: bytes, kid: str | None = None) -> bytes:
    """The 32-byte link of `record` behind the link `previous`, which is empty for the first.

    Under the active master key, or the named one. Verify with `hmac.compare_digest`. Raises KeyFileProblem when the
    key file lost `kid`.
    """
    key = keyring().derive("audit|v1", kid)
    return hmac.new(key, bytes((len(previous),)) + previous + record, hashlib.sha256).digest()
