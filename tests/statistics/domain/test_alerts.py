"""From which numbers on those who lead are told: what is reached, who may set it, and one mail an hour at most."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from counselling.centre.models import Centre
from counselling.errors import Invalid, NotAllowed, NotFound
from counselling.mail.domain import wording
from counselling.mail.models import OutgoingMail
from counselling.people.domain import audit_words, presence
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from counselling.statistics.domain import alerts
from counselling.statistics.domain.alerts import DEFAULTS, KINDS, MAIL, Rule
from counselling.statistics.domain.live import Load
from counselling.statistics.models import AlertRule
from tests.mail import mails
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db
LEAD = "leitung@example.org"
HOUR = dt.timedelta(hours=1)
BY_MAIL = Rule(1, by_mail=True)


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


@pytest.fixture
def mail_goes(db: None) -> None:
    """The centre has an address for alarms; Django's own test backend takes the mail."""
    Centre.objects.update_or_create(pk=1, defaults={"alert_email": LEAD})


def reached(actor: Actor) -> set[str]:
    (watch,) = alerts.watched(actor, timezone.now())
    return set(watch.reached)


def queued(team: Team, number: int = 1, minutes: float = 0) -> None:
    """So many wait."""
    if not Staff.objects.filter(alias="Mara").exists():
        world.counsellor(team)
    for _ in range(number):
        world.waiting(team, minutes=minutes)


# --- what is reached -------------------------------------------------------------------------------------------------


def test_defaults_hold_where_nobody_set_anything(team: Team, uli: Actor) -> None:
    queued(team, 4, minutes=9)
    assert reached(uli) == set()
    queued(team, 1, minutes=10)
    assert reached(uli) == {"waiting_long", "waiting_many"}


@pytest.mark.parametrize(
    ("code", "below", "at"),
    [
        ("waiting_long", {"longest_wait": 9}, {"longest_wait": 10}),
        ("unanswered", {"unanswered": 4}, {"unanswered": 5}),
        ("waiting_many", {"waiting": 4}, {"waiting": 5}),
        ("overdue", {}, {"overdue": 1}),
        ("second_look", {}, {"red": 1}),
        ("second_look", {}, {"orange": 1}),
    ],
)
def test_each_kind_looks_at_its_number(code: str, below: dict[str, int], at: dict[str, int]) -> None:
    rules = dict(DEFAULTS)
    assert alerts._reached(Load(uuid4(), "Linde", **below), rules) == set()  # type: ignore[arg-type]
    assert alerts._reached(Load(uuid4(), "Linde", **at), rules) == {code}  # type: ignore[arg-type]


def test_own_limits_and_none_at_all(team: Team, uli: Actor) -> None:
    queued(team, 2)
    alerts.change(uli, team.pk, {"waiting_many": Rule(2)})
    assert reached(uli) == {"waiting_many"}
    alerts.change(uli, team.pk, {"waiting_many": Rule(2, active=False)})
    assert reached(uli) == set()


def test_a_row_of_a_kind_that_is_gone_does_no_harm(team: Team, uli: Actor, mail_goes: None) -> None:
    AlertRule.objects.create(team=team, kind="bygone", threshold=1, by_mail=True)
    queued(team)
    assert (reached(uli), alerts.tell_due(timezone.now())) == (set(), 0)


# --- setting them ----------------------------------------------------------------------------------------------------


def test_a_change_is_kept_and_noted_and_the_same_again_is_none(team: Team, uli: Actor) -> None:
    rules = {**DEFAULTS, "overdue": Rule(3, by_mail=True)}

    assert [alerts.change(uli, team.pk, rules) for _ in range(2)] == [1, 0]

    assert alerts.of_team(uli, team.pk) == (team, rules)
    entry = AuditEntry.objects.get(event="alert_set")
    assert (entry.actor, entry.subject, entry.code) == (uli.id, team.pk, "overdue")
    said = audit_words.sentence("alert_set", "overdue", who="Uli", whom="Linde", to_themselves=False)
    assert "Uli" in said
    assert "Linde" in said


@pytest.mark.parametrize(("code", "threshold"), [("overdue", 0), ("overdue", 1000), ("unanswered", 1441), ("what", 1)])
def test_impossible_limits_change_nothing(team: Team, uli: Actor, code: str, threshold: int) -> None:
    with pytest.raises(Invalid):
        alerts.change(uli, team.pk, {"waiting_many": Rule(2), code: Rule(threshold)})
    assert not AlertRule.objects.exists()


def test_only_those_who_lead_this_very_team(team: Team, uli: Actor) -> None:
    foreign = world.team("Buche")
    for role in ("counsellor", "administrator"):
        other = world.staff(team, role, role)
        with pytest.raises(NotAllowed):
            alerts.change(other, team.pk, {"overdue": Rule(2)})
        with pytest.raises(NotAllowed):
            alerts.watched(other, timezone.now())
    for number in (foreign.pk, uuid4()):
        with pytest.raises(NotFound):
            alerts.change(uli, number, {"overdue": Rule(2)})


