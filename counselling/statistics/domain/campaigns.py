"""Links on posters and in schools: how many came by each, as one more event of the statistics, never who.

A code is printed and counted, so it never changes and is never given again, even after its link has ended.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import counting, door
from counselling.errors import Invalid, NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.statistics.domain import comparing, shapes
from counselling.statistics.domain.shapes import Shown
from counselling.statistics.models import Campaign, Release

EVENT: Final = "campaign"
TABLE: Final = "campaigns"
LABEL_LONGEST: Final = 80
CODE_SHORTEST: Final = 3
CODE_LONGEST: Final = 40
MOST_RUNNING: Final = 40  # with more of them hardly any row of the report would be large enough to be shown
LATEST: Final = 5  # a year and its quarters

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_OUR_WORDS: Final = {
    "admin",
    "chat",
    "demo",
    "exit",
    "help",
    "hilfe",
    "link",
    "mail",
    "start",
    "static",
    "team",
    "test",
}
_TABLE_WORDS: Final = {"all", "andere", "none", "other", "rest", "total", "unknown"}  # as tables call what is left over
RESERVED: Final = frozenset(_OUR_WORDS | _TABLE_WORDS)
# A link is seen on a telephone by whoever looks over a shoulder: it must not name a worry.
_TELLING: Final = re.compile(
    r"krise|gewalt|kummer|sorgen|suizid|selbstmord|missbrauch|therap|sucht|drogen|mobbing|ritzen|trauer|depress|"
    r"crisis|abuse|violen|suicid|grief|addict|selfharm|self-harm"
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Refused(Invalid):
    """A link that cannot be made or named like this; `field` is where the form says so."""

    def __init__(self, field: str, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Number:
    """How many came by a link in a published period."""

    period: str  # as people say it
    shown: Shown


def listed(actor: Actor) -> list[Campaign]:
    """All links, running ones first, by label. Raises NotAllowed."""
    actor.require_supervisor()
    return list(Campaign.objects.order_by("-active", "label"))


def one(actor: Actor, code: str) -> Campaign:
    """Raises NotAllowed, NotFound."""
    actor.require_supervisor()
    found = Campaign.objects.filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def numbers(actor: Actor) -> dict[str, list[Number]]:
    """By code the published numbers of the latest periods, newest first; two queries. Raises NotAllowed.

    Nothing is read but releases: a link whose row was merged or withheld there has no number here.
    """
    found: dict[str, list[Number]] = defaultdict(list)
    periods = comparing.published(actor)[:LATEST]
    rows = Release.objects.filter(period__in=[period.code for period in periods])
    data = dict(rows.values_list("period", "data"))
    for period in periods:
        table = shapes.from_json(period, data[period.code]).tables.get(TABLE)
        for key, shown in table.cells.items() if table and not table.withheld else ():
            found[key[0]].append(Number(comparing.named(period), shown))
    return dict(found)


def suggested(label: str) -> str:
    """A code made of a label: small letters, digits, hyphens, at most CODE_LONGEST; "" where nothing is left."""
    spelled = unicodedata.normalize("NFKD", label.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    parts = re.findall(r"[a-z0-9]+", spelled)
    code = ""
    for part in parts:
        longer = f"{code}-{part}" if code else part[:CODE_LONGEST]
        if len(longer) > CODE_LONGEST:
            break
        code = longer
    return code


def make(actor: Actor, label: str, code: str, today: date) -> Campaign:
    """A new link that runs from now on; without a code one is made of the label. Raises NotAllowed, Refused."""
    actor.require_supervisor()
    label = _checked_label(label)
    code = _checked_code(code.strip().lower() or suggested(label))
    with transaction.atomic():
        _require_room()
        made, is_new = Campaign.objects.get_or_create(code=code, defaults={"label": label, "since": today})
        if not is_new:
            raise Refused("code", gettext("Diesen Link gibt es schon: {label}.").format(label=made.label))
        audit.note("campaign_changed", by=actor)
    return made


def rename(actor: Actor, code: str, label: str) -> None:
    """What it is called in lists and reports; the printed address stays. Raises NotAllowed, NotFound, Refused."""
    found = one(actor, code)
    found.label = _checked_label(label)
    with transaction.atomic():
        found.save(update_fields=["label"])
        audit.note("campaign_changed", by=actor)


def switch(actor: Actor, code: str, *, on: bool) -> None:
    """End it, or let it run again; its address leads to the start page either way. Raises as `rename`."""
    found = one(actor, code)
    with transaction.atomic():
        if on and not found.active:
            _require_room()
        found.active = on
        found.save(update_fields=["active"])
        audit.note("campaign_changed", by=actor)


def came(code: str) -> None:
    """Somebody followed a link: one count row, if there is such a link and it runs. Nothing about who it was."""
    code = code.lower()
    if not _CODE.fullmatch(code) or not Campaign.objects.filter(pk=code, active=True).exists():
        return
    try:
        team = door.chat_team()
    except NotFound:  # before the set-up there is nobody to count for
        return
    with transaction.atomic():
        counting.count(EVENT, team_id=team.pk, codes={EVENT: code})


def _require_room() -> None:
    if Campaign.objects.filter(active=True).count() >= MOST_RUNNING:
        words = gettext(
            "Es laufen schon {most} Links. Beende zuerst einen, sonst wird jede Zahl zu klein, um sie zu zeigen."
        )
        raise Refused("label", words.format(most=MOST_RUNNING))


def _checked_label(label: str) -> str:
    label = " ".join(label.split())
    if not label:
        raise Refused("label", _("Wie soll der Link bei euch heißen? Zum Beispiel: Schule am Berg."))
    if len(label) > LABEL_LONGEST:
        raise Refused("label", gettext("Das ist zu lang: höchstens {most} Zeichen.").format(most=LABEL_LONGEST))
    return label


def _checked_code(code: str) -> str:
    if not _CODE.fullmatch(code):
        example = suggested(code).lstrip("0123456789-") or "schule-am-berg"
        words = gettext(
            "Nur kleine Buchstaben ohne Umlaute, Zahlen und einzelne Bindestriche, vorn ein Buchstabe. "
            "Zum Beispiel: {example}"
        )
        raise Refused("code", words.format(example=example))
    if not CODE_SHORTEST <= len(code) <= CODE_LONGEST:
        words = gettext("Zwischen {least} und {most} Zeichen, so passt es auf ein Plakat.")
        raise Refused("code", words.format(least=CODE_SHORTEST, most=CODE_LONGEST))
    if code in RESERVED:
        raise Refused("code", _("Dieses Wort braucht die Seite selbst. Häng etwas daran, zum Beispiel den Ort."))
    if _TELLING.search(code):
        raise Refused(
            "code", _("Der Link steht auf dem Telefon junger Menschen. Er soll nicht verraten, worum es ihnen geht.")
        )
    return code
