"""A town's advice centre on an ordinary afternoon, for the handbook's pictures; everybody in it is made up.

python -m tests.e2e.handbook_seed

{"cookie": {"staff", "seeker"}, "staff": {alias: cookies}, "seekers": {nickname: token}, "cases": {nickname: id},
"meeting": id, "week": ISO day}. Linde, Ahorn and Birke counsel, Hasel is new and waits to be let in, Leitung leads,
Technik administrates.
"""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from blended.domain import booking, cards, meetings, offers, partners, places  # noqa: E402
from blended.domain.offers import Offer  # noqa: E402
from blended.domain.partner_fields import PartnerFields  # noqa: E402
from blended.domain.places import PlaceTexts  # noqa: E402
from counselling.cases.domain import agreements, notes, queue, risk, seats, tasks  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.cases.domain.risk_content import Assessment  # noqa: E402
from counselling.cases.models import Case, Deletion, Seat, Waiting  # noqa: E402
from counselling.centre import defaults  # noqa: E402
from counselling.centre.models import OpeningHour  # noqa: E402
from counselling.mail.domain import modules  # noqa: E402
from counselling.people.domain import access, audit_chain  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import AuditEntry, Staff, Team  # noqa: E402
from counselling.statistics.domain import campaigns, releases  # noqa: E402
from counselling.statistics.domain.simulating import simulate  # noqa: E402
from counselling.statistics.models import Campaign, Release  # noqa: E402
from tests.e2e.desk_seed import fresh_team, queued, session_of  # noqa: E402
from tests.mail import team_world as lists  # noqa: E402
from tests.people import vault_hands  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402

FAMILY = FactsInput(age_band="12_14", strain=4, topics=["family", "separation"])
SCHOOL = FactsInput(age_band="15_17", strain=3, topics=["school", "anxiety"])
FRIENDS = FactsInput(age_band="15_17", strain=2, topics=["friends"])
TALK = (
    ("seeker", "Hi, ich weiß gar nicht, wie ich anfangen soll"),
    ("counsellor", "Hallo! Schön, dass du da bist. Fang einfach irgendwo an, wir sortieren das zusammen."),
    ("seeker", "meine eltern trennen sich und ich soll sagen, bei wem ich wohnen will"),
    ("counsellor", "Das klingt nach ganz schön viel auf einmal. Wer hat dich das gefragt?"),
    ("seeker", "beide. und egal was ich sage, einer ist traurig"),
)
NEARBY = tuple(
    PartnerFields(name=name, purpose=purpose, area="Musterstadt", topics=topics, telephone=telephone)
    for name, purpose, topics, telephone in (
        (
            "Erziehungsberatung am Markt",
            "Wenn es daheim Streit gibt. Kostenlos, auch ohne Eltern.",
            ("family",),
            "069 90009 201",
        ),
        (
            "Trennungsgruppe Kompass",
            "Für alle, deren Eltern sich trennen. Dienstags.",
            ("separation",),
            "069 90009 202",
        ),
        ("Jugendhaus Mitte", "Offener Treff, Hausaufgabenhilfe, Musik.", ("friends", "school"), "069 90009 203"),
    )
)
LETTER = (
    "Hallo,\n\nich bin 15 und seit der neuen Schule geht mir alles zu schnell. Morgens ist mir schlecht, und in der "
    "Pause bin ich oft allein. Zu Hause sage ich, dass alles gut ist.\n\nWas kann ich machen, damit es besser wird?"
)
ANSWER = (
    "Hallo Wolke 7,\n\ndanke für deinen Brief. Du hast das sehr genau beschrieben. Magst du erzählen, wann es leichter "
    "ist?\n\nLinde"
)


@dataclass
class House:
    """Who is in it, and how they come in."""

    team: Team
    people: dict[str, Actor] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    seekers: dict[str, str] = field(default_factory=dict)

    def chat(self, nickname: str, alias: str) -> UUID:
        """A chat that runs already."""
        made = queued(self.team, nickname, 12)
        case = self.cases[nickname] = UUID(made["case"])
        self.seekers[nickname] = made["token"]
        queue.claim(self.people[alias], case)
        return case

    def come_back(self, nickname: str, who: post.Correspondents) -> None:
        """Their cookie."""
        self.cases[nickname] = who.case
        self.seekers[nickname] = access.redeem_code(access.issue_code(who.seeker)) or ""