# --- mail ------------------------------------------------------------------------------------------------------------


def waits_too_long(team: Team, uli: Actor) -> None:
    """One limit of this team is reached and wanted by mail."""
    alerts.change(uli, team.pk, {"waiting_many": BY_MAIL})
    queued(team)


def test_told_once_an_hour(team: Team, uli: Actor, mail_goes: None) -> None:
    waits_too_long(team, uli)
    now = timezone.now()

    told = [alerts.tell_due(now + after * HOUR) for after in (0, 0.001, 0.99, 1)]

    assert told == [1, 0, 0, 1]
    assert OutgoingMail.objects.filter(kind=MAIL).count() == 2


def test_several_limits_are_one_mail(team: Team, uli: Actor, mail_goes: None) -> None:
    waits_too_long(team, uli)
    alerts.change(uli, team.pk, {"waiting_long": BY_MAIL, "overdue": BY_MAIL})
    world.waiting(team, minutes=5)

    assert alerts.tell_due(timezone.now()) == 2
    assert OutgoingMail.objects.count() == 1
    assert AlertRule.objects.get(kind="overdue").told_at is None


def test_the_mail_has_no_content(team: Team, uli: Actor, mail_goes: None) -> None:
    waits_too_long(team, uli)
    alerts.tell_due(timezone.now())
    mails.deliver()

    (message,) = mail.outbox
    said = f"{message.subject} {message.body}"
    assert message.to == [LEAD]
    assert not [word for word in (world.NICKNAME, team.name, "Mara", "Uli", "1") if word in said]
    assert message.subject == "Bitte auf die Schicht schauen"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_mail_has_words_of_its_own(language: str) -> None:
    assert OutgoingMail.Kind(MAIL)
    assert wording.of(MAIL, language) not in {wording.of(kind, language) for kind in OutgoingMail.Kind if kind != MAIL}


@pytest.mark.parametrize("rule", [Rule(2, by_mail=True), Rule(1), Rule(1, active=False, by_mail=True)])
def test_nobody_is_told_of_what_is_not_reached_or_not_wanted(
    team: Team, uli: Actor, mail_goes: None, rule: Rule
) -> None:
    alerts.change(uli, team.pk, {"waiting_many": rule})
    queued(team)
    assert alerts.tell_due(timezone.now()) == 0


def test_without_an_address_nothing_is_noted_as_told(team: Team, uli: Actor) -> None:
    waits_too_long(team, uli)
    assert (alerts.can_mail(), alerts.tell_due(timezone.now())) == (False, 0)
    assert AlertRule.objects.get().told_at is None


def test_without_a_mail_server_neither(team: Team, uli: Actor, mail_goes: None, settings: Settings) -> None:
    waits_too_long(team, uli)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert alerts.tell_due(timezone.now()) == 0


def test_at_night_everybody_sleeps_unless_somebody_is_here(team: Team, uli: Actor, mail_goes: None) -> None:
    mara = world.counsellor(team)
    made = post.asked(team)
    alerts.change(uli, team.pk, {"overdue": BY_MAIL})
    world.close_hours(team)
    presence.set_status(mara, "away")
    late = timezone.now() + dt.timedelta(days=30)
    Staff.objects.filter(alias="Mara").update(seen_at=late)
    assert made.case
    assert alerts.tell_due(late) == 0

    Staff.objects.filter(alias="Mara").update(status="here", seen_at=late)
    assert alerts.tell_due(late) == 1


def test_one_query_while_nobody_wants_mail(team: Team, uli: Actor, mail_goes: None) -> None:
    queued(team, 9)
    alerts.change(uli, team.pk, {"waiting_many": Rule(1)})
    with CaptureQueriesContext(connection) as caught:
        assert alerts.tell_due(timezone.now()) == 0
    assert len(caught) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_one_tells(team: Team, uli: Actor, mail_goes: None) -> None:
    waits_too_long(team, uli)
    alerts.change(uli, team.pk, {"waiting_long": Rule(1, by_mail=True)})
    world.waiting(team, minutes=5)
    now = timezone.now()
    ids = list(AlertRule.objects.order_by("pk").values_list("pk", flat=True))

    told = world.together(*[lambda: alerts._tell(ids, now)] * 4)

    assert sorted(told) == [0, 0, 0, 2]
    assert AlertRule.objects.filter(told_at=now).count() == 2


def test_kinds_are_in_line_with_their_table() -> None:
    longest = AlertRule._meta.get_field("kind").max_length
    assert all(len(kind.code) <= (longest or 0) and 1 <= kind.default <= kind.most for kind in KINDS)
