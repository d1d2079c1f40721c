"""Telling a young person by mail that there is something new: only who wants it, only once a day, nothing but that."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core import mail
from django.test import TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from counselling.cases.domain import erasing
from counselling.cases.models import Seat
from counselling.errors import DomainError, NotAllowed, NotFound
from counselling.mail.domain import letters, news, notify, outbox
from counselling.mail.models import NotifyAddress, OutgoingMail
from counselling.people.domain import access
from counselling.people.models import AuditEntry
from counselling.vault import operational
from counselling.vault.sealing import Unreadable
from tests.mail import mails
from tests.mail.mails import ADDRESS
from tests.support import key_files, world
from tests.support import letters as post
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
NEWS = "Es gibt etwas Neues"
A1, B2 = key_files.key_line("a1"), key_files.key_line("b2")
UseKeys = Callable[..., None]


@pytest.fixture
def use_keys(tmp_path: Path, settings: Settings) -> UseKeys:
    """The server now runs with a key file of these lines."""

    def use(*lines: str) -> None:
        settings.MASTER_KEY_FILE = key_files.write(tmp_path, *lines)

    return use


@pytest.fixture
def made(db: None) -> Correspondents:
    """A young person and their counsellor, who write letters."""
    team = world.team()
    return post.claimed(team, world.counsellor(team, "Linde"))


committed = partial(TestCase.captureOnCommitCallbacks, execute=True)


def answer(made: Correspondents, text: str = "Gut, dass du schreibst.") -> None:
    assert made.counsellor
    with committed():
        post.send(made.counsellor, made.case, text)


def has_read(made: Correspondents) -> None:
    Seat.objects.filter(case=made.case, role=1).update(read_seq=world.row(made.case).last_seq)


def test_nobody_is_told_who_did_not_ask_for_it(made: Correspondents) -> None:
    answer(made)

    assert notify.state(made.seeker) == notify.State(offered=True)
    assert not OutgoingMail.objects.exists()


def test_an_address_counts_once_its_code_was_entered(made: Correspondents) -> None:
    code = mails.asked(made.seeker)
    answer(made)
    assert not OutgoingMail.objects.exists()
    assert not notify.state(made.seeker).confirmed

    notify.confirm(made.seeker, f" {code} ")

    known = notify.state(made.seeker)
    assert (known.address, known.confirmed, known.code_until) == ("s…@example.org", True, None)
    notify.confirm(made.seeker, "irgendwas")  # a second tap changes nothing
    assert bytes(NotifyAddress.objects.get().code_lookup or b"") == b""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "otter",
        "otter@",
        "a@b\nBcc: c@example.org",
        "ötter@example.org",
        f"{'o' * 250}@example.org",
        "a@b@c.de",
        "\0@b.de",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_kept(made: Correspondents, typed: str) -> None:
    with pytest.raises(notify.NoAddress):
        notify.ask(made.seeker, typed, language="de")

    assert not NotifyAddress.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_wrong_code_is_said_kindly_and_the_right_one_still_counts(made: Correspondents) -> None:
    code = mails.asked(made.seeker)
    for wrong in ("", "000000" if code != "000 000" else "111111", "🦦", "1" * 500):
        with pytest.raises(notify.WrongCode) as refusal:
            notify.confirm(made.seeker, wrong)
        assert "passt nicht" in str(refusal.value.sentence)

    notify.confirm(made.seeker, code)

    assert notify.state(made.seeker).confirmed


def test_a_code_ends_after_half_an_hour_and_a_new_one_takes_its_place(made: Correspondents) -> None:
    first = mails.asked(made.seeker)
    NotifyAddress.objects.update(code_until=timezone.now())
    assert notify.state(made.seeker).code_until is None
    with pytest.raises(notify.CodeOver):
        notify.confirm(made.seeker, first)

    notify.again(made.seeker)
    mails.deliver()
    second = mails.code_of(str(mail.outbox.pop().body))

    if first != second:
        with pytest.raises(notify.WrongCode):
            notify.confirm(made.seeker, first)
    notify.confirm(made.seeker, second)
    with pytest.raises(NotFound):
        notify.again(made.seeker)  # nothing is left to confirm


def test_a_code_is_of_one_person(made: Correspondents) -> None:
    other = post.writer(world.team("Buche"), nickname="Flinker Dachs")
    code = mails.asked(made.seeker)
    theirs = mails.asked(other.seeker, "dachs@example.org")

    if code != theirs:
        with pytest.raises(notify.WrongCode):
            notify.confirm(other.seeker, code)
    with pytest.raises(NotFound):
        notify.confirm(access.new_seeker()[0], code)


def test_staff_see_no_address_and_change_none(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    linde = made.counsellor
    assert linde
    for act in (
        lambda: notify.state(linde),
        lambda: notify.ask(linde, ADDRESS, language="de"),
        lambda: notify.again(linde),
        lambda: notify.confirm(linde, "123456"),
        lambda: notify.forget(linde),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert notify.state(made.seeker).confirmed


def test_another_address_has_to_be_confirmed_anew(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    answer(made)

    mails.asked(made.seeker, "neu@example.org")

    assert (NotifyAddress.objects.count(), notify.state(made.seeker).confirmed) == (1, False)
    assert mails.deliver(minutes=31) == 0  # nothing goes to the one before


def test_news_come_after_five_to_thirty_minutes_without_content(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    before = timezone.now()
    answer(made)

    wait = mails.news().not_before - before
    assert news.EARLIEST <= wait <= news.LATEST + timedelta(seconds=5)
    assert mails.deliver(minutes=4.9) == 0
    assert mails.deliver(minutes=31) == 1

    [message] = mail.outbox
    assert (message.subject, message.to) == (NEWS, [ADDRESS])
    assert "Linde" not in str(message.body)
    assert world.NICKNAME not in str(message.body)


def test_a_mail_speaks_the_language_in_which_it_was_asked_for(made: Correspondents) -> None:
    mails.confirmed(made.seeker, language="en")
    answer(made)

    mails.deliver(minutes=31)

    assert mails.sent() == ["There is something new"]


def test_pauses_are_random(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    waits = set()
    for _number in range(12):
        OutgoingMail.objects.all().delete()
        answer(made)
        waits.add(round((mails.news().not_before - timezone.now()).total_seconds()))
    assert len(waits) > 6


def test_own_letters_and_a_chat_are_no_news(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    with committed():
        post.send(made.seeker, made.case, "Noch etwas")
    assert not OutgoingMail.objects.exists()


def test_whoever_has_read_it_meanwhile_is_not_told(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    answer(made)
    has_read(made)

    assert mails.deliver(minutes=31) == 0

    assert (mail.outbox, OutgoingMail.objects.exists()) == ([], False)


def test_a_letter_that_was_withdrawn_is_no_news(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    assert made.counsellor
    with committed():
        seq = post.send(made.counsellor, made.case, "Vergiss das")
    assert mails.news()
    letters.withdraw(made.counsellor, made.case, seq)

    assert mails.deliver(minutes=31) == 0


def test_there_is_one_mail_a_day_and_the_rest_is_told_the_next(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    answer(made)
    answer(made, "Und noch etwas.")
    assert OutgoingMail.objects.count() == 1
    assert mails.deliver(minutes=31) == 1
    has_read(made)
    answer(made, "Später am selben Tag.")
    # Whatever the clock says while this runs: they were told on the day on which it would be sent.
    due = timezone.now() + timedelta(minutes=31)
    NotifyAddress.objects.update(told_on=timezone.localdate(due))

    assert mails.deliver(minutes=31) == 0
    assert len(mail.outbox) == 1
    assert mails.deliver(minutes=31 + 24 * 60) == 1

    assert mails.sent() == [NEWS, NEWS]
    assert NotifyAddress.objects.get().told_on == timezone.localdate(timezone.now() + timedelta(days=1, minutes=31))


def test_one_tap_and_the_address_is_gone(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    answer(made)

    notify.forget(made.seeker)
    notify.forget(made.seeker)

    assert not NotifyAddress.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert notify.state(made.seeker) == notify.State(offered=True)


def test_it_goes_with_everything_else_of_a_young_person(made: Correspondents) -> None:
    mails.confirmed(made.seeker)
    answer(made)

    erasing.erase_all(made.seeker)

    assert not NotifyAddress.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_address_that_nobody_confirms_goes_by_itself(made: Correspondents) -> None:
    mails.asked(made.seeker)
    other = post.writer(world.team("Buche"), nickname="Flinker Dachs")
    mails.confirmed(other.seeker, "dachs@example.org")
    now = timezone.now()

    assert notify.forget_unconfirmed(now + timedelta(minutes=59)) == 0
    assert notify.forget_unconfirmed(now + timedelta(minutes=61)) == 1

    assert [row.seeker_id for row in NotifyAddress.objects.all()] == [other.seeker.id]


def test_the_address_is_sealed_and_bound_to_its_person(made: Correspondents) -> None:
    row = mails.confirmed(made.seeker)
    answer(made)

    for sealed in (row.sealed, mails.news().to):
        assert b"sentinel" not in bytes(sealed)
        assert operational.open_operational(sealed, f"notify|v1|{made.seeker.id}") == ADDRESS
        with pytest.raises(Unreadable):
            operational.open_operational(sealed, f"notify|v1|{made.case}")


def test_neither_logs_nor_the_trail_nor_refusals_name_it(
    made: Correspondents, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mails.confirmed(made.seeker)
    answer(made)
    mails.deliver(minutes=31)
    with pytest.raises(DomainError) as refusal:
        notify.ask(made.seeker, "sentinel@@example.org", language="de")
    notify.forget(made.seeker)

    written = [
        caplog.text,
        repr(refusal.value),
        repr(list(AuditEntry.objects.values())),
        repr(notify.State(True, ADDRESS)),
    ]
    assert [text for text in written if "sentinel" in text] == []


def test_a_rotation_brings_addresses_and_waiting_mails_under_the_new_key(
    made: Correspondents, use_keys: UseKeys
) -> None:
    use_keys(A1)
    row = NotifyAddress(seeker_id=made.seeker.id, language="de", confirmed=True)
    row.sealed = operational.seal_operational(ADDRESS, outbox.address_purpose(made.seeker.id))
    row.save()
    notify.ask(made.seeker, ADDRESS, language="de")
    use_keys(B2, A1)
    assert (notify.under("a1"), outbox.under("a1")) == (1, 1)

    assert (notify.reseal(), outbox.reseal()) == (1, 1)
    assert (notify.reseal(), outbox.reseal()) == (0, 0)

    assert (notify.under("a1"), outbox.under("a1"), notify.under("b2"), outbox.under("b2")) == (0, 0, 1, 1)
    use_keys(B2)
    assert notify.state(made.seeker).address == "s…@example.org"
    assert mails.deliver() == 1


def test_without_the_key_the_page_still_works_and_mails_are_given_up(made: Correspondents, use_keys: UseKeys) -> None:
    mails.confirmed(made.seeker)
    answer(made)
    use_keys(B2)

    assert notify.state(made.seeker).address == "…"
    assert mails.deliver(minutes=31) == 0
    assert not OutgoingMail.objects.exists()
    assert (notify.reseal(), notify.under("b2")) == (0, 0)


def test_where_no_mail_can_be_sent_none_is_offered(made: Correspondents, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert not notify.state(made.seeker).offered
    with pytest.raises(NotFound):
        notify.ask(made.seeker, ADDRESS, language="de")


def test_reading_the_state_is_one_query(
    made: Correspondents, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mails.confirmed(made.seeker)
    with django_assert_num_queries(1):
        assert notify.state(made.seeker).confirmed


def test_an_actor_of_a_stranger_has_nothing(made: Correspondents) -> None:
    stranger = access.new_seeker()[0]
    mails.confirmed(made.seeker)
    notify.forget(stranger)
    assert notify.state(made.seeker).confirmed
