"""The audit chain: any change before a link shows in it."""

import hashlib
import hmac
from collections.abc import Callable

import pytest

from counselling.vault import chain
from counselling.vault.master import KeyFileProblem, keyring
from tests.support.key_files import key_line

Use = Callable[..., None]


def chained(records: list[bytes], kid: str | None = None) -> list[bytes]:
    links = [b""]
    for record in records:
        links.append(chain.link(links[-1], record, kid))
    return links[1:]


def test_a_link_is_an_hmac_under_a_key_of_its_own(use_keys: Use) -> None:
    use_keys(key_line("a"))
    expected = hmac.new(keyring().derive("audit|v1"), b"\x02abc", hashlib.sha256).digest()

    assert chain.link(b"ab", b"c") == expected
    assert chain.link(b"a", b"bc") != expected


def test_every_change_before_a_link_shows_in_it(use_keys: Use) -> None:
    use_keys(key_line("a"))
    records = [b"one", b"two", b"three", b"four"]
    head = chained(records)[-1]

    altered = [
        [b"one", b"two", b"threE", b"four"],
        [b"two", b"one", b"three", b"four"],
        [b"one", b"three", b"four"],
        [b"onetwo", b"three", b"four"],
        [b"one", b"two", b"three", b"four", b""],
        records[:-1],
    ]
    assert head not in {chained(other)[-1] for other in altered}
    assert chained(records)[-1] == head


def test_links_of_an_old_key_are_verified_with_it(use_keys: Use) -> None:
    old = key_line("old")
    use_keys(old)
    link = chain.link(b"", b"one")
    use_keys(key_line("new"), old)

    assert chain.link(b"", b"one", "old") == link != chain.link(b"", b"one")
    with pytest.raises(KeyFileProblem, match="older"):
        chain.link(b"", b"one", "older")
