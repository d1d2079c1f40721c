"""One-time codes: the published ones, a window of one step, and none twice."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import totp

# RFC 6238 appendix B, SHA-1; published with eight digits, of which apps show the last six.
SECRET = b"12345678901234567890"
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
NOW = 1111111111.5
STEP = 37037037


@pytest.mark.parametrize(("now", "code"), VECTORS)
def test_published_codes_are_right(now: int, code: str) -> None:
    assert totp.check(SECRET, code[-6:], now, 0) == now // 30


def test_secrets_are_20_random_bytes() -> None:
    made = {totp.new_secret() for _ in range(200)}

    assert len(made) == 200
    assert {len(secret) for secret in made} == {20}


def test_the_address_for_the_app_says_what_it_needs() -> None:
    address = urlsplit(totp.uri(SECRET, "mira@stadt.example", "Beratung Ä"))

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query) == {
        "digits": ["6"],
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "algorithm": ["SHA1"],
        "issuer": ["Beratung Ä"],
        "period": ["30"],
    }


@pytest.mark.parametrize(("seconds", "step"), [(-31, None), (-30, STEP), (0, STEP), (59.9, STEP), (60, None)])
def test_a_code_counts_one_step_early_and_late(seconds: float, step: int | None) -> None:
    assert totp.check(SECRET, "050471", STEP * 30 + seconds, 0) == step


def test_spaces_are_forgiven() -> None:
    assert totp.check(SECRET, " 050 471\n", NOW, 0) == STEP


@pytest.mark.parametrize("code", ["", "050472", "14050471", "50471", "0504710", "٠٥٠٤٧١", "050471\0", "\ud83d"])
def test_wrong_codes_are_wrong(code: str) -> None:
    assert totp.check(SECRET, code, NOW, 0) is None


def test_no_code_counts_twice() -> None:
    assert totp.check(SECRET, "050471", NOW, STEP - 1) == STEP
    assert totp.check(SECRET, "050471", NOW, STEP) is None
    assert totp.check(SECRET, "050471", NOW + 30, STEP) is None


def test_an_earlier_code_does_not_count_after_a_later_one() -> None:
    assert totp.check(SECRET, "081804", NOW, 0) == STEP - 1
    assert totp.check(SECRET, "081804", NOW, STEP) is None


def test_the_first_seconds_of_1970_are_no_error() -> None:
    assert totp.check(SECRET, "000000", 0.0, 0) is None


@given(st.binary(min_size=20, max_size=20), st.floats(60, 2**33), st.lists(st.integers(-2, 2), max_size=6))
def test_accepted_steps_only_ever_rise(secret: bytes, now: float, tries: list[int]) -> None:
    last = 0
    for offset in tries:
        code = totp._totp(secret).generate(int(now // 30 + offset) * 30).decode()
        found = totp.check(secret, code, now, last)
        assert found is None or found > last
        last = found or last
