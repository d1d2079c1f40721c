"""Proof of work: counted once, in time, from us, hard enough; and a way in for browsers that cannot do it."""

import base64
import json
import time
from typing import Any

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from counselling.web import limits, pow  # noqa: A004 -- the module is named for what it is

TAG = "0abcd"


@pytest.fixture(autouse=True)
def light_work(settings: Settings) -> None:
    settings.PROOF_OF_WORK = 50
    settings.DEMO = False


def solved(challenge: dict[str, Any]) -> str:
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    assert solution is not None
    return altcha.Payload(parsed, solution).to_base64()


def changed(payload: str, **parameters: object) -> str:
    """The payload with other challenge parameters, the signature kept."""
    content = json.loads(base64.b64decode(payload))
    content["challenge"]["parameters"] |= parameters
    return base64.b64encode(json.dumps(content).encode()).decode()


def test_challenge_is_json_for_the_browser() -> None:
    challenge = json.loads(json.dumps(pow.challenge(TAG)))

    assert set(challenge) == {"parameters", "signature"}
    assert challenge["parameters"]["algorithm"] == "SHA-256"
    assert challenge["parameters"]["cost"] == 1
    assert challenge["parameters"]["data"] == {"most": 50}
    assert TAG not in json.dumps(challenge)


def test_verify_accepts_a_solution_once() -> None:
    payload = solved(pow.challenge(TAG))

    assert [pow.verify(payload, TAG) for _ in range(3)] == [True, False, False]


def test_verify_refuses_a_replay_that_is_only_written_differently() -> None:
    payload = solved(pow.challenge(TAG))
    spaced = base64.b64encode(json.dumps(json.loads(base64.b64decode(payload)), indent=1).encode()).decode()

    assert pow.verify(payload, TAG)
    assert not pow.verify(spaced, TAG)


def test_verify_refuses_an_expired_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    in_time, late = solved(pow.challenge(TAG)), solved(pow.challenge(TAG))
    now = time.time()

    monkeypatch.setattr("time.time", lambda: now + pow.LIFETIME - 2)
    assert pow.verify(in_time, TAG)
    monkeypatch.setattr("time.time", lambda: now + pow.LIFETIME + 2)
    assert not pow.verify(late, TAG)


def test_verify_refuses_what_somebody_else_signed(settings: Settings) -> None:
    foreign = altcha.create_challenge(
        "SHA-256", cost=1, counter=1, expires_at=int(time.time()) + 600, data={"most": 50}, hmac_secret="another key"
    )
    unsigned = altcha.create_challenge("SHA-256", cost=1, counter=1, data={"most": 50})
    ours_before = solved(pow.challenge(TAG))
    settings.SECRET_KEY = "another server's secret"

    for payload in (solved(foreign.to_dict()), solved(unsigned.to_dict()), ours_before):
        assert not pow.verify(payload, TAG)


@pytest.mark.parametrize(
    "parameters",
    [{"expiresAt": 4_000_000_000}, {"expiresAt": None}, {"data": {"most": 5000}}, {"keyPrefix": "00"}, {"cost": 2}],
)
def test_verify_refuses_altered_parameters(parameters: dict[str, object]) -> None:
    assert not pow.verify(changed(solved(pow.challenge(TAG)), **parameters), TAG)


def test_verify_refuses_an_unsolved_challenge() -> None:
    challenge = altcha.Challenge.from_dict(pow.challenge(TAG))
    guess = altcha.Payload(challenge, altcha.Solution(counter=99, derived_key="00" * 32)).to_base64()

    assert not pow.verify(guess, TAG)


def test_a_blocked_visitor_works_harder_and_cannot_bring_easy_work() -> None:
    easy = solved(pow.challenge(TAG))
    limits.make_harder(TAG)

    assert pow.challenge(TAG)["parameters"]["data"] == {"most": 50 * limits.HARDER}
    assert not pow.verify(easy, TAG)
    assert pow.verify(solved(pow.challenge(TAG)), TAG)


def test_hard_work_counts_for_a_visitor_whose_network_changed() -> None:
    assert pow.verify(solved(pow.challenge(TAG)), "fffff")


@pytest.mark.parametrize(
    "payload",
    ["", "?", "e30=", "bnVsbA==", "W10=", "MQ==", "ImEi", "A" * 100_000]
    + [
        base64.b64encode(json.dumps(content).encode()).decode()
        for content in (
            {"challenge": 1, "solution": 2},
            {"challenge": {"parameters": []}, "solution": {}},
            {"challenge": {"parameters": {"algorithm": 1, "nonce": "zz", "salt": 3, "cost": -1}}, "solution": []},
        )
    ],
)
def test_verify_refuses_malformed_payloads(payload: str) -> None:
    assert not pow.verify(payload, TAG)


@given(st.text(max_size=50) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_verify_never_raises(payload: str) -> None:
    assert not pow.verify(payload, TAG)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
def test_verify_never_raises_whatever_the_solution_holds(value: object) -> None:
    content = {"challenge": pow.challenge(TAG), "solution": {"counter": value, "derivedKey": value}}

    assert not pow.verify(base64.b64encode(json.dumps(content).encode()).decode(), TAG)


def test_skips_are_few() -> None:
    assert [pow.admits("", TAG) for _ in range(pow.SKIPS_PER_HOUR + 1)] == [True] * pow.SKIPS_PER_HOUR + [False]
    assert pow.admits(solved(pow.challenge(TAG)), TAG)


def test_switched_off_the_work_is_skipped_under_a_limit(settings: Settings) -> None:
    settings.PROOF_OF_WORK = 0
    starts = pow.STARTS_PER_HOUR

    assert pow.challenge(TAG) == {"skip": True}
    assert [pow.admits("", TAG) for _ in range(starts + 1)] == [True] * starts + [False]


def test_a_demo_without_work_counts_no_starts(settings: Settings) -> None:
    settings.PROOF_OF_WORK, settings.DEMO = 0, True

    assert all(pow.admits("", TAG) for _ in range(pow.STARTS_PER_HOUR + 1))


@pytest.mark.usefixtures("no_cache")
def test_without_a_cache_work_still_opens_the_door() -> None:
    assert pow.verify(solved(pow.challenge(TAG)), TAG)
    assert pow.admits("", TAG)
