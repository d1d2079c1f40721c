"""Digests by which rows are found: stable, keyed, and of no use without the secret."""

import hashlib
from collections.abc import Callable

from counselling.vault import digests
from tests.support.key_files import key_line


def test_tokens_are_256_random_bits_in_cookie_letters() -> None:
    made = {digests.new_token() for _ in range(500)}

    assert len(made) == 500
    assert {len(token) for token in made} == {43}
    assert all(token.replace("-", "").replace("_", "").isalnum() and token.isascii() for token in made)


def test_token_lookup_is_stable_and_tells_tokens_apart() -> None:
    token = digests.new_token()

    assert digests.token_lookup(token) == digests.token_lookup(token) != digests.token_lookup(digests.new_token())
    assert len(digests.token_lookup(token)) == 32
    assert digests.token_lookup(token) != hashlib.sha256(token.encode()).digest()


def test_what_a_token_wraps_with_is_not_what_finds_it() -> None:
    token = digests.new_token()
    kek = digests.token_kek(token)

    assert digests.token_kek(token) == kek != digests.token_kek(digests.new_token())
    assert len(kek) == 32
    assert kek not in {digests.token_lookup(token), hashlib.sha256(token.encode()).digest()}


def test_keyed_depends_on_value_purpose_and_master_key(use_keys: Callable[..., None]) -> None:
    use_keys(key_line("a", b"a" * 32))
    mine = digests.keyed("return-code", "7K3M")
    others = {digests.keyed("return-code", "7K3N"), digests.keyed("nickname", "7K3M")}
    assert digests.keyed("return-code", "7K3M") == mine
    use_keys(key_line("b", b"b" * 32))

    assert len({mine, *others, digests.keyed("return-code", "7K3M")}) == 4


def test_a_fingerprint_is_sha_256_of_what_a_row_holds() -> None:
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, "abc"

    assert digests.fingerprint(memoryview(b"abc")).hex() == known
    assert digests.fingerprint(b"abd").hex() != known
