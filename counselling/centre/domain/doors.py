"""The centre's regular hours for pages: when one can chat, and when the house is open without an appointment."""

from collections import defaultdict
from dataclasses import dataclass

from counselling.centre.domain.week import Row, group_by_day, in_words
from counselling.centre.models import OpeningHour
from counselling.centre.models.hours import Channel


@dataclass(frozen=True)
class Door:
    """The hours of one team in words, a line per group of days; no lines: not offered."""

    team: str
    chat: list[str]
    office: list[str]


def doors() -> list[Door]:
    """The doors of every team that has hours, by name. One query."""
    rows: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    fields = ("team__name", "channel", "weekday", "opens", "closes")
    for team, channel, *row in OpeningHour.objects.order_by("team__name").values_list(*fields):
        rows[team][channel].append((row[0], row[1], row[2]))
    return [Door(team, _lines(found[Channel.CHAT]), _lines(found[Channel.OFFICE])) for team, found in rows.items()]


def _lines(rows: list[Row]) -> list[str]:
    return in_words(group_by_day(rows))
