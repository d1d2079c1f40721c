"""What /metrics says after people talked, and that it says nothing of them."""

import asyncio
import time
from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from counselling import meters
from counselling.errors import NotFound
from counselling.upkeep.watching import metrics, ready
from counselling.upkeep.watching.figures import Figures
from counselling.web import errors, limits
from tests.support.people import counsellor, line, seeker
from tests.support.server import Ground, Server
from tests.upkeep.watching.conftest import ask

pytestmark = pytest.mark.timeout(120)

TEXT, NAME = "Brombeersommer", "Quittenotter"
KNOWN_LABELS = {"kind", "why", "direction", "code", "where", "service", "limit", "part", "place", "le"}

Samples = Mapping[tuple[str, str], float]


def samples(page: str) -> Samples:
    """{(name, the label's value or ""): value} without buckets."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if "le" not in sample.labels
    }


async def told(server: Server) -> str:
    """The page after what was said has been counted."""
    await asyncio.sleep(0.5)
    return (await asyncio.to_thread(ask, server, "/metrics")).body


async def test_a_conversation_is_counted_and_not_told(embedded: Ground) -> None:
    people = await asyncio.to_thread(embedded.seed, "--pairs", "1")
    case = people["pairs"][0]["case"]
    with Server(embedded) as server:
        before = samples(await told(server))
        async with seeker(server, people) as young, counsellor(server, people) as listening:
            await young.online()
            await listening.online()
            await young.open(case)
            await listening.open(case)
            for number in range(3):
                await young.acked(await young.post(case, f"{TEXT} {number}"))
            await listening.drawn(case, await listening.acked(await listening.post(case, f"{TEXT} zurück")))
            await young.send({"type": TEXT})
            await young.heard("error")
            during = samples(await told(server))
        stranger = line(server, "/chat/socket", "seat=nobody")
        async with stranger:
            await asyncio.sleep(0.5)
        page = await told(server)
        after = samples(page)

    assert grown(before, during, "counselling_messages_total") == 4
    assert grown(before, during, "counselling_commit_seconds_count") >= 4
    assert during["counselling_sockets", "seeker"] == during["counselling_sockets", "counsellor"] == 1
    assert after["counselling_sockets", "seeker"] == after["counselling_sockets", "counsellor"] == 0
    assert grown(before, during, "counselling_connects_total", "seeker") == 1
    assert grown(before, during, "counselling_frames_total", "in") >= 7
    assert grown(before, during, "counselling_frames_total", "out") > 7
    assert grown(before, after, "counselling_turned_away_total", "session") >= 1
    assert during["counselling_open_chats", ""] == 1
    assert after["counselling_loop_lag_seconds_count", ""] > 0
    assert after["process_resident_memory_bytes", ""] > 10**7
    assert labels(page) <= KNOWN_LABELS
    assert [word for word in (TEXT, NAME, case, "Linde", "Otter", "127.0.0.1") if word in page] == []


def labels(page: str) -> set[str]:
    return {label for family in text_string_to_metric_families(page) for one in family.samples for label in one.labels}


def grown(before: Samples, after: Samples, name: str, kind: str = "") -> float:
    return after[name, kind] - before.get((name, kind), 0)


def test_refusals_and_limits_are_counted_by_code_of_whomever() -> None:
    before = samples(metrics.page({}, None).decode())
    request = RequestFactory().get(f"/{TEXT}/", headers={"accept": "application/json"}, REMOTE_ADDR="203.0.113.7")
    edge = errors.ErrorEdge(lambda _request: HttpResponse())
    for _ in range(2):
        edge.process_exception(request, NotFound())
    admitted = [limits.hit(request, "of-a-test", 1, 10**9) for _ in range(4)]

    page = metrics.page({}, None).decode()

    assert admitted == [True, False, False, False]
    assert grown(before, samples(page), "counselling_refused_total", NotFound.code) == 2
    assert grown(before, samples(page), "counselling_limits_total", "of-a-test") == 3
    assert {"code", "limit"} < labels(page) <= KNOWN_LABELS
    assert [word for word in (TEXT, "203.0.113") if word in page] == []


def test_every_number_has_its_place() -> None:
    words = {"database": ready.OK, "redis": ready.NONE, "disk": ready.FULL}
    figures = Figures(*range(1, 10))

    found = samples(metrics.page(words, figures).decode())

    assert [found[f"counselling_{name}", ""] for name in metrics.FIGURES] == list(range(1, 10))
    assert found["counselling_ready", "database"] == found["counselling_ready", "redis"] == 1
    assert found["counselling_ready", "disk"] == 0
    assert found["counselling_figures_known", ""] == 1


def test_without_figures_there_is_a_page_all_the_same() -> None:
    found = samples(metrics.page({}, None).decode())

    assert found["counselling_figures_known", ""] == 0
    assert ("counselling_waiting", "") not in found


def test_kinds_have_an_end() -> None:
    meter = meters.Count("of_a_test", "…", label="kind")
    try:
        for number in range(3 * meters.MOST_KINDS):
            meter.add(f"kind-{number}")
    finally:
        meters.COUNTS.remove(meter)

    assert len(meter.numbers) == meters.MOST_KINDS + 1
    assert meter.numbers[meters.OTHER] == 2 * meters.MOST_KINDS


def test_spread_counts_into_the_bound_that_was_reached() -> None:
    spread = meters.Spread("of_a_test", "…", (0.1, 1.0))
    meters.SPREADS.remove(spread)
    for seconds in (0.05, 0.1, 0.5, 1.0, 7.0):
        spread.took(seconds)

    assert (spread.numbers, spread.total) == ([2, 2, 1], pytest.approx(8.65))


def test_what_happened_is_an_empty_file(tmp_path: object) -> None:
    began = time.time() - 2
    meters.happened("of-a-test")

    assert meters.trace("of-a-test").stat().st_size == 0
    assert meters.trace("of-a-test").stat().st_mtime >= began
    meters.trace("of-a-test").unlink()


def test_counting_costs_next_to_nothing() -> None:
    """What one message meets on its way: three frames, itself, a commit. Generous for a busy machine."""
    number, began = 20_000, time.perf_counter()
    for _ in range(number):
        one_message()
    each = (time.perf_counter() - began) / number
    for meter, kind, times in ((meters.FRAMES, "in", 1), (meters.FRAMES, "out", 2), (meters.MESSAGES, "", 1)):
        meter.add(kind, -times * number)

    assert each < 20e-6


def one_message() -> None:
    meters.FRAMES.add("in")
    meters.FRAMES.add("out")
    meters.FRAMES.add("out")
    meters.MESSAGES.add()
    meters.COMMITS.took(0.004)
