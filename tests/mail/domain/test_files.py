"""Attached files: who may, who sees them, how they come in, and when they go."""

import uuid

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, erasing
from counselling.errors import Conflict, Invalid, Locked, NotAllowed, NotFound
from counselling.mail.domain import cleaning, files, letters, uploads
from counselling.mail.domain.files import Barred
from counselling.mail.domain.uploads import NoRoom, TooLarge, TooMany
from counselling.mail.models import File, FileChunk, Letter
from counselling.people.domain.actors import Actor
from counselling.vault.chunks import BYTES
from tests.mail import files_world as paperclip
from tests.mail.files_world import content, counsellor, letter_of
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Correspondents:
    return paperclip.allowed()


def test_a_picture_goes_with_the_letter_and_both_sides_open_it(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case, paperclip.with_metadata("JPEG"), "../../Mein Zimmer.exe")
    letter = letter_of(known.id)

    for actor in (made.seeker, counsellor(made)):
        assert files.of_letters(actor, made.case, [letter]) == {letter: [known]}
        assert content(actor, made.case, known.id).startswith(b"\xff\xd8\xff")
    assert (known.name, known.media, known.is_image, known.locked) == ("Mein Zimmer.jpg", "image/jpeg", True, False)


def test_a_pdf_comes_out_as_it_went_in(made: Correspondents) -> None:
    given = paperclip.paper(pages=200) + b"\n" * 5
    known = paperclip.sent(counsellor(made), made.case, given, "Antrag.pdf")

    assert len(given) > 3 * BYTES // 8
    assert content(made.seeker, made.case, known.id) == given
    assert not known.is_image


def test_nothing_readable_lies_in_the_database(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case, paperclip.picture("PNG"), "Geheimname.png")
    row = File.objects.get(pk=known.id)
    rows = [bytes(sealed) for sealed in FileChunk.objects.filter(file=known.id).values_list("sealed", flat=True)]

    assert b"Geheimname" not in bytes(row.name)
    assert all(b"PNG" not in sealed and b"IHDR" not in sealed for sealed in rows)
    assert row.size == 4096  # rounded: the exact length is sealed


@pytest.mark.parametrize("side", ["seeker", "counsellor"])
def test_without_the_team_s_leave_nobody_attaches(side: str) -> None:
    team = world.team()
    made = post.claimed(team, world.counsellor(team, "Linde"))
    actor = made.seeker if side == "seeker" else counsellor(made)
    paperclip.allow(team, seekers=False, staff=False)

    assert not files.may_attach(actor, made.case)
    with pytest.raises(NotAllowed):
        paperclip.begin(actor, made.case, b"x")
    assert not File.objects.exists()
    assert not Letter.objects.exists()


def test_by_default_young_people_do_not_and_the_team_does() -> None:
    team = world.team()
    made = post.claimed(team, world.counsellor(team, "Linde"))

    assert not files.may_attach(made.seeker, made.case)
    assert files.may_attach(counsellor(made), made.case)


def test_the_file_waits_for_its_letter_and_only_its_writer_sees_it(made: Correspondents) -> None:
    known = paperclip.attach(made.seeker, made.case)
    letter = letter_of(known.id)

    assert files.of_letters(made.seeker, made.case, [letter]) == {letter: [known]}
    assert files.of_letters(counsellor(made), made.case, [letter]) == {}
    with pytest.raises(NotFound):
        files.opened(counsellor(made), made.case, known.id)

    post.send(made.seeker, made.case, "Mit Bild")
    assert content(counsellor(made), made.case, known.id)


