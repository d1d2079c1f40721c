"""Nickname and passphrase: who comes in, what is written about it, and what nobody learns by trying."""

import contextlib
import itertools
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from counselling.errors import Invalid, Locked, NotAllowed, NotFound
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess, Team
from counselling.vault import passwords, phrases
from tests.support import world
from tests.support.key_files import key_line

pytestmark = pytest.mark.django_db

NAME = "Stiller Otter"
OWN = "Grüne Wolke über dem Bahnhof"
WORDS = ["abend", "biene", "wolke", "tasse", "lampe", "radio"]
PHRASE = " ".join(WORDS)


@pytest.fixture
def seeker() -> Actor:
    return access.new_seeker()[0]


@pytest.fixture
def stretched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was stretched, one entry per Argon2."""
    done: list[str] = []
    real = passwords.stretch
    monkeypatch.setattr(passwords, "stretch", lambda text, salt: done.append(text) or real(text, salt))
    return done


def opened(nickname: str, passphrase: str) -> Actor | None:
    """Who comes in with these."""
    token = passphrases.sign_in(nickname, passphrase)
    return access.seeker_by_token(token) if token else None


def rows(kind: str) -> int:
    return SeekerAccess.objects.filter(kind=kind).count()


def test_kept_words_open_the_same_seeker_with_the_same_key(seeker: Actor) -> None:
    assert not passphrases.kept(seeker)
    passphrases.keep(seeker, NAME, PHRASE)

    found = opened(NAME, PHRASE)

    assert found is not None
    assert (found.id, found.private) == (seeker.id, seeker.private)
    assert found.access != seeker.access
    assert passphrases.kept(seeker)


def test_the_way_in_has_no_end_of_its_own_and_the_day_is_noted(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)

    assert SeekerAccess.objects.get(kind="phrase").expires_at is None
    assert Seeker.objects.get().seen_on == timezone.localdate()


def test_coming_back_moves_the_day(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    Seeker.objects.update(seen_on="2020-01-01")

    assert opened(NAME, PHRASE)
    assert Seeker.objects.get().seen_on == timezone.localdate()


@pytest.mark.parametrize(
    ("nickname", "passphrase"),
    [
        (NAME, "abend biene wolke tasse lampe regal"),
        (NAME, "biene abend wolke tasse lampe radio"),
        ("Stille Otter", PHRASE),
        ("", PHRASE),
        (NAME, ""),
        (PHRASE, NAME),
        (NAME, PHRASE + " abend"),
        (NAME, "x" * 5000),
    ],
)
def test_nothing_else_opens_it(seeker: Actor, nickname: str, passphrase: str) -> None:
    passphrases.keep(seeker, NAME, PHRASE)

    assert passphrases.sign_in(nickname, passphrase) is None
    assert rows("cookie") == 1


@pytest.mark.parametrize(
    ("nickname", "passphrase"),
    [
        (" stiller  OTTER ", PHRASE),
        ("Ｓtiller Otter", PHRASE),
        ("Stiller\u200b Otter\ufe0f", PHRASE),
        (NAME, PHRASE.upper()),
        (NAME, "Abend-Biene–Wolke, Tasse.\nLampe\tRadio "),
        (NAME, " ".join(phrases.as_numbers(WORDS))),
        (NAME, "".join(phrases.as_numbers(WORDS))),
        (NAME, " ".join([*WORDS[:3], *phrases.as_numbers(WORDS[3:])])),
    ],
)
def test_how_it_was_typed_does_not_matter(seeker: Actor, nickname: str, passphrase: str) -> None:
    passphrases.keep(seeker, NAME, PHRASE)

    assert opened(nickname, passphrase)


def test_own_words_are_taken_as_they_are(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, OWN)

    assert opened(NAME, f"  {OWN} ")
    assert opened(NAME, OWN.replace("ü", "u\u0308"))  # another keyboard
    assert opened(NAME, OWN.lower()) is None


@pytest.mark.parametrize("text", ["\ud800", "Stiller\0Otter", "", "😀" * 300])
def test_whatever_is_typed_is_no_accident(seeker: Actor, text: str) -> None:
    assert passphrases.sign_in(text, text) is None


@pytest.mark.parametrize(
    ("passphrase", "problem"),
    [
        ("zu kurz", "short"),
        ("x" * 201, "long"),
        ("Passwort1234", "common"),
        ("stillerotter1", "nickname"),
        ("aaaaaaaaaaaaa", "weak"),
    ],
)
def test_what_is_easy_to_guess_is_refused_kindly_and_changes_nothing(
    seeker: Actor, passphrase: str, problem: str
) -> None:
    with pytest.raises(Invalid) as refused:
        passphrases.keep(seeker, NAME, passphrase)

    assert refused.value.sentence == passphrases.SENTENCES[problem]
    assert not passphrases.kept(seeker)
    assert Seeker.objects.get().seen_on is None


def test_a_suggestion_is_never_refused(seeker: Actor) -> None:
    for _ in range(20):
        words = passphrases.suggest()
        passphrases.keep(seeker, NAME, " ".join(word for word, _ in words))
        assert passphrases.spelled([word for word, _ in words]) == words
    assert rows("phrase") == 1


def test_only_words_of_the_list_have_numbers() -> None:
    assert passphrases.spelled(["abend", "kein-wort"]) == []


def test_the_same_name_with_other_words_is_somebody_else(seeker: Actor) -> None:
    other = access.new_seeker()[0]
    passphrases.keep(seeker, NAME, PHRASE)
    passphrases.keep(other, NAME, OWN)

    assert [who.id for who in (opened(NAME, PHRASE), opened(NAME, OWN)) if who] == [seeker.id, other.id]


def test_somebody_elses_name_and_words_are_answered_like_weak_ones(seeker: Actor, stretched: list[str]) -> None:
    """Nobody learns by trying to keep them that they are known (pitfalls 9)."""
    passphrases.keep(seeker, NAME, OWN)
    other = access.new_seeker()[0]
    stretched.clear()

    answers = []
    for passphrase in (OWN, "aaaaaaaaaaaaa"):
        with pytest.raises(Invalid) as refused:
            passphrases.keep(other, NAME, passphrase)
        answers.append((refused.value.sentence, refused.value.code))

    assert answers[0] == answers[1]
    assert len(stretched) == 2
    assert not passphrases.kept(other)
    assert opened(NAME, OWN)


def test_keeping_again_with_the_same_words_is_fine(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    passphrases.keep(seeker, NAME, PHRASE)

    assert rows("phrase") == 1
    assert opened(NAME, PHRASE)


def test_changing_ends_the_old_words_other_browsers_and_the_code(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    elsewhere = opened(NAME, PHRASE)
    code = access.issue_code(seeker)
    assert elsewhere

    passphrases.change(seeker, NAME, OWN)

    assert passphrases.sign_in(NAME, PHRASE) is None
    assert access.redeem_code(code) is None
    assert access.still_valid([int(seeker.access), int(elsewhere.access)]) == {int(seeker.access)}
    assert opened(NAME, OWN)


def test_a_change_that_is_killed_halfway_never_happened(seeker: Actor) -> None:
    """New words and the end of the other browsers are one: at whatever write it ends, all is as it was."""
    passphrases.keep(seeker, NAME, PHRASE)
    elsewhere = opened(NAME, PHRASE)
    code = access.issue_code(seeker)
    assert elsewhere

    for nth in itertools.count(1):
        with contextlib.suppress(Killed), connection.execute_wrapper(dies_at(nth)):
            passphrases.change(seeker, NAME, OWN)
            break
        assert opened(NAME, OWN) is None, nth
        assert opened(NAME, PHRASE), nth
        assert access.redeem_code(code), nth
        assert access.still_valid([int(elsewhere.access)]), nth

    assert nth > 1
    assert opened(NAME, OWN)
    assert not access.still_valid([int(elsewhere.access)])


class Killed(BaseException):
    """The process ended here."""


def dies_at(nth: int) -> Callable[..., Any]:
    """For `execute_wrapper`: ends at the nth statement that writes."""
    writes: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            writes.append(sql)
            if len(writes) == nth:
                raise Killed
        return execute(sql, *rest)

    return watch


def test_a_refused_change_leaves_everything_as_it_was(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    elsewhere = opened(NAME, PHRASE)

    with pytest.raises(Invalid):
        passphrases.change(seeker, NAME, "zu kurz")

    assert elsewhere
    assert access.still_valid([int(elsewhere.access)])
    assert opened(NAME, PHRASE)


def test_signing_out_everywhere_leaves_only_the_words(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    opened(NAME, PHRASE)
    access.issue_code(seeker)

    passphrases.sign_out_everywhere(seeker)

    assert list(SeekerAccess.objects.values_list("kind", flat=True)) == ["phrase"]
    assert opened(NAME, PHRASE)


def test_two_browsers_can_be_in_at_once(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    first, second = opened(NAME, PHRASE), opened(NAME, PHRASE)

    assert first is not None
    assert second is not None
    access.end_session(first)
    assert access.still_valid([int(first.access), int(second.access)]) == {int(second.access)}


def test_a_browser_without_a_key_keeps_nothing() -> None:
    seeker = Actor.for_seeker(access.new_seeker()[0].id, 1)

    with pytest.raises(Locked):
        passphrases.keep(seeker, NAME, PHRASE)


def test_staff_have_no_passphrases(team: Team) -> None:
    mara = world.counsellor(team)
    calls: list[Callable[[], Any]] = [
        lambda: passphrases.kept(mara),
        lambda: passphrases.keep(mara, NAME, PHRASE),
        lambda: passphrases.change(mara, NAME, PHRASE),
        lambda: passphrases.sign_out_everywhere(mara),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()


def test_who_was_deleted_meanwhile_is_told_so(seeker: Actor) -> None:
    Seeker.objects.all().delete()

    with pytest.raises(NotFound):
        passphrases.keep(seeker, NAME, PHRASE)


def test_words_that_went_meanwhile_open_nothing(seeker: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted or changed between the search and the token."""
    passphrases.keep(seeker, NAME, PHRASE)
    real = access.private_half

    def gone(row: SeekerAccess, kek: bytes) -> bytes | None:
        SeekerAccess.objects.filter(kind="phrase").delete()
        return real(row, kek)

    monkeypatch.setattr(access, "private_half", gone)
    assert passphrases.sign_in(NAME, PHRASE) is None


