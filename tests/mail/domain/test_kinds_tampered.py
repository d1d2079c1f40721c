"""Every kind of sealed text of a case, changed in the database: a placeholder where it stands, and an alarm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from counselling.cases.domain import (
    agreements,
    consultation,
    drafts,
    emergency,
    keys,
    notes,
    risk,
    tasks,
)
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import (
    Agreement,
    Case,
    Consultation,
    ConsultationReply,
    Draft,
    Entry,
    Note,
    Risk,
    Task,
    Whereabouts,
)
from counselling.mail.domain import files, letters, second_look
from counselling.mail.domain.letters import Unsent
from counselling.mail.models import File, Letter, SecondLookRemark
from counselling.people.domain.actors import Actor
from tests.cases.domain.risk_world import yellow
from tests.mail import files_world as paperclip
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
TEXT = "Daheim wird geschrien"


@dataclass
class Kind:
    """How a text of this kind comes to be, in which column it lies, and how it is read: None for what does not open."""

    make: Callable[[Correspondents, Actor], object]
    row: type[Model]
    read: Callable[[Correspondents, Actor], Any]
    column: str = "sealed"
    shown: object = None  # in its place


def linde(made: Correspondents) -> Actor:
    assert made.counsellor
    return made.counsellor


def ask(made: Correspondents, kim: Actor) -> None:
    number = consultation.ask(linde(made), made.case, to=kim.id, text=TEXT)
    consultation.answer(kim, number, TEXT)


def read_asked(made: Correspondents, kim: Actor) -> Any:
    return consultation.opened(kim, Consultation.objects.get().pk).text


def read_answer(made: Correspondents, kim: Actor) -> Any:
    return consultation.opened(linde(made), Consultation.objects.get().pk).remarks[0].text


def remark(made: Correspondents, kim: Actor) -> None:
    reader = world.counsellor(Case.objects.get(pk=made.case).team, "Mara")
    letters.keep(linde(made), made.case, "Liebe", version=0)
    second_look.remark(reader, second_look.share(linde(made), made.case, reader=reader.id), TEXT)


def read_remark(made: Correspondents, kim: Actor) -> Any:
    look = second_look.of_letter(linde(made), made.case)
    assert look
    return look.remarks[0].text


def whereabouts(made: Correspondents, kim: Actor) -> None:
    risk.assess(linde(made), made.case, Assessment("red"))
    emergency.tell_where(made.seeker, made.case, TEXT)


def file_name(made: Correspondents, kim: Actor) -> None:
    paperclip.allow(Case.objects.get(pk=made.case).team)
    paperclip.attach(made.seeker, made.case, name=f"{TEXT}.jpg")


def read_name(made: Correspondents, kim: Actor) -> Any:
    letter = Letter.objects.get().pk
    return files.of_letters(made.seeker, made.case, [letter])[letter][0].name.removesuffix(".jpg")


def read_unsent(made: Correspondents, kim: Actor) -> Any:
    found = letters.unsent(made.seeker, made.case)
    assert found
    return found.text


KINDS = {
    "note": Kind(
        lambda made, _: notes.add(linde(made), made.case, TEXT),
        Note,
        lambda made, _: notes.of_case(linde(made), made.case, world.key(made.case))[0]["text"],
    ),
    "agreement": Kind(
        lambda made, _: agreements.write(linde(made), made.case, TEXT),
        Agreement,
        lambda made, _: agreements.of_case(made.seeker, made.case, world.key(made.case))[0].text,
    ),
    "task": Kind(
        lambda made, _: tasks.add(linde(made), made.case, TEXT),
        Task,
        lambda made, _: tasks.of_case(linde(made), made.case, world.key(made.case))[0].text,
    ),
    "assessment": Kind(
        lambda made, _: risk.assess(linde(made), made.case, yellow()),
        Risk,
        lambda made, _: risk.of_case(linde(made), made.case, world.key(made.case))[0].content,
    ),
    "whereabouts": Kind(
        whereabouts,
        Whereabouts,
        lambda made, _: emergency.told(linde(made), made.case, world.key(made.case))[0].text,
    ),
    "remark": Kind(remark, SecondLookRemark, read_remark),
    "consultation": Kind(ask, Consultation, read_asked),
    "answer": Kind(ask, ConsultationReply, read_answer),
    "file name": Kind(file_name, File, read_name, column="name", shown="Datei"),
    "nickname": Kind(
        lambda *_: None,
        Case,
        lambda made, _: keys.nickname(Case.objects.get(pk=made.case), world.key(made.case)),
        column="nickname",
        shown=keys.UNREADABLE_NICKNAME,
    ),
    "draft": Kind(
        lambda made, _: drafts.keep(made.seeker, made.case, TEXT),
        Draft,
        lambda made, _: drafts.read(made.seeker, made.case),
        shown="",
    ),
    "unsent letter": Kind(
        lambda made, _: letters.keep(made.seeker, made.case, TEXT, version=0),
        Letter,
        read_unsent,
    ),
}


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    return post.claimed(team, world.counsellor(team, "Linde"))


@pytest.fixture
def kim() -> Actor:
    """A counsellor of another team."""
    return world.counsellor(world.team("Andere", is_open=False), "Kim")


def flip(row: type[Model], column: str = "sealed") -> None:
    """One bit of the last byte of the only row."""
    one = row._default_manager.get()
    spoilt = bytearray(getattr(one, column))
    spoilt[-1] ^= 1
    row._default_manager.filter(pk=one.pk).update(**{column: bytes(spoilt)})


@pytest.mark.parametrize("name", KINDS)
def test_what_was_changed_is_shown_as_such_and_raises_an_alarm(
    made: Correspondents, kim: Actor, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    kind = KINDS[name]
    kind.make(made, kim)
    with caplog.at_level(logging.ERROR, "counselling.audit"):
        assert kind.read(made, kim) != kind.shown
        assert caplog.records == []

        flip(kind.row, kind.column)

        assert kind.read(made, kim) == kind.shown
    assert "does not open" in caplog.text
    assert TEXT not in caplog.text
    assert world.NICKNAME not in caplog.text


def test_a_question_from_before_a_new_key_pair_raises_no_alarm(
    made: Correspondents, kim: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    from counselling.people.models import StaffKey  # noqa: PLC0415 -- only here

    ask(made, kim)
    flip(Consultation)
    StaffKey.objects.filter(staff=kim.id).update(made_at=timezone.now() + timedelta(minutes=1))

    with caplog.at_level(logging.ERROR, "counselling.audit"):
        assert read_asked(made, kim) is None

    assert caplog.records == []


@pytest.mark.parametrize("gone", [1, 2])
def test_an_assessment_that_was_deleted_leaves_a_gap_that_is_shown(
    made: Correspondents, gone: int, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("eins", "zwei", "drei"):
        risk.assess(linde(made), made.case, Assessment("green", observed=text))
    Risk.objects.filter(number=gone).delete()

    with caplog.at_level(logging.ERROR, "counselling.audit"):
        views = risk.of_case(linde(made), made.case, world.key(made.case))

    assert [view.number for view in views] == [3, 2, 1]
    assert [view.number for view in views if view.content is None] == [gone]
    assert f"1 rows of risk of {made.case} are missing" in caplog.text


def test_a_note_after_a_deleted_one_gets_a_number_of_its_own(made: Correspondents) -> None:
    for text in ("eins", "zwei", "drei"):
        notes.add(linde(made), made.case, text)
    Note.objects.filter(number=1).delete()

    notes.add(linde(made), made.case, "vier")

    found = notes.of_case(linde(made), made.case, world.key(made.case))
    assert [(note["id"], note["text"]) for note in found] == [(2, "zwei"), (3, "drei"), (4, "vier")]


# --- the letter that is being written --------------------------------------------------------------------------------


def begun(made: Correspondents, actor: Actor) -> Unsent:
    found = letters.unsent(actor, made.case)
    assert found
    return found


def test_a_letter_that_does_not_open_is_kept_and_another_begins_beside_it(made: Correspondents) -> None:
    old = letters.keep(made.seeker, made.case, TEXT, version=0)
    paperclip.allow(Case.objects.get(pk=made.case).team)
    paperclip.attach(made.seeker, made.case)
    flip(Letter)
    spoilt = bytes(Letter.objects.get().sealed)

    new = letters.keep(made.seeker, made.case, "Noch einmal von vorn", version=0)

    assert new.id != old.id
    assert bytes(Letter.objects.get(pk=old.id).sealed) == spoilt
    assert begun(made, made.seeker).text == "Noch einmal von vorn"
    assert letters.keep(made.seeker, made.case, "Und weiter", version=new.version).id == new.id
    assert len(files.of_letters(made.seeker, made.case, [new.id])[new.id]) == 1
    letters.send(made.seeker, made.case, new.id, "Und weiter", version=2)
    assert letters.unsent(made.seeker, made.case) is None
    assert Letter.objects.get().pk == old.id


@pytest.mark.parametrize("noticed", [False, True])
def test_a_planned_letter_that_was_changed_is_not_sent(
    made: Correspondents, noticed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    at = timezone.now() + timedelta(hours=1)
    letters.send_later(linde(made), made.case, TEXT, version=0, at=at)
    flip(Letter)
    if noticed:
        letters.keep(linde(made), made.case, "Ein anderer", version=0)

    with caplog.at_level(logging.ERROR, "counselling.audit"):
        assert letters.send_due(at) == 0
        assert begun(made, linde(made)).text == ("Ein anderer" if noticed else None)

    assert Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER).count() == 1
    assert not Letter.objects.filter(send_at__isnull=False).exists()
    assert noticed or "planned letter" in caplog.text


def test_a_second_look_goes_on_with_the_letter_in_its_place(made: Correspondents, kim: Actor) -> None:
    remark(made, kim)
    flip(Letter)

    new = letters.keep(linde(made), made.case, "Ein anderer", version=0)

    assert read_remark(made, kim) == TEXT
    look = second_look.of_letter(linde(made), made.case)
    assert look
    assert look.draft == "Ein anderer"
    assert Letter.objects.get(second_look__isnull=False).pk == new.id
