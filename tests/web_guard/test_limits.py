"""Tags and limits: the same for one visitor, useless to everybody else, never a locked door when the cache is gone."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from counselling.web import limits
from tests.web_guard.conftest import MakeRequest

SPOOFS = [
    "203.0.113.9", "203.0.113.9, 198.51.100.1", "127.0.0.1", "::1", "", "unknown", "x" * 5000, "203.0.113.9,", ",,,",
    "\u00e4\u00f6", "203.0.113.9\x0b", "for=203.0.113.9",
]  # fmt: skip


def scope(address: str, *forwarded: bytes) -> dict[str, object]:
    return {"client": (address, 4711), "headers": [(b"x-forwarded-for", value) for value in forwarded]}


def test_address_tag_is_five_hex_digits_and_stable(visit: MakeRequest) -> None:
    tag = limits.address_tag(visit("198.51.100.7"))

    assert len(tag) == 5
    assert 0 <= int(tag, 16) < 2**20
    assert tag == limits.address_tag(visit("198.51.100.7")) == limits.address_tag(scope("198.51.100.7"))


def test_address_tag_tells_addresses_apart(visit: MakeRequest) -> None:
    tags = {limits.address_tag(visit(f"198.51.{third}.{last}")) for third in range(4) for last in range(50)}

    assert len(tags) >= 195


@pytest.mark.parametrize("spoof", SPOOFS)
def test_address_tag_ignores_forwarded_headers_without_a_proxy(visit: MakeRequest, spoof: str) -> None:
    assert limits.address_tag(visit("198.51.100.7", spoof)) == limits.address_tag(visit("198.51.100.7"))
    assert limits.address_tag(scope("198.51.100.7", spoof.encode())) == limits.address_tag(visit("198.51.100.7"))


@pytest.mark.parametrize("spoof", ["203.0.113.9", "127.0.0.1", "::1", "x" * 5000, ",,,"])
def test_address_tag_behind_a_proxy_believes_only_the_last_entry(
    visit: MakeRequest, settings: Settings, spoof: str
) -> None:
    settings.BEHIND_PROXY = True
    real = limits.address_tag(visit("127.0.0.1", "198.51.100.7"))

    assert limits.address_tag(visit("127.0.0.1", f"{spoof}, 198.51.100.7")) == real
    assert limits.address_tag(scope("127.0.0.1", f"{spoof},198.51.100.7".encode())) == real
    assert limits.address_tag(scope("127.0.0.1", spoof.encode(), b"198.51.100.7")) == real
    assert limits.address_tag(visit("127.0.0.1", "198.51.100.8")) != real


def test_address_tag_behind_a_proxy_without_header_takes_the_peer(visit: MakeRequest, settings: Settings) -> None:
    settings.BEHIND_PROXY = True

    assert limits.address_tag(visit("198.51.100.7")) == limits.address_tag(scope("198.51.100.7"))


def test_address_tag_counts_an_ipv6_site_as_one(visit: MakeRequest) -> None:
    home = limits.address_tag(visit("2001:db8:1:2::1"))

    assert limits.address_tag(visit("2001:db8:1:2:ffff:ffff:ffff:ffff")) == home
    assert limits.address_tag(visit("2001:db8:1:3::1")) != home


def test_address_tag_reads_mapped_ipv4_as_ipv4(visit: MakeRequest) -> None:
    assert limits.address_tag(visit("::ffff:198.51.100.7")) == limits.address_tag(visit("198.51.100.7"))


def test_address_tag_puts_nameless_peers_in_one_place(visit: MakeRequest) -> None:
    assert limits.address_tag({"client": None, "headers": []}) == limits.address_tag(visit("not an address"))


def test_the_key_changes_at_local_midnight(visit: MakeRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {
        "evening": datetime(2026, 7, 1, 21, 59, tzinfo=UTC),  # 23:59 in Berlin
        "next": datetime(2026, 7, 1, 22, 1, tzinfo=UTC),  # 00:01
    }
    keys = {}
    for name, moment in days.items():
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        keys[name] = limits._key_of_the_day()
        assert limits._key_of_the_day() == keys[name]

    assert keys["evening"] != keys["next"]
    assert all(len(key) == 32 for key in keys.values())


def test_marks_and_keys_end_at_local_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 7, 1, 21, 0, tzinfo=UTC))

    assert limits._seconds_to_midnight() == 3600


def test_hit_allows_up_to_the_limit_per_scope_and_tag(visit: MakeRequest) -> None:
    request = visit("198.51.100.7")

    assert [limits.hit(request, "begin", 3, 3600) for _ in range(5)] == [True, True, True, False, False]
    assert limits.hit(request, "return", 3, 3600)
    assert limits.hit("00000", "begin", 3, 3600)


def test_hit_opens_again_in_the_next_window(monkeypatch: pytest.MonkeyPatch) -> None:
    start = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: start)
    assert [limits.hit("00000", "begin", 1, 60) for _ in range(2)] == [True, False]

    monkeypatch.setattr("time.time", lambda: start + 60)

    assert limits.hit("00000", "begin", 1, 60)


def test_hit_counts_exactly_under_parallel_requests() -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: limits.hit("00000", "flood", 10, 3600), range(100)))

    assert answers.count(True) == 10


def test_make_harder_lasts_and_touches_one_tag_only() -> None:
    assert limits.hardness("00000") == 1

    limits.make_harder("00000")
    limits.make_harder("00000")

    assert limits.hardness("00000") == limits.HARDER
    assert limits.hardness("00001") == 1


@pytest.mark.usefixtures("no_cache")
def test_without_a_cache_every_door_stays_open(visit: MakeRequest) -> None:
    request = visit("198.51.100.7")
    limits.make_harder("00000")

    assert limits.address_tag(request) == limits.address_tag(request)
    assert all(limits.hit(request, "begin", 1, 60) for _ in range(3))
    assert limits.hardness("00000") == 1


def test_a_hanging_cache_makes_only_the_first_to_ask_wait(
    no_cache: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REST_SECONDS", 60)  # a machine under load must not outlast it
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the kernel takes connections, nobody ever answers
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": f"redis://127.0.0.1:{silent.getsockname()[1]}",
                "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)},
            }
        }
        before = monotonic()
        answers = [limits.hit("00000", "begin", 1, 60) for _ in range(50)]

    assert all(answers)
    assert monotonic() - before < 25


def test_a_cache_that_was_away_is_asked_again_after_a_rest(no_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask() -> bool:
        asked.append(len(asked))
        if len(asked) == 1:
            raise OSError
        return True

    now = limits.monotonic()
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    assert [limits.or_else(ask, default=False) for _ in range(3)] == [False] * 3
    assert asked == [0]

    monkeypatch.setattr(limits, "monotonic", lambda: now + limits.REST_SECONDS)

    assert [limits.or_else(ask, default=False) for _ in range(3)] == [True] * 3


def test_or_else_hides_no_mistake_of_ours() -> None:
    with pytest.raises(ZeroDivisionError):
        limits.or_else(lambda: 1 // 0, default=1)


def test_the_cache_never_holds_an_address(visit: MakeRequest, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "addresses"}}
    limits.hit(visit("198.51.100.7"), "begin", 3, 3600)
    limits.make_harder(limits.address_tag(visit("198.51.100.7")))

    assert "198.51.100.7" not in repr(cache._cache)
    assert bytes([198, 51, 100, 7]) not in b"".join(cache._cache.values())
