"""Uploads that end halfway: given up, a full disk, a letter that is gone, two taps."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from counselling.errors import NotFound, Unavailable
from counselling.mail.domain import cleaning, files, letters, uploads
from counselling.mail.domain.uploads import NoRoom, TooMany
from counselling.mail.models import File, FileChunk
from counselling.vault.chunks import BYTES
from tests.mail import files_world as paperclip
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Correspondents:
    return paperclip.allowed()


def test_half_uploads_are_swept_when_nobody_goes_on(made: Correspondents) -> None:
    now = timezone.now()
    paperclip.attach(made.seeker, made.case)
    half = paperclip.bring(made.seeker, made.case, b"x" * 3 * BYTES)
    File.objects.filter(pk=half).update(at=now - uploads.GIVEN_UP)

    assert uploads.sweep(now) == 0
    assert uploads.sweep(now + timedelta(seconds=1)) == 1
    assert [file.complete for file in File.objects.all()] == [True]
    assert not FileChunk.objects.filter(file=half).exists()


def test_what_stalled_does_not_take_the_place_of_another(made: Correspondents) -> None:
    for _ in range(files.MOST_PER_LETTER):
        paperclip.begin(made.seeker, made.case, b"x")
    with pytest.raises(TooMany):
        paperclip.begin(made.seeker, made.case, b"x")
    File.objects.update(at=timezone.now() - timedelta(minutes=3))

    assert paperclip.attach(made.seeker, made.case)


@pytest.fixture
def full_disk(made: Correspondents) -> Iterator[None]:
    """A database that takes nothing more."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite can be told to be full")
    letters.keep(made.seeker, made.case, "Mein Text", version=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_says_so_and_the_letter_stays(full_disk: None, made: Correspondents) -> None:
    with pytest.raises(NoRoom) as refusal:
        list(map(partial(paperclip.bring, made.seeker, made.case), [b"x" * 10 * BYTES] * 20))

    assert "Dein Brief ist noch da" in str(refusal.value.sentence)
    assert isinstance(refusal.value, Unavailable)
    unsent = letters.unsent(made.seeker, made.case)
    assert unsent
    assert unsent.text == "Mein Text"


def test_a_disk_that_fills_up_while_a_file_is_made_clean_leaves_no_half(
    made: Correspondents, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = paperclip.bring(made.seeker, made.case, paperclip.picture())

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(FileChunk.objects, "create", full)
    with pytest.raises(NoRoom):
        uploads.finish(made.seeker, made.case, file)
    assert not File.objects.exists()
    assert not FileChunk.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("data", [paperclip.picture(), paperclip.paper()])
def test_a_letter_that_is_thrown_away_while_its_file_is_checked_leaves_nothing(
    made: Correspondents, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    file = paperclip.bring(made.seeker, made.case, data)
    clean = cleaning.clean

    @contextmanager
    def meanwhile(parts: Iterator[bytes], size: int) -> Iterator[cleaning.Clean]:
        with clean(parts, size) as found:
            letters.discard(made.seeker, made.case)
            yield found

    monkeypatch.setattr(cleaning, "clean", meanwhile)
    with pytest.raises((NotFound, cleaning.Refused)):
        uploads.finish(made.seeker, made.case, file)
    assert not File.objects.exists()
    assert not FileChunk.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_taps_attach_once(made: Correspondents) -> None:
    file = paperclip.bring(made.seeker, made.case, paperclip.picture())

    first, second = world.together(*[lambda: uploads.finish(made.seeker, made.case, file)] * 2)

    assert first == second
    assert first.name == "Foto.jpg"


def test_while_another_file_is_checked_one_may_ask_again(made: Correspondents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_PATIENCE_SECONDS", 0.01)
    file = paperclip.bring(made.seeker, made.case, paperclip.picture())

    with cleaning.turn(), pytest.raises(cleaning.Busy):
        uploads.finish(made.seeker, made.case, file)
    monkeypatch.undo()
    assert uploads.finish(made.seeker, made.case, file).name == "Foto.jpg"
