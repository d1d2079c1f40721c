"""The thief of `test_thief.py` knows every purpose, and finds keys wherever they may lie about."""

import ast
import base64
import re
import secrets
from pathlib import Path

import pytest

from counselling.vault import digests
from counselling.vault.master import KEY_BYTES
from tests.support import purposes, source
from tests.support.loot import keys_in
from tests.support.source import Module

KNOWN = {
    "kek|v1",
    "pepper|v1",
    "operational|v1",
    "audit|v1",
    "django|v1",
    "demo-passwords|v1",
    "lookup|return-code|v1",
    "lookup|passphrase|v1",
    "lookup|sign-in|v1",
    "lookup|second-step|v1",
    "lookup|return-name|v1",
    "lookup|recovery-code|v1",
    "lookup|invitation|v1",
}


def test_no_purpose_of_the_code_is_missing() -> None:
    assert purposes.derived() >= KNOWN
    assert "lookup|second-factor-code|v1" not in purposes.derived()


def test_every_text_that_looks_like_a_purpose_of_the_key_file_is_found() -> None:
    """By another way than the thief's: the words before a call that is told a key's id."""
    told = re.compile(r"""\.derive\(\s*f?["']([a-z0-9|{}-]+)["']""")
    read = {purpose for module in source.modules() for purpose in told.findall(module.path.read_text())}

    assert {purpose for purpose in read if "{" not in purpose} <= purposes.derived()
    assert {purpose for purpose in read if "{" in purpose} == {"lookup|{purpose}|v1"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('keyring().derive("new|v1")', {"new|v1"}),
        ('P = "new"\ndigests.keyed(P, code)', {"lookup|new|v1"}),
        ('P: Final = "new"\nevery_keyed(P, code)', {"lookup|new|v1"}),
        ("HKDF(info=b'').derive(token)", set()),
    ],
)
def test_a_new_purpose_is_found(tmp_path: Path, text: str, found: set[str]) -> None:
    assert purposes.of_module(a_module(tmp_path, text)) == found


@pytest.mark.parametrize("text", ["keyring().derive(what)", "digests.keyed(f'{a}', code)", "keyed()"])
def test_a_purpose_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(purposes.Unknown):
        purposes.of_module(a_module(tmp_path, text))


def a_module(directory: Path, text: str) -> Module:
    module = Module(source.ROOT / "counselling" / directory.name)
    module.__dict__["tree"] = ast.parse(text)
    return module


def test_keys_are_found_in_whatever_form_they_lie_about() -> None:
    key, token = secrets.token_bytes(KEY_BYTES), digests.new_token()
    forms = [
        key.hex(),
        key.hex().upper(),
        base64.b64encode(key).decode(),
        base64.urlsafe_b64encode(key).decode().rstrip("="),
    ]

    assert all(key in keys_in(f"left and right of {form}, and more".encode()) for form in forms)
    assert all(key in keys_in(b"+" + form.encode() + b"x") for form in forms)
    assert keys_in(f"+{token}.".encode()) >= {digests.token_kek(token), digests.token_lookup(token)}
    assert key in keys_in(b"\x80\x04C " + key + b"\x94.", raw=True)
    assert keys_in(b"nothing of it 0123456789abcdef") == set()
