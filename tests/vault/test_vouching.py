"""Macs over public halves: of this server, for this place, for this half, through rotations of the master key."""

from collections.abc import Callable
from uuid import UUID

import pytest

from counselling.vault import pairs, vouching
from tests.support.key_files import key_line

Use = Callable[..., None]
TEAM, MARA = UUID(int=7), UUID(int=8)
PUBLIC = pairs.new_pair().public
PLACES = [
    vouching.team_key(TEAM, 1),
    vouching.team_key(TEAM, 2),
    vouching.team_key(MARA, 1),
    vouching.staff_key(TEAM),
    vouching.staff_key(MARA),
    vouching.paper(TEAM),
    vouching.place(TEAM, 1, MARA),
    vouching.place(TEAM, 2, MARA),
    vouching.place(MARA, 1, TEAM),
]


@pytest.mark.parametrize("what", PLACES)
def test_a_mac_holds_for_its_place_alone(what: bytes) -> None:
    mac = vouching.vouch(what, memoryview(PUBLIC))

    assert [place for place in PLACES if vouching.vouches(memoryview(mac), place, PUBLIC)] == [what]


def test_a_mac_is_of_one_public_half_alone() -> None:
    mac = vouching.vouch(PLACES[0], PUBLIC)

    assert not vouching.vouches(mac, PLACES[0], pairs.new_pair().public)
    assert not vouching.vouches(mac, PLACES[0], PUBLIC + b"\0")
    assert not vouching.vouches(mac, PLACES[0], b"")


def test_a_mac_with_any_byte_flipped_or_missing_is_none() -> None:
    mac = vouching.vouch(PLACES[0], PUBLIC)

    for position in range(len(mac)):
        broken = bytearray(mac)
        broken[position] ^= 1
        assert not vouching.vouches(bytes(broken), PLACES[0], PUBLIC)
        assert not vouching.vouches(mac[:position], PLACES[0], PUBLIC)


def test_a_mac_without_a_key_id_does_not_fall_back_on_the_active_key(use_keys: Use) -> None:
    use_keys(key_line("k1"))
    mac = vouching.vouch(PLACES[0], PUBLIC)

    assert vouching.kid_of(mac) == "k1"
    assert not vouching.vouches(b"\0" + mac[3:], PLACES[0], PUBLIC)


def test_another_servers_mac_is_none(use_keys: Use) -> None:
    use_keys(key_line("k1"))
    mac = vouching.vouch(PLACES[0], PUBLIC)

    use_keys(key_line("k1"))

    assert not vouching.vouches(mac, PLACES[0], PUBLIC)


def test_rotation_keeps_macs_until_their_key_is_gone(use_keys: Use) -> None:
    old, new = key_line("old"), key_line("new")
    use_keys(old)
    mac = vouching.vouch(PLACES[0], PUBLIC)

    use_keys(new, old)
    assert vouching.vouches(mac, PLACES[0], PUBLIC)
    assert vouching.kid_of(vouching.vouch(PLACES[0], PUBLIC)) == "new"
    use_keys(new)
    assert not vouching.vouches(mac, PLACES[0], PUBLIC)


@pytest.mark.parametrize("mac", [b"", b"\0", b"\x20" + b"x" * 31, b"\x01" + b"\xff" + b"x" * 32])
def test_what_is_no_mac_vouches_for_nothing(mac: bytes) -> None:
    assert not vouching.vouches(mac, PLACES[0], PUBLIC)
