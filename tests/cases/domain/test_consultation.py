"""Advice from another team: without a name, for two people's eyes alone, and gone after its time."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from counselling.cases.domain import consultation, erasing, keys
from counselling.cases.models import Consultation, ConsultationReply
from counselling.errors import Conflict, Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, StaffKey, Team
from counselling.vault import pairs, seals
from counselling.vault.sealing import Unreadable
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
TEXT = "X sagt, daheim wird geschrien. Was würdest du fragen?"


@pytest.fixture
def kim(team: Team) -> Actor:
    """A counsellor of another team."""
    return world.counsellor(world.team("Insofa", is_open=False), "Kim")


def asked(chat: Chat, kim: Actor, text: str = TEXT) -> UUID:
    return consultation.ask(chat.counsellor, chat.case, to=kim.id, text=text)


def test_a_question_is_read_by_two_and_answered(chat: Chat, kim: Actor) -> None:
    number = asked(chat, kim)
    consultation.answer(kim, number, "Frag nach der Schwester.")

    mine, theirs = (consultation.opened(actor, number) for actor in (chat.counsellor, kim))

    assert (mine.text, theirs.text) == (TEXT, TEXT)
    assert [remark.text for remark in mine.remarks] == ["Frag nach der Schwester."]
    assert [remark.text for remark in theirs.remarks] == ["Frag nach der Schwester."]
    assert (mine.mine, mine.other, theirs.mine, theirs.other) == (True, "Kim", False, "Mara")
    assert [(one.id, one.answers) for one in consultation.mine(kim)] == [(number, 1)]
    events = list(
        AuditEntry.objects.filter(event__startswith="consultation")
        .order_by("at")
        .values_list("event", "actor", "subject")
    )
    assert events == [
        ("consultation_asked", chat.counsellor.id, kim.id),
        ("consultation_answered", kim.id, chat.counsellor.id),
    ]


def test_nothing_that_the_colleague_sees_leads_to_the_case(chat: Chat, kim: Actor) -> None:
    number = asked(chat, kim)

    shown = str(consultation.mine(kim)) + str(consultation.opened(kim, number))

    assert str(chat.case) not in shown
    assert world.NICKNAME not in shown
    with pytest.raises(NotFound):
        consultation.candidates(kim, chat.case)


def test_others_see_nothing(team: Team, chat: Chat, kim: Actor, jon: Actor) -> None:
    number = asked(chat, kim)

    for actor, error in (
        (jon, NotFound),
        (chat.seeker, NotAllowed),
        (world.staff(team, "Lea", "supervisor"), NotAllowed),
        (world.staff(team, "Tek", "administrator"), NotAllowed),
    ):
        with pytest.raises(error):
            consultation.opened(actor, number)
        with pytest.raises(error):
            consultation.answer(actor, number, "Hallo")
        with pytest.raises(error):
            consultation.end(actor, number)
    assert consultation.mine(jon) == []
    with pytest.raises(NotFound):
        consultation.opened(kim, uuid4())


def test_what_is_stored_opens_with_the_two_keys_alone(chat: Chat, kim: Actor, jon: Actor) -> None:
    number = asked(chat, kim)
    consultation.answer(kim, number, "Frag nach der Schwester.")
    row, reply = Consultation.objects.get(), ConsultationReply.objects.get()

    assert kim.private
    assert jon.private
    assert seals.open_text(kim.private, row.sealed, number, f"staff:{kim.id}") == TEXT
    for private in (jon.private, world.key(chat.case), pairs.new_pair().private):
        for sealed in (row.sealed, row.kept, reply.sealed, reply.kept):
            for holder in (kim.id, jon.id, chat.counsellor.id):
                with pytest.raises(Unreadable):
                    seals.open_text(private, sealed, number, f"staff:{holder}")


def test_candidates_are_counsellors_of_other_teams_with_a_key(team: Team, chat: Chat, kim: Actor, jon: Actor) -> None:
    other = Team.objects.get(name="Insofa")
    world.staff(other, "Lea", "supervisor")
    gone = world.counsellor(other, "Weg")
    Staff.objects.filter(pk=gone.id).update(is_active=False)
    keyless = world.counsellor(other, "Ohne")
    StaffKey.objects.filter(staff=keyless.id).delete()
    planted = world.counsellor(other, "Falsch")
    StaffKey.objects.filter(staff=planted.id).update(public=pairs.new_pair().public)

    found = consultation.candidates(chat.counsellor, chat.case)

    assert [(one.alias, one.teams) for one in found] == [("Kim", "Insofa")]
    for actor, error in ((jon, NotFound), (gone, NotFound), (keyless, NotFound), (planted, Conflict)):
        with pytest.raises(error):
            asked(chat, actor)
    assert not Consultation.objects.exists()


def test_who_is_named_for_8a_is_asked_first_and_within_the_own_team(
    team: Team, chat: Chat, kim: Actor, jon: Actor
) -> None:
    Staff.objects.filter(pk__in=[jon.id, chat.counsellor.id]).update(insofa=True)

    found = consultation.candidates(chat.counsellor, chat.case)

    assert [(one.alias, one.insofa) for one in found] == [("Jon", True), ("Kim", False)]
    number = asked(chat, jon)
    assert consultation.opened(jon, number).text == TEXT
    assert str(chat.case) not in str(consultation.opened(jon, number))
    with pytest.raises(NotFound):
        asked(chat, chat.counsellor)  # herself


def test_an_old_line_is_reached_part_by_part(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consultation, "LATELY", 3)
    for number in range(7):
        world.say(chat.seeker, chat.case, str(number))

    parts, before = [], None
    while True:
        part = consultation.lately_said(chat.counsellor, chat.case, before=before)
        parts.append(part)
        before = part.earlier
        if not before:
            break

    assert [line.text for part in reversed(parts) for line in part.lines] == [str(number) for number in range(7)]
    assert (parts[0].before, parts[0].later, parts[-1].earlier) == (0, None, None)
    ends = [part.before for part in parts]
    assert [part.later for part in parts[1:]] == ends[:-1]


@pytest.mark.parametrize("before", [1, 10**9])
def test_parts_beyond_either_end_hold_nothing_strange(chat: Chat, before: int) -> None:
    world.say(chat.seeker, chat.case, "Hallo")

    said = consultation.lately_said(chat.counsellor, chat.case, before=before)

    assert [line.text for line in said.lines] == ([] if before == 1 else ["Hallo"])


def test_only_who_is_seated_asks(team: Team, chat: Chat, kim: Actor, jon: Actor) -> None:
    for actor, error in (
        (jon, NotFound),
        (chat.seeker, NotAllowed),
        (world.staff(team, "Lea", "supervisor"), NotAllowed),
    ):
        with pytest.raises(error):
            consultation.ask(actor, chat.case, to=kim.id, text=TEXT)
        with pytest.raises(error):
            consultation.lately_said(actor, chat.case)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", Empty),
        (" \n", Empty),
        ("x" * 8001, TooLong),
        ("\ud83d", Invalid),
        (f"Gestern schrieb {world.NICKNAME}", Invalid),
        (f"Gestern schrieb {world.NICKNAME.upper()}s Mutter", Invalid),
    ],
)
def test_what_must_not_be_shared_is_refused(chat: Chat, kim: Actor, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(chat, kim, text)

    assert not Consultation.objects.exists()


def test_what_only_looks_like_the_name_may_be_confirmed(chat: Chat, kim: Actor) -> None:
    consultation.ask(chat.counsellor, chat.case, to=kim.id, text=f"Ein {world.NICKNAME.lower()} im Zoo", checked=True)

    assert Consultation.objects.count() == 1


def test_chosen_lines_carry_no_name(chat: Chat, kim: Actor) -> None:
    world.say(chat.seeker, chat.case, f"Ich bin {world.NICKNAME}, sagt stiller otter")
    world.say(chat.counsellor, chat.case, "Hallo")
    said = consultation.lately_said(chat.counsellor, chat.case)
    nickname, lines = said.nickname, said.lines

    text = consultation.chosen(lines, [line.seq for line in lines], nickname)

    assert text == "Junge Person: Ich bin X, sagt X\n\nBeratung: Hallo"
    assert consultation.chosen(lines, [], nickname) == ""
    assert consultation.names_in("Ich", keys.UNREADABLE_NICKNAME) == []


def test_only_whoever_was_asked_answers(chat: Chat, kim: Actor) -> None:
    number = asked(chat, kim)
    with pytest.raises(NotAllowed):
        consultation.answer(chat.counsellor, number, "Hallo")
    for text, error in (("", Empty), ("x" * 4001, TooLong)):
        with pytest.raises(error):
            consultation.answer(kim, number, text)

    assert not ConsultationReply.objects.exists()


def test_whoever_asked_takes_it_back(chat: Chat, kim: Actor) -> None:
    number = asked(chat, kim)
    consultation.answer(kim, number, "Frag nach der Schwester.")
    with pytest.raises(NotAllowed):
        consultation.end(kim, number)

    consultation.end(chat.counsellor, number)

    assert consultation.mine(kim) == []
    assert not ConsultationReply.objects.exists()


def test_it_is_gone_after_two_weeks(chat: Chat, kim: Actor) -> None:
    number = asked(chat, kim)
    now = timezone.now()
    assert consultation.prune(now + timedelta(days=13, hours=23)) == 0

    Consultation.objects.update(expires_at=now)
    for move in (lambda: consultation.opened(kim, number), lambda: consultation.answer(kim, number, "Hallo")):
        with pytest.raises(NotFound):
            move()
    assert consultation.prune(now) == 1


def test_it_goes_with_the_case(chat: Chat, kim: Actor) -> None:
    asked(chat, kim)

    erasing.erase_all(chat.seeker)

    assert not Consultation.objects.exists()


def test_a_new_key_opens_nothing_of_before(chat: Chat, kim: Actor) -> None:
    from dataclasses import replace  # noqa: PLC0415 -- only here

    from counselling.people.domain.rings import Ring  # noqa: PLC0415 -- only here

    number = asked(chat, kim)
    later, locked = replace(kim, ring=Ring(pairs.new_pair().private)), replace(kim, ring=None)

    assert [consultation.opened(actor, number).text for actor in (later, locked)] == [None, None]


@pytest.mark.parametrize("sealed", [b"", b"x" * 100])
def test_a_text_that_was_changed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        seals.open_text(pairs.new_pair().private, sealed, uuid4(), "staff:1")


def test_bytes_that_are_no_padded_text_are_refused() -> None:
    pair, place = pairs.new_pair(), uuid4()
    purpose = b"text|v1|" + place.bytes + b"staff:1"

    for data in (b"", b"\xff\x80", b"no padding"):
        with pytest.raises(Unreadable):
            seals.open_text(pair.private, pairs.seal_to(pair.public, data, purpose), place, "staff:1")
