"""The page `/metrics` in Prometheus' words, with a registry of its own: only what is named here is ever on it."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Final

from django.conf import settings
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from counselling import meters
from counselling.upkeep.watching import last, ready
from counselling.upkeep.watching.figures import Figures

PREFIX: Final = "counselling_"
FIGURES: Final = {
    "waiting": "People waiting for a chat, in all teams.",
    "longest_wait_seconds": "How long the one waits who waits longest and was not called yet, in whole minutes.",
    "unanswered_seconds": "The longest that somebody in an open chat waits for a word, in whole minutes.",
    "open_chats": "Chats that are running.",
    "counsellors_here": "Counsellors who are here, once for each of their teams.",
    "counsellors_full": "Of those: who takes no more chats.",
    "teams_unattended": "Teams in which somebody waits and nobody is here.",
    "letters_overdue": "Letters whose promised answer is late.",
    "mails_unsent": "Mails without content that the mail server did not take yet.",
}


def page(words: ready.Words, figures: Figures | None) -> bytes:
    """The whole page; without `figures` (the database did not answer) `counselling_figures_known` is 0."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(words, figures))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Page(Collector):
    """What is counted, what was asked, and how old the chores are."""

    def __init__(self, words: ready.Words, figures: Figures | None) -> None:
        self._words, self._figures = words, figures

    def collect(self) -> Iterator[Metric]:
        """Every family once."""
        yield from map(_count, meters.COUNTS)
        yield from map(_spread, meters.SPREADS)
        yield _gauge("ready", "1 where /readyz says ok.", "part", _as_numbers(self._words))
        yield _gauge("figures_known", "1 when the database answered.", "", {"": self._figures is not None})
        if self._figures:
            values = asdict(self._figures).values()
            for (name, what), value in zip(FIGURES.items(), values, strict=True):
                yield _gauge(name, what, "", {"": value})
        yield _gauge("last_prune_timestamp_seconds", "When what is past its time was erased.", "", {"": last.prune()})
        yield _gauge("last_backup_timestamp_seconds", "When the newest backup was made.", "", {"": last.backup()})
        yield _gauge("disk_free_bytes", "Room where data and backups lie.", "place", _room())


def _as_numbers(words: ready.Words) -> dict[str, float]:
    return {part: word in {ready.OK, ready.NONE} for part, word in words.items()}


def _room() -> dict[str, float]:
    places: Mapping[str, Path | None] = {"data": settings.VAR, "backups": settings.BACKUP_DIRECTORY}
    return {name: _free(place) for name, place in places.items() if place}


def _free(place: Path) -> int:
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0


def _count(meter: meters.Count) -> Metric:
    family = GaugeMetricFamily if meter.falls else CounterMetricFamily
    found = family(PREFIX + meter.name, meter.what, labels=[meter.label] if meter.label else [])
    for kind, number in sorted(meter.numbers.items()):
        found.add_metric([kind] if meter.label else [], number)
    return found


def _spread(meter: meters.Spread) -> Metric:
    bounds = [*map(str, meter.bounds), "+Inf"]
    buckets = list(zip(bounds, accumulate(meter.numbers), strict=True))
    return HistogramMetricFamily(PREFIX + meter.name, meter.what, buckets=buckets, sum_value=meter.total)


def _gauge(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(PREFIX + name, what, labels=[label] if label else [])
    for kind, value in values.items():
        found.add_metric([kind] if label else [], value)
    return found
