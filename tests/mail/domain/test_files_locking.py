"""A reported file: locked at once for everybody, told to those who lead without content, deleted by them alone."""

import uuid

import pytest

from counselling.errors import NotAllowed, NotFound
from counselling.mail.domain import files, letters, locking
from counselling.mail.domain.files import Barred
from counselling.mail.models import File, FileChunk
from counselling.people.models import AuditEntry
from tests.mail import files_world as paperclip
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    paperclip.allow(team)
    return post.claimed(team, world.counsellor(team, "Linde"))


def trail(event: str) -> list[tuple[str, bool]]:
    """(code, whether the case is named) of each."""
    rows = AuditEntry.objects.filter(event=event).order_by("at")
    return [(entry.code, entry.case_ref is not None) for entry in rows]


@pytest.mark.parametrize("side", ["seeker", "counsellor"])
def test_either_side_locks_a_file_at_once(made: Correspondents, side: str) -> None:
    known = paperclip.sent(made.seeker, made.case, text="Sieh mal")
    assert made.counsellor
    actor = made.seeker if side == "seeker" else made.counsellor

    locking.report(actor, made.case, known.id)
    locking.report(actor, made.case, known.id)

    for who in (made.seeker, made.counsellor):
        with pytest.raises(Barred):
            files.opened(who, made.case, known.id)
    assert trail("file_locked") == [(side, True)]


def test_only_who_sits_there_reports_and_only_what_was_sent(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    unsent = paperclip.attach(made.seeker, made.case)
    stranger = world.counsellor(world.team("Buche"), "Buche")

    for actor, case, file in (
        (stranger, made.case, known.id),
        (made.seeker, made.case, unsent.id),
        (made.counsellor, made.case, unsent.id),
        (made.seeker, made.case, uuid.uuid4()),
    ):
        assert actor
        with pytest.raises(NotFound):
            locking.report(actor, case, file)
    assert trail("file_locked") == []


def test_supervisors_see_that_it_is_there_and_nothing_of_it(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case, name="Geheimname.jpg")
    locking.report(made.seeker, made.case, known.id)
    row = world.row(made.case)
    lead, other = world.staff(row.team, "Ahorn", "supervisor"), world.staff(world.team("Buche"), "Birke", "supervisor")

    [told] = locking.listed(lead)

    assert (told.id, told.team, told.by_seeker, told.from_seeker) == (known.id, "Linde", True, True)
    assert (told.media, told.size, told.case_ref) == ("image/jpeg", known.size, row.audit_ref)
    assert "Geheimname" not in repr(told)
    assert locking.listed(other) == []
    with pytest.raises(NotFound):
        locking.one(other, known.id)
    with pytest.raises(NotAllowed):
        files.opened(lead, made.case, known.id)


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_nobody_else_sees_the_list_or_deletes(made: Correspondents, role: str) -> None:
    known = paperclip.sent(made.seeker, made.case)
    locking.report(made.seeker, made.case, known.id)
    actor = world.staff(world.row(made.case).team, "Esche", role)

    for attempt in (lambda: locking.listed(actor), lambda: locking.delete(actor, known.id)):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(NotAllowed):
        locking.listed(made.seeker)


def test_a_supervisor_deletes_it_for_good_once_it_is_locked(made: Correspondents) -> None:
    known, other = paperclip.sent(made.seeker, made.case, text="1"), paperclip.sent(made.seeker, made.case, text="2")
    lead = world.staff(world.row(made.case).team, "Ahorn", "supervisor")
    locking.report(made.seeker, made.case, known.id)

    with pytest.raises(NotFound):
        locking.delete(lead, other.id)
    locking.delete(lead, known.id)
    with pytest.raises(NotFound):
        locking.delete(lead, known.id)

    assert [file.pk for file in File.objects.all()] == [other.id]
    assert not FileChunk.objects.filter(file=known.id).exists()
    assert trail("file_deleted") == [("", True)]


def test_whoever_sent_it_cannot_take_it_back_any_more(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    assert made.counsellor
    locking.report(made.counsellor, made.case, known.id)

    letters.withdraw(made.seeker, made.case, world.row(made.case).last_seq)

    lead = world.staff(world.row(made.case).team, "Ahorn", "supervisor")
    assert [told.id for told in locking.listed(lead)] == [known.id]
