"""A seeker's ways in: cookie tokens and return codes, of which the database keeps nothing usable."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from counselling.errors import NotAllowed
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess, Team
from tests.support import world
from tests.support.key_files import key_line

pytestmark = pytest.mark.django_db


def expire() -> None:
    SeekerAccess.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_a_new_seeker_is_found_by_their_token() -> None:
    actor, token = access.new_seeker()

    assert access.seeker_by_token(token) == actor
    assert (actor.kind, actor.role, actor.alias) == ("seeker", "seeker", "")


def test_nobody_else_is_found() -> None:
    _, token = access.new_seeker()

    for wrong in ("", "x", token[:-1], token + "A", token.swapcase(), "ä" * 43, "\0"):
        assert access.seeker_by_token(wrong) is None


def test_a_token_ends_with_its_time() -> None:
    _, token = access.new_seeker()
    expire()

    assert access.seeker_by_token(token) is None


def test_neither_token_nor_code_lies_in_the_database() -> None:
    actor, token = access.new_seeker()
    code = access.issue_code(actor)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_seekeraccess")
        stored = b"|".join(
            bytes(cell) if isinstance(cell, (bytes, memoryview)) else str(cell).encode()
            for row in cursor.fetchall()
            for cell in row
        )
    for secret in (token, code, code.replace("-", "")):
        assert secret.encode() not in stored


def test_a_seeker_is_a_random_id_and_a_day() -> None:
    access.new_seeker()

    assert {field.name for field in Seeker._meta.fields} == {"id", "created_on", "public", "seen_on"}
    assert Seeker.objects.get().pk.version == 4


def test_a_code_opens_the_same_seeker_from_another_device() -> None:
    actor, token = access.new_seeker()
    code = access.issue_code(actor)

    other = access.redeem_code(code)

    assert other is not None
    assert other != token
    found = access.seeker_by_token(other)
    assert found is not None
    assert found.id == actor.id
    assert access.seeker_by_token(token) == actor


def test_a_code_may_be_typed_carelessly_and_used_again() -> None:
    code = access.issue_code(access.new_seeker()[0])

    assert access.redeem_code(f" {code.lower().replace('-', ' ')} ") is not None
    assert access.redeem_code(code) is not None


@pytest.mark.parametrize("code", ["", "x", "0000-0000-0000-0000", "7K3M-Q9RT-02XV-H8CD-", "'; DROP TABLE", "\0" * 16])
def test_a_code_that_is_none_opens_nothing(code: str) -> None:
    access.issue_code(access.new_seeker()[0])

    assert access.redeem_code(code) is None
    assert SeekerAccess.objects.filter(kind="cookie").count() == 1


def test_a_code_ends_after_24_hours() -> None:
    code = access.issue_code(access.new_seeker()[0])
    expires = SeekerAccess.objects.get(kind="code").expires_at

    assert abs(expires - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)
    expire()
    assert access.redeem_code(code) is None


def test_a_new_code_ends_the_earlier_one() -> None:
    actor, _ = access.new_seeker()
    first, second = access.issue_code(actor), access.issue_code(actor)

    assert access.redeem_code(first) is None
    assert access.redeem_code(second) is not None


def test_a_code_never_works_as_a_cookie_nor_the_reverse() -> None:
    actor, token = access.new_seeker()
    code = access.issue_code(actor)

    assert access.seeker_by_token(code) is None
    assert access.redeem_code(token) is None


def test_a_code_given_out_before_a_rotation_still_opens(use_keys: Callable[..., None]) -> None:
    """The second key is added first; the old one stays in the file (pitfalls 10)."""
    old = key_line("old")
    use_keys(old)
    code = access.issue_code(access.new_seeker()[0])

    use_keys(key_line("new"), old)

    assert access.redeem_code(code) is not None


def test_a_cookie_given_out_before_a_rotation_still_opens(use_keys: Callable[..., None]) -> None:
    old = key_line("old")
    use_keys(old)
    actor, token = access.new_seeker()

    use_keys(key_line("new"), old)

    assert access.seeker_by_token(token) == actor


def test_ending_a_session_ends_this_browser_alone() -> None:
    actor, token = access.new_seeker()
    other = access.redeem_code(access.issue_code(actor))
    assert other is not None

    access.end_session(actor)

    assert access.seeker_by_token(token) is None
    assert access.seeker_by_token(other) is not None
    assert Seeker.objects.exists()
    access.end_session(actor)


def test_still_valid_names_those_that_exist() -> None:
    first, second = access.new_seeker()[0], access.new_seeker()[0]
    access.end_session(first)

    assert access.still_valid([int(first.access), int(second.access), 999_999]) == {int(second.access)}
    assert access.still_valid([]) == set()


def test_staff_have_no_seekers_ways(team: Team) -> None:
    mara = world.counsellor(team)

    for move in (access.issue_code, access.end_session):
        with pytest.raises(NotAllowed):
            move(mara)


def test_an_actor_never_shows_more_than_ids() -> None:
    actor, token = access.new_seeker()

    assert token not in repr(actor)
    assert Actor.for_seeker(uuid4(), 1).languages == ()