def test_a_wrap_that_was_tampered_with_opens_nothing(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    SeekerAccess.objects.filter(kind="phrase").update(wrapped=b"\1" + bytes(60))

    assert passphrases.sign_in(NAME, PHRASE) is None


def test_a_row_moved_to_somebody_else_opens_nothing(seeker: Actor) -> None:
    other = access.new_seeker()[0]
    passphrases.keep(seeker, NAME, PHRASE)
    SeekerAccess.objects.filter(kind="phrase").update(seeker=other.id)

    assert passphrases.sign_in(NAME, PHRASE) is None


def test_two_who_choose_the_same_at_once_do_not_share(transactional_db: None) -> None:
    two = [access.new_seeker()[0] for _ in range(2)]

    results = world.together(*[lambda who=who: passphrases.keep(who, NAME, PHRASE) for who in two])

    assert world.kinds(results) == ["Invalid", "NoneType"], results
    assert rows("phrase") == 1


# --- what nobody learns ----------------------------------------------------------------------------------------------


def test_every_answer_costs_one_argon2(seeker: Actor, stretched: list[str]) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    stretched.clear()

    counted = []
    for nickname, passphrase in [(NAME, PHRASE), (NAME, OWN), ("Niemand", OWN), ("", ""), (NAME, "x" * 9000)]:
        passphrases.sign_in(nickname, passphrase)
        counted.append(len(stretched))

    assert counted == [1, 2, 3, 4, 5]
    assert max(len(text) for text in stretched) <= 200


@pytest.mark.long  # real Argon2, a dozen times
@pytest.mark.skipif(not django_settings.EMBEDDED, reason="times of Argon2, whatever keeps the rows")
def test_known_and_unknown_names_take_the_same_time(seeker: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quickest of interleaved tries (security.md 3, no. 36), stretched as a real server does.

    In processor time, since on a busy machine others differ. Beside the tests' light Argon2 a tenth is one query.
    """
    passphrases.keep(seeker, NAME, PHRASE)
    monkeypatch.setattr(django_settings, "ARGON2_MEMORY_KIB", passwords.MEMORY_KIB)
    took: dict[str, list[float]] = {NAME: [], "Wilder Hase": []}
    for _ in range(6):
        for nickname, times in took.items():
            begun = time.process_time()
            passphrases.sign_in(nickname, OWN)
            times.append(time.process_time() - begun)

    known, unknown = (min(times) for times in took.values())
    assert abs(known - unknown) / unknown < 0.10, (known, unknown)


def test_neither_name_nor_words_nor_root_lie_in_the_row(seeker: Actor) -> None:
    passphrases.keep(seeker, NAME, PHRASE)
    row = SeekerAccess.objects.get(kind="phrase")
    stored = bytes(row.lookup) + bytes(row.wrapped or b"")

    assert seeker.private is not None
    for secret in (NAME.encode(), PHRASE.encode(), WORDS[0].encode(), seeker.private):
        assert secret not in stored
    assert len(bytes(row.lookup)) == 32


# --- rotation of the master key (pitfalls 10) ------------------------------------------------------------------------


@pytest.fixture
def rotated(use_keys: Callable[..., None], seeker: Actor) -> str:
    """Words that were kept before a new master key was put in front; the old key's line."""
    old = key_line("old")
    use_keys(old)
    passphrases.keep(seeker, NAME, PHRASE)
    use_keys(key_line("new"), old)
    return old


def test_words_from_before_a_rotation_open_and_are_written_anew(
    rotated: str, use_keys: Callable[..., None], seeker: Actor, stretched: list[str]
) -> None:
    before = SeekerAccess.objects.get(kind="phrase")

    assert opened(NAME, PHRASE)

    after = SeekerAccess.objects.get(kind="phrase")
    assert after.pk == before.pk
    assert after.lookup != before.lookup
    assert len(stretched) == 2
    found = opened(NAME, PHRASE)
    assert found
    assert found.private == seeker.private


def test_after_the_rotation_the_old_key_is_not_needed_any_more(use_keys: Callable[..., None], seeker: Actor) -> None:
    old, new = key_line("old"), key_line("new")
    use_keys(old)
    passphrases.keep(seeker, NAME, PHRASE)
    use_keys(new, old)
    assert opened(NAME, PHRASE)

    use_keys(new)
    assert opened(NAME, PHRASE)


def test_while_two_keys_are_there_every_answer_costs_two(rotated: str, stretched: list[str]) -> None:
    for nickname, passphrase in [(NAME, PHRASE), (NAME, PHRASE), (NAME, OWN), ("Niemand", OWN)]:
        passphrases.sign_in(nickname, passphrase)

    assert len(stretched) == 8


def test_nobody_takes_words_that_are_still_under_an_old_key(rotated: str, seeker: Actor) -> None:
    """Else one sign-in would find two people."""
    other = access.new_seeker()[0]

    with pytest.raises(Invalid):
        passphrases.keep(other, NAME, PHRASE)

    found = opened(NAME, PHRASE)
    assert found
    assert found.id == seeker.id


def test_without_the_key_file_the_words_open_nothing(use_keys: Callable[..., None], seeker: Actor) -> None:
    use_keys(key_line("one"))
    passphrases.keep(seeker, NAME, PHRASE)
    use_keys(key_line("one"))  # another key under the same name

    assert passphrases.sign_in(NAME, PHRASE) is None


# --- normalisation ---------------------------------------------------------------------------------------------------


@given(st.text(max_size=60))
@settings(max_examples=500, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = passphrases.fold(text)
    assert passphrases.fold(once) == once


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_folding_forgets_capitals_and_space_around(text: str) -> None:
    assert passphrases.fold(f"  {text}\u200b ") == passphrases.fold(text)
    assert passphrases.fold(passphrases.fold(text).upper()) == passphrases.fold(passphrases.fold(text).upper().lower())


@given(st.text(max_size=250))
@settings(max_examples=300, deadline=None)
def test_a_passphrase_is_the_same_as_itself_with_space_around(text: str) -> None:
    assert passphrases.same(text, f" {text}\n")
    assert phrases.normalise(phrases.normalise(text)) == phrases.normalise(text)


@given(st.lists(st.sampled_from(phrases.every_word()), min_size=6, max_size=6), st.data())
@settings(max_examples=200, deadline=None)
def test_words_and_their_numbers_are_one_however_they_are_separated(words: list[str], data: st.DataObject) -> None:
    pieces = [data.draw(st.sampled_from([word, word.upper(), phrases.as_numbers([word])[0]])) for word in words]
    between = data.draw(st.sampled_from([" ", "-", ", ", "\n", " – ", ". "]))

    assert passphrases.same(between.join(pieces), " ".join(words))


class Hypothetical(HypothesisCase):
    """Whatever somebody keeps, the same typing opens it again."""

    @given(name=st.text(min_size=1, max_size=24), tail=st.text(max_size=30))
    @settings(max_examples=25, deadline=None)
    def test_what_was_kept_opens(self, name: str, tail: str) -> None:
        seeker = access.new_seeker()[0]
        passphrase = f"{secrets.token_hex(8)} Bahnhof {tail}"
        passphrases.keep(seeker, name, passphrase)

        found = opened(name, passphrase)
        assert found is not None
        assert found.id == seeker.id