def people() -> House:
    """The team, each of them here but the one who is new."""
    house = House(fresh_team())
    Team.objects.filter(pk=house.team.pk).update(name="Jugendberatung")
    house.team.refresh_from_db()
    OpeningHour.objects.update(opens=dt.time(14), closes=dt.time(20))
    for day in range(7):
        OpeningHour.objects.get_or_create(
            team=house.team, channel="chat", weekday=day, defaults={"opens": dt.time(14), "closes": dt.time(20)}
        )
    for alias in ("Linde", "Ahorn", "Birke"):
        house.people[alias] = world.counsellor(house.team, alias, capacity=4)
    house.people["Hasel"] = vault_hands.person(house.team, "Hasel")
    house.people["Leitung"] = world.staff(house.team, "Leitung", "supervisor")
    house.people["Technik"] = world.staff(house.team, "Technik", "administrator")
    # Nobody looks after presence here: they stay for as long as the walk takes.
    Staff.objects.filter(role="counsellor").update(seen_at=timezone.now() + dt.timedelta(hours=1))
    return house


def chats(house: House) -> None:
    """Linde talks with two, three wait."""
    otter = house.chat("Stiller Otter", "Linde")
    seeker = access.seeker_by_token(house.seekers["Stiller Otter"])
    for who, text in TALK:
        world.say(seeker if who == "seeker" and seeker else house.people["Linde"], otter, text)
    igel = house.chat("Igel 22", "Linde")
    world.say(house.people["Linde"], igel, "Hallo Igel 22, was führt dich heute her?")
    panda = house.chat("Roter Panda", "Ahorn")
    risk.assess(house.people["Ahorn"], panda, Assessment("orange", review_on=timezone.localdate(), said="…"))
    for name, facts, minutes in (("Nachtfalter", SCHOOL, 6), ("Mira", FAMILY, 4), ("Blauer Bus", FRIENDS, 1)):
        world.waiting(house.team, nickname=name, facts=facts, minutes=minutes)
    Waiting.objects.update(seen_at=timezone.now() + dt.timedelta(hours=1))
    Seat.objects.update(seen_at=timezone.now() + dt.timedelta(hours=1))
    Case.objects.filter(pk=otter).update(unanswered_since=timezone.now() - dt.timedelta(minutes=1))


def file_of(house: House) -> None:
    """What Linde wrote down of the Otter, and where help is nearby."""
    linde, otter, today = house.people["Linde"], house.cases["Stiller Otter"], timezone.localdate()
    numbers = [partners.write(linde, fields, team=house.team.pk) for fields in NEARBY]
    cards.place(linde, otter, numbers[0])
    agreements.write(
        linde, otter, "Ich überlege bis Donnerstag, was ich beiden sagen will.\nAm Freitag schreiben wir wieder."
    )
    tasks.add(linde, otter, "Bei der Trennungsgruppe nach freien Plätzen fragen", today)
    tasks.set_done(linde, otter, tasks.add(linde, otter, "Im Team besprochen"), done=True)
    notes.add(linde, otter, "Möchte nicht, dass die Eltern etwas erfahren. Oma ist ein guter Halt.")
    seen = Assessment(
        "yellow",
        review_on=today + dt.timedelta(days=3),
        said="„Manchmal will ich einfach weg sein.“ Auf Nachfrage: nicht tot, nur nicht mehr dazwischen.",
        observed="Antwortet schnell, kann über morgen sprechen.",
        ideation="passive",
        plan="none",
        means="none",
        protective="Oma, Handballverein.",
        decision="Im Gespräch bleiben, Freitag neu einschätzen.",
    )
    risk.assess(linde, otter, seen)