def test_nobody_else_gets_it_whoever_they_are(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    team = world.team("Buche")
    paperclip.allow(team)
    elsewhere = post.claimed(team, world.counsellor(team, "Buche"))
    same_team = world.counsellor(world.row(made.case).team, "Erle")

    for actor in (elsewhere.seeker, counsellor(elsewhere), same_team):
        for case in (made.case, elsewhere.case, uuid.uuid4()):
            with pytest.raises(NotFound):
                files.opened(actor, case, known.id)
    with pytest.raises(NotFound):
        files.case_of(elsewhere.seeker, known.id)
    for role in ("supervisor", "administrator"):
        with pytest.raises(NotAllowed):
            files.opened(world.staff(world.row(made.case).team, role.title(), role), made.case, known.id)


def test_nobody_else_brings_or_takes_away_a_piece(made: Correspondents) -> None:
    mine = paperclip.begin(made.seeker, made.case, b"x")
    attached = paperclip.attach(made.seeker, made.case)
    other = world.counsellor(world.row(made.case).team, "Erle")

    for actor in (counsellor(made), other):
        for attempt in (
            lambda who: uploads.piece(who, made.case, mine, 0, b"x"),
            lambda who: uploads.finish(who, made.case, mine),
            lambda who: uploads.remove(who, made.case, mine),
            lambda who: uploads.remove(who, made.case, attached.id),
        ):
            with pytest.raises(NotFound):
                attempt(actor)
    assert File.objects.count() == 2


def test_after_a_hand_over_the_old_counsellor_is_out(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    erle = world.counsellor(world.row(made.case).team, "Erle")

    by_letter.hand_over(counsellor(made), made.case, to=erle.id)

    assert content(erle, made.case, known.id)
    with pytest.raises(NotFound):
        files.opened(counsellor(made), made.case, known.id)


def test_without_a_key_nothing_opens(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    keyless = Actor(kind="seeker", id=made.seeker.id, role="seeker", access="1")

    with pytest.raises(Locked):
        files.opened(keyless, made.case, known.id)
    with pytest.raises(Locked):
        files.of_letters(keyless, made.case, [letter_of(known.id)])


def test_a_letter_takes_five_files(made: Correspondents) -> None:
    for _ in range(files.MOST_PER_LETTER):
        paperclip.attach(made.seeker, made.case)

    with pytest.raises(TooMany):
        paperclip.begin(made.seeker, made.case, b"x")
    post.send(made.seeker, made.case, "Fünf Bilder")
    assert paperclip.attach(made.seeker, made.case)


def test_sizes_outside_the_bounds_are_refused(made: Correspondents, monkeypatch: pytest.MonkeyPatch) -> None:
    known = uuid.uuid4()
    with pytest.raises(TooLarge):
        uploads.begin(made.seeker, made.case, known, name="x", size=files.MOST_BYTES + 1)
    with pytest.raises(Invalid):
        uploads.begin(made.seeker, made.case, known, name="x", size=0)
    monkeypatch.setattr(uploads, "MOST_PER_CASE", 1000)
    with pytest.raises(NoRoom):
        uploads.begin(made.seeker, made.case, known, name="x", size=1001)
    assert not File.objects.exists()


def test_pieces_have_the_size_that_was_told(made: Correspondents) -> None:
    data = b"x" * (BYTES + 10)
    file = paperclip.begin(made.seeker, made.case, data)

    for number, piece in ((0, data[:100]), (0, data), (1, data[:11]), (1, b""), (2, b"x"), (2**31, b"x")):
        with pytest.raises(Invalid):
            uploads.piece(made.seeker, made.case, file, number, piece)
    uploads.piece(made.seeker, made.case, file, 0, data[:BYTES])
    uploads.piece(made.seeker, made.case, file, 0, data[:BYTES])  # its answer was lost
    with pytest.raises(Conflict):
        uploads.finish(made.seeker, made.case, file)
    assert FileChunk.objects.count() == 1


def test_pieces_may_come_in_any_order_and_twice(made: Correspondents) -> None:
    data = paperclip.noise("PNG", (250, 250))
    file = paperclip.begin(made.seeker, made.case, data)
    pieces = [data[start : start + BYTES] for start in range(0, len(data), BYTES)]
    for number in (2, 0, 1, 2):
        uploads.piece(made.seeker, made.case, file, number, pieces[number])

    first = uploads.finish(made.seeker, made.case, file)

    assert len(pieces) == 3
    assert uploads.finish(made.seeker, made.case, file) == first
    assert not FileChunk.objects.filter(number__gte=uploads.RAW_FROM).exists()
    with pytest.raises(NotFound):
        uploads.piece(made.seeker, made.case, file, 0, pieces[0])


@pytest.mark.parametrize("data", [b"MZ" * 100, paperclip.archive(), b"<svg/>", paperclip.png_claiming(50_000, 50_000)])
def test_what_is_refused_leaves_nothing_and_the_letter_stays(made: Correspondents, data: bytes) -> None:
    letters.keep(made.seeker, made.case, "Mein Text", version=0)
    file = paperclip.bring(made.seeker, made.case, data)

    with pytest.raises(cleaning.Refused):
        uploads.finish(made.seeker, made.case, file)

    assert not File.objects.exists()
    assert not FileChunk.objects.exists()
    unsent = letters.unsent(made.seeker, made.case)
    assert unsent
    assert unsent.text == "Mein Text"


def test_what_is_attached_first_begins_the_letter_and_its_text_can_follow(made: Correspondents) -> None:
    """The page began with an empty sheet (version 0) under an id of its own."""
    mine = uuid.uuid4()
    file, letter = uploads.begin(made.seeker, made.case, mine, name="a", size=1)
    assert letter == mine

    kept = letters.keep(made.seeker, made.case, "Jetzt der Text", version=0, letter=mine)

    assert (kept.id, kept.text) == (mine, "Jetzt der Text")
    assert uploads.begin(made.seeker, made.case, uuid.uuid4(), name="b", size=1)[1] == mine
    assert File.objects.filter(pk=file, letter=mine).exists()


def test_a_letter_that_left_meanwhile_takes_nothing_along(made: Correspondents) -> None:
    file = paperclip.bring(made.seeker, made.case, paperclip.picture())
    post.send(made.seeker, made.case, "Schon weg")

    with pytest.raises(Conflict):
        uploads.finish(made.seeker, made.case, file)
    assert not File.objects.exists()
    with pytest.raises(Conflict):
        uploads.begin(made.seeker, made.case, letter=_sent_id(made), name="x", size=1)


def _sent_id(made: Correspondents) -> uuid.UUID:
    last = [line for line in world.lines(made.case) if line.kind == "letter"][-1]
    assert last.client_id
    return last.client_id


def test_removed_discarded_withdrawn_and_erased_files_are_gone(made: Correspondents) -> None:
    whole, half = paperclip.attach(made.seeker, made.case), paperclip.bring(made.seeker, made.case, b"x" * 10)
    uploads.remove(made.seeker, made.case, whole.id)
    uploads.remove(made.seeker, made.case, half)
    assert not FileChunk.objects.exists()

    paperclip.attach(made.seeker, made.case)
    paperclip.begin(made.seeker, made.case, b"x")
    letters.discard(made.seeker, made.case)
    assert not File.objects.exists()

    sent = paperclip.sent(made.seeker, made.case)
    with pytest.raises(NotFound):
        uploads.remove(made.seeker, made.case, sent.id)
    letters.withdraw(made.seeker, made.case, world.row(made.case).last_seq)
    assert not File.objects.exists()

    paperclip.sent(made.seeker, made.case)
    erasing.erase_all(made.seeker)
    assert not FileChunk.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_files_of_many_letters_cost_as_many_queries_as_of_one(
    made: Correspondents, number: int, django_assert_max_num_queries
) -> None:
    sent = [letter_of(paperclip.sent(made.seeker, made.case, text=str(n)).id) for n in range(number)]

    with django_assert_max_num_queries(3):
        assert len(files.of_letters(made.seeker, made.case, sent)) == number
    assert files.of_letters(made.seeker, made.case, []) == {}


def test_a_locked_file_opens_for_nobody(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    File.objects.update(locked_at=timezone.now(), locked_by="counsellor")

    for actor in (made.seeker, counsellor(made)):
        with pytest.raises(Barred):
            files.opened(actor, made.case, known.id)
        [shown] = files.of_letters(actor, made.case, [letter_of(known.id)])[letter_of(known.id)]
        assert (shown.locked, shown.name) == (True, "")


def test_a_file_that_is_locked_while_it_is_read_breaks_off(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case, paperclip.noise("PNG", (600, 600)))
    opened = files.opened(counsellor(made), made.case, known.id)
    next(opened.parts)
    File.objects.update(locked_at=timezone.now(), locked_by="counsellor")

    with pytest.raises(files.sealing.Unreadable):
        b"".join(opened.parts)
