"""Files whose records were changed, exchanged or cut in the database."""

import uuid

import pytest

from counselling.mail.domain import cleaning, files, uploads
from counselling.mail.domain.files import Broken
from counselling.mail.models import File, FileChunk
from tests.mail import files_world as paperclip
from tests.mail.files_world import content, counsellor, letter_of
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Correspondents:
    return paperclip.allowed()


def test_a_piece_that_was_changed_in_the_database_is_refused(made: Correspondents) -> None:
    file = paperclip.bring(made.seeker, made.case, paperclip.picture())
    FileChunk.objects.update(sealed=b"\x01" + b"x" * 60)

    with pytest.raises(cleaning.Refused):
        uploads.finish(made.seeker, made.case, file)
    assert not File.objects.exists()


def swapped(file: uuid.UUID) -> None:
    first, second = FileChunk.objects.filter(file=file).order_by("number")[:2]
    FileChunk.objects.filter(pk=first.pk).update(sealed=second.sealed)


def shortened(file: uuid.UUID) -> None:
    FileChunk.objects.filter(file=file).order_by("-number")[0].delete()


def emptied(file: uuid.UUID) -> None:
    FileChunk.objects.filter(file=file).delete()


def flipped(file: uuid.UUID) -> None:
    last = FileChunk.objects.filter(file=file).order_by("-number")[0]
    sealed = bytearray(last.sealed)
    sealed[-1] ^= 1
    FileChunk.objects.filter(pk=last.pk).update(sealed=bytes(sealed))


@pytest.mark.parametrize("spoil", [swapped, shortened, emptied, flipped])
def test_a_file_that_was_tampered_with_is_not_handed_out(made: Correspondents, spoil) -> None:
    known = paperclip.sent(made.seeker, made.case, paperclip.noise("PNG", (250, 250)))
    spoil(known.id)

    with pytest.raises((Broken, files.sealing.Unreadable)):
        content(counsellor(made), made.case, known.id)


def test_a_file_in_another_s_place_does_not_open(made: Correspondents) -> None:
    one, two = (paperclip.sent(made.seeker, made.case, text=text) for text in ("eins", "zwei"))
    FileChunk.objects.filter(file=one.id).delete()
    FileChunk.objects.filter(file=two.id).update(file=one.id)

    with pytest.raises(Broken):
        files.opened(counsellor(made), made.case, one.id)


def test_a_name_that_does_not_open_is_a_neutral_one(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    File.objects.update(name=b"x" * 40)

    [shown] = files.of_letters(made.seeker, made.case, [letter_of(known.id)])[letter_of(known.id)]
    assert shown.name == "Datei.jpg"