def letters(house: House) -> None:
    """One for each kind of light, one to be answered."""
    team, linde = house.team, house.people["Linde"]
    urgent = post.asked(team, "Mir geht es gerade gar nicht gut.", nickname="Leiser Luchs", facts=FAMILY)
    lists.due_in(urgent.case, 3, urgent=True, hinted=True)
    lists.due_in(post.asked(team, LETTER, nickname="Kornblume", facts=SCHOOL).case, 30)
    lists.due_in(post.asked(team, LETTER, nickname="Fuchs und Hase", facts=FAMILY).case, 48)
    wolke = post.claimed(team, linde, LETTER, nickname="Wolke 7", facts=SCHOOL)
    post.send(linde, wolke.case, ANSWER)
    post.send(
        wolke.seeker,
        wolke.case,
        "Danke, dass du so geantwortet hast.\n\nLeichter ist es, wenn ich mit Toni im Bus sitze.",
    )
    lists.due_in(wolke.case, 26)
    house.come_back("Wolke 7", wolke)
    lists.due_in(post.claimed(team, house.people["Ahorn"], LETTER, nickname="Dezember").case, 5)
    lists.due_in(post.claimed(team, house.people["Birke"], LETTER, nickname="Pinguin").case, -20)
    modules.add(linde, "Dank für den ersten Brief", "Hallo {nickname},\n\ndanke für deinen Brief.", team=team.pk)


def dates(house: House) -> dt.date:
    """Next week's calendar; its Monday."""
    team, linde, ahorn = house.team, house.people["Linde"], house.people["Ahorn"]
    texts = PlaceTexts(
        "Haus der Jugend", "Lindenstraße 12\n12345 Musterstadt", "Zwei Minuten vom Bahnhof.", "Klingel oben."
    )
    place = places.save(linde, team.pk, texts)
    monday = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    rows = (
        (linde, 0, "10:00", Offer("video"), "Grüner Wal"),
        (linde, 1, "09:00", Offer("onsite", place=place), "Kieselstein"),
        (linde, 2, "11:00", Offer("phone"), ""),
        (linde, 3, "10:00", Offer("chat"), ""),
        (ahorn, 1, "10:00", Offer("voice"), ""),
        (ahorn, 4, "09:00", Offer("video"), "Lupe"),
    )
    for actor, days, clock, what, taken in rows:
        day, starts = monday + dt.timedelta(days=days), dt.time.fromisoformat(clock)
        slot = offers.offer(actor, team_id=team.pk, day=day, starts=starts, what=what)
        if taken:
            writer = post.writer(team, nickname=taken)
            booking.book(writer.seeker, writer.case, slot)
    return monday


def numbers(house: House) -> None:
    """Last year's statistics, links, and how many cases were deleted."""
    for model in (Campaign, Deletion):
        model.objects.all().delete()
    year = timezone.localdate().year - 1
    if not Release.objects.exists():
        simulate(400, 7, dt.date(year, 12, 31), years=1)
        settled = dt.datetime(year + 1, 1, 31, tzinfo=timezone.get_default_timezone())
        releases.freeze_due(max(timezone.now(), settled))
    lead = house.people["Leitung"]
    for name, code in (("Stadtseite", "stadtseite"), ("Plakat Realschule", "plakat-rs"), ("Jugendhaus", "jugendhaus")):
        campaigns.make(lead, name, code, timezone.localdate() - dt.timedelta(days=60))
    first = timezone.localdate().replace(day=1)
    for back, numbers_of in enumerate(((41, 2, 3), (58, 1, 4), (49, 0, 2))):
        month = (first - dt.timedelta(days=28 * back)).replace(day=15)
        for reason, number in zip(("expired", "kept_expired", "wish"), numbers_of, strict=True):
            Deletion.objects.create(day=month, reason=reason, number=number)
    audit_chain.chain()


def seed() -> dict[str, Any]:
    """Everything, and how everybody comes in."""
    AuditEntry.objects.all().delete()
    defaults.ensure()
    defaults.demo_centre()
    house = people()
    chats(house)
    file_of(house)
    letters(house)
    week = dates(house)
    numbers(house)
    with transaction.atomic():
        meeting = meetings.begin_now(seats.lock(house.cases["Igel 22"]), "video")
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {alias: session_of(actor) for alias, actor in house.people.items()},
        "seekers": house.seekers,
        "cases": {name: str(case) for name, case in house.cases.items()},
        "meeting": str(meeting.pk),
        "week": week.isoformat(),
    }


if __name__ == "__main__":
    print(json.dumps(seed()))
