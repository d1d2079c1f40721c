"""What happens with blended ways of being in touch, and whether a young person who is away hears of it by e-mail."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone

from blended.domain import changes, referral_steps
from counselling.cases.domain import closing, newsworthy
from counselling.cases.models import Entry, Seat
from counselling.centre import defaults
from counselling.mail.domain import news
from counselling.mail.models import OutgoingMail
from counselling.people.models import Team
from tests.blended import dates_world as dates
from tests.blended import partners_world as partners
from tests.mail import mails
from tests.support import letters, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
committed = partial(TestCase.captureOnCommitCallbacks, execute=True)


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    """Letters; their young person wants to hear of news, and has read everything."""
    mara = world.counsellor(team, "Mara")
    made = letters.claimed(team, mara)
    mails.confirmed(made.seeker)
    return Chat(made.seeker, mara, made.case)


def has_read(chat: Chat) -> None:
    Seat.objects.filter(case=chat.case, role=1).update(read_seq=world.row(chat.case).last_seq)
    OutgoingMail.objects.all().delete()


def wished_for_a_chat(chat: Chat) -> Callable[[], object]:
    asked = changes.propose(chat.seeker, chat.case, "chat")
    return lambda: changes.agree(chat.counsellor, asked)


def handed_by_code(chat: Chat) -> Callable[[], object]:
    made = partners.agreed(chat)
    return lambda: referral_steps.hand_by_code(chat.counsellor, made)


def handed_on_paper(chat: Chat) -> Callable[[], object]:
    made = partners.agreed(chat)
    return lambda: referral_steps.hand_on_paper(chat.counsellor, made)


def opened(chat: Chat) -> Callable[[], object]:
    _made, code = partners.handed(chat)
    return lambda: referral_steps.open_by_code(code)


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (wished_for_a_chat, "change_agreed"),
        (handed_by_code, "referral_handed"),
        (handed_on_paper, "referral_handed"),
        (opened, "referral_opened"),
    ],
)
def test_what_we_did_is_told_without_saying_what(
    chat: Chat, before: Callable[[Chat], Callable[[], object]], code: str
) -> None:
    act = before(chat)
    has_read(chat)

    with committed():
        act()
    assert world.notices(chat.case)[-1] == code
    mails.deliver(minutes=31)

    (message,) = mail.outbox
    assert message.subject == "Es gibt etwas Neues"
    assert not any(word in str(message.body) for word in ("Chat", "Anker", "Ankündigung", world.NICKNAME))


def test_their_own_yes_is_no_news(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "chat")
    has_read(chat)

    with committed():
        changes.agree(chat.seeker, asked)

    notice = Entry.objects.get(case=chat.case, code="change_agreed")
    assert notice.about == {"by": "seeker", "channel": "chat"}
    assert not Entry.objects.filter(newsworthy.notices(), case=chat.case, seq__gte=notice.seq).exists()
    assert news.verdict(chat.seeker.id, timezone.now()) == "drop"
    assert not OutgoingMail.objects.exists()


def test_an_appointment_that_was_called_off_with_its_case_is_told(chat: Chat, team: Team) -> None:
    defaults.ensure()
    made = dates.booked(chat.seeker, chat.case, chat.counsellor, team)
    has_read(chat)

    with committed():
        closing.close(chat.counsellor, chat.case, topics=[], ending="helped", letters=True)
    mails.deliver(minutes=31)

    assert dates.row(made).state == "cancelled"
    assert mails.sent() == ["Es gibt etwas Neues"]
