"""Seals to a public half: only its private half opens them, for their purpose, and an independent HPKE agrees."""

import hashlib
import hmac
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import pairs
from counselling.vault.sealing import Unreadable

PAIR = pairs.new_pair()
PURPOSE = b"case|v1|here"
# Points whose product with any private half is zero (RFC 7748 section 7; the last two are not reduced).
LOW_ORDER = [
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
]


def refuse(private: bytes, sealed: bytes, purpose: bytes = PURPOSE) -> None:
    with pytest.raises(Unreadable) as refusal:
        pairs.open_with(private, sealed, purpose)
    assert str(refusal.value) == ""
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__


def test_pairs_are_random_and_their_halves_belong_together() -> None:
    made = [pairs.new_pair() for _ in range(200)]

    assert len({pair.private for pair in made} | {pair.public for pair in made}) == 400
    assert all((len(pair.private), len(pair.public)) == (32, 32) for pair in made)
    assert all(pairs.public_of(pair.private) == pair.public for pair in made)


def test_a_pair_never_shows_its_private_half() -> None:
    assert repr(PAIR) == f"Pair(public={PAIR.public!r})"


@pytest.mark.parametrize("length", [0, 31, 33])
def test_public_of_refuses_what_is_no_private_half(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pairs.public_of(bytes(length))


@given(st.binary(max_size=500), st.binary(max_size=100))
def test_open_gives_back_what_was_sealed(data: bytes, purpose: bytes) -> None:
    sealed = pairs.seal_to(memoryview(PAIR.public), data, purpose)

    assert pairs.open_with(PAIR.private, memoryview(sealed), purpose) == data
    assert len(sealed) == len(data) + 49
    assert sealed[0] == pairs.SUITE == 2


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    sealed = [pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE) for _ in range(500)]

    assert len({one[1:33] for one in sealed}) == len({one[33:] for one in sealed}) == 500


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_open_refuses_another_purpose(purpose: bytes, other: bytes) -> None:
    sealed = pairs.seal_to(PAIR.public, b"k" * 32, purpose)

    if other != purpose:
        refuse(PAIR.private, sealed, other)


def test_open_refuses_another_private_half() -> None:
    refuse(pairs.new_pair().private, pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE))


@pytest.mark.parametrize("private", [b"", bytes(31), bytes(33)])
def test_open_refuses_what_is_no_private_half(private: bytes) -> None:
    refuse(private, pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE))


@pytest.mark.parametrize("bit", range(8))
def test_open_refuses_a_seal_with_any_bit_flipped(bit: int) -> None:
    """One is no change: X25519 ignores the top bit of a point (RFC 7748 section 5), HPKE binds the bytes as sent."""
    sealed = pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE)

    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1 << bit
        refuse(PAIR.private, bytes(broken))


def test_open_refuses_every_truncation_and_an_extension() -> None:
    sealed = pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE)

    for broken in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"]:
        refuse(PAIR.private, broken)


@given(st.binary(max_size=200))
def test_open_refuses_any_other_bytes(noise: bytes) -> None:
    refuse(PAIR.private, noise)
    refuse(PAIR.private, bytes((pairs.SUITE,)) + noise)


@pytest.mark.parametrize("suite", [0, 1, 3, 255])
def test_open_refuses_a_suite_it_does_not_know(suite: int) -> None:
    refuse(PAIR.private, bytes((suite,)) + pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE)[1:])


@pytest.mark.parametrize("point", LOW_ORDER)
def test_points_of_low_order_are_refused_on_both_sides(point: bytes) -> None:
    """A seal to one could be opened by everybody."""
    sealed = pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE)

    refuse(PAIR.private, sealed[:1] + point + sealed[33:])
    with pytest.raises(ValueError, match="shared key"):
        pairs.seal_to(point, b"k" * 32, PURPOSE)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_seal_refuses_what_is_no_public_half(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        pairs.seal_to(bytes(length), b"k" * 32, PURPOSE)


# RFC 9180 publishes vectors for our KEM and KDF with AES-128-GCM (A.1.1) and none with AES-256-GCM; all carry an AAD,
# which the library's one-shot calls do not take. So: HPKE written down once more from the RFC's text, held to A.1.1,
# and then, with only the AEAD's number and key length changed, made to open our seals and to seal for us.
KEM_SUITE = b"KEM" + (0x0020).to_bytes(2, "big")


class Context(NamedTuple):
    shared: bytes
    key: bytes
    nonce: bytes


def extract(salt: bytes, suite: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256).digest()


def expand(prk: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.new(prk, labelled + b"\x01", hashlib.sha256).digest()[:length]


def context(dh: bytes, enc: bytes, public: bytes, info: bytes, aead: int) -> Context:
    """Sections 4.1 (DHKEM) and 5.1 (key schedule), base mode."""
    shared = expand(extract(b"", KEM_SUITE, b"eae_prk", dh), KEM_SUITE, b"shared_secret", enc + public, 32)
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (0x0020, 0x0001, aead))
    schedule = b"\0" + extract(b"", suite, b"psk_id_hash", b"") + extract(b"", suite, b"info_hash", info)
    secret = extract(shared, suite, b"secret", b"")
    key = expand(secret, suite, b"key", schedule, {0x0001: 16, 0x0002: 32}[aead])
    return Context(shared, key, expand(secret, suite, b"base_nonce", schedule, 12))


def dh(private: bytes, public: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))


def test_the_independent_hpke_gives_the_published_values() -> None:
    """RFC 9180 appendix A.1.1."""
    ephemeral = bytes.fromhex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    private = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    public, enc = pairs.public_of(private), pairs.public_of(ephemeral)
    found = context(dh(ephemeral, public), enc, public, b"Ode on a Grecian Urn", 0x0001)

    assert public.hex() == "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"
    assert enc.hex() == "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    assert found.shared.hex() == "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
    assert (found.key.hex(), found.nonce.hex()) == ("4531685d41d65f03dc48f6b8302c05b0", "56d890e5accaaf011cff4b7d")
    assert AESGCM(found.key).encrypt(found.nonce, b"Beauty is truth, truth beauty", b"Count-0").hex() == (
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )


def test_the_independent_hpke_opens_our_seals() -> None:
    sealed = pairs.seal_to(PAIR.public, b"k" * 32, PURPOSE)
    enc, ciphertext = sealed[1:33], sealed[33:]
    found = context(dh(PAIR.private, enc), enc, PAIR.public, PURPOSE, 0x0002)

    assert AESGCM(found.key).decrypt(found.nonce, ciphertext, b"") == b"k" * 32


def test_seals_of_the_independent_hpke_open() -> None:
    ephemeral = pairs.new_pair()
    found = context(dh(ephemeral.private, PAIR.public), ephemeral.public, PAIR.public, PURPOSE, 0x0002)
    ciphertext = AESGCM(found.key).encrypt(found.nonce, b"k" * 32, b"")

    assert pairs.open_with(PAIR.private, bytes((2,)) + ephemeral.public + ciphertext, PURPOSE) == b"k" * 32
