import io
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from counselling.vault import parcels

DATA = bytes(range(256)) * 2000


class Lost(Exception):
    """Something of the caller's own."""


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    return written(tmp_path / "identity.txt", pyrage.x25519.Identity.generate())


def written(path: Path, *keys: pyrage.x25519.Identity) -> Path:
    path.write_text("\n".join(["# created: today", "", *map(str, keys)]))
    return path


def public(identity: Path) -> str:
    return str(pyrage.x25519.Identity.from_str(identity.read_text().splitlines()[-1]).to_public())


def packed(*recipients: str, data: bytes = DATA) -> bytes:
    into = io.BytesIO()
    parcels.pack([data[:100_000], b"", data[100_000:]], into, recipients)
    return into.getvalue()


def unpacked(parcel: bytes, identity: Path) -> bytes:
    taken: list[bytes] = []
    parcels.unpack(io.BytesIO(parcel), taken.append, identity)
    return b"".join(taken)


def test_what_was_packed_comes_out_again(identity: Path) -> None:
    assert unpacked(packed(public(identity)), identity) == DATA


def test_nothing_at_all_is_a_parcel_too(identity: Path) -> None:
    assert unpacked(packed(public(identity), data=b""), identity) == b""


def test_each_of_several_recipients_opens_it(tmp_path: Path, identity: Path) -> None:
    other = written(tmp_path / "other.txt", pyrage.x25519.Identity.generate())
    parcel = packed(public(identity), public(other))

    assert unpacked(parcel, identity) == unpacked(parcel, other) == DATA


def test_a_file_of_several_identities_opens_what_is_for_one_of_them(tmp_path: Path, identity: Path) -> None:
    mine = pyrage.x25519.Identity.from_str(identity.read_text().splitlines()[-1])
    ring = written(tmp_path / "ring.txt", pyrage.x25519.Identity.generate(), mine)

    assert unpacked(packed(public(identity)), ring) == DATA


def test_somebody_else_opens_nothing(tmp_path: Path, identity: Path) -> None:
    other = written(tmp_path / "other.txt", pyrage.x25519.Identity.generate())

    with pytest.raises(parcels.NotForUs):
        unpacked(packed(public(identity)), other)


@pytest.mark.parametrize("keep", [0, 10, 150, 70_000, -1])
def test_what_was_cut_off_is_damaged(identity: Path, keep: int) -> None:
    with pytest.raises(parcels.Damaged):
        unpacked(packed(public(identity))[:keep], identity)


@pytest.mark.parametrize("at", [3, 300, 70_000, -1])
def test_what_was_altered_is_damaged(identity: Path, at: int) -> None:
    parcel = bytearray(packed(public(identity)))
    parcel[at] ^= 1

    with pytest.raises(parcels.Damaged):
        unpacked(bytes(parcel), identity)


@pytest.mark.parametrize("recipients", [[], ["age1nobody"], [""]])
def test_recipients_are_public_keys(recipients: list[str]) -> None:
    with pytest.raises(parcels.BadKey):
        parcels.check_recipients(recipients)
    with pytest.raises(parcels.BadKey):
        packed(*recipients)


def test_one_recipient_is_enough(identity: Path) -> None:
    parcels.check_recipients([public(identity)])


@pytest.mark.parametrize("text", [b"", b"# nothing\n", b"AGE-SECRET-KEY-1NO\n", b"\xff\xfe"])
def test_a_file_without_identities_is_said_to_be_none(tmp_path: Path, identity: Path, text: bytes) -> None:
    path = tmp_path / "bad"
    path.write_bytes(text)

    with pytest.raises(parcels.BadKey):
        unpacked(packed(public(identity)), path)


def test_a_file_that_is_missing_has_no_identities(tmp_path: Path, identity: Path) -> None:
    with pytest.raises(parcels.BadKey):
        unpacked(packed(public(identity)), tmp_path / "nowhere")


def test_whatever_the_pieces_raise_is_raised(identity: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise Lost

    with pytest.raises(Lost):
        parcels.pack(pieces(), io.BytesIO(), [public(identity)])


def test_whatever_the_places_raise_is_raised(identity: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(28, "No space left on device")

    def lost(_data: bytes) -> None:
        raise Lost

    with pytest.raises(OSError, match="No space left"):
        parcels.pack([b"one"], Full(), [public(identity)])
    with pytest.raises(Lost):
        parcels.unpack(io.BytesIO(packed(public(identity))), lost, identity)
