"""Whatever is done to the chained entries is found; what was only cut off at the end, against an earlier head."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.people.domain import audit_chain, audit_proof, audit_retention
from counselling.people.domain.audit_proof import Head, Problem
from counselling.people.models import AuditEntry
from tests.people import trail
from tests.support import key_files

pytestmark = pytest.mark.django_db

COUNT = 8
numbers = st.integers(1, COUNT)
# A tampering is what somebody does to the table by SQL.
tamperings = st.one_of(
    st.tuples(st.just("change"), numbers, st.sampled_from(sorted(trail.CHANGES))),
    st.tuples(st.just("remove"), numbers, st.just("")),
    st.tuples(st.just("swap"), numbers, numbers.map(str)),
    st.tuples(st.just("unchain"), numbers, st.just("")),
    st.tuples(st.just("close the gap"), numbers, st.just("")),
)


def tamper(what: str, number: int, more: str) -> None:
    """One tampering; on what an earlier one took away it does nothing."""
    row = AuditEntry.objects.filter(number=number).first()
    if row is None:
        return
    if what == "change":
        AuditEntry.objects.filter(number=number).update(**{more: trail.CHANGES[more](row)})
    elif what == "swap":
        AuditEntry.objects.filter(number=number).update(number=999_999)
        AuditEntry.objects.filter(number=int(more)).update(number=number)
        AuditEntry.objects.filter(number=999_999).update(number=int(more))
    elif what == "unchain":
        AuditEntry.objects.filter(number=number).update(number=None)
    else:
        AuditEntry.objects.filter(number=number).delete()
        if what == "close the gap":
            for behind in AuditEntry.objects.filter(number__gt=number).order_by("number"):
                AuditEntry.objects.filter(pk=behind.pk).update(number=behind.number - 1)


def content() -> list[tuple[Any, ...]]:
    return [tuple(row) for row in AuditEntry.objects.order_by("pk").values_list(*audit_chain.Row._fields)]


@how(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(tamperings, min_size=1, max_size=4), st.booleans())
def test_every_tampering_is_found(db: None, doings: list[tuple[str, int, str]], pruned: bool) -> None:
    with transaction.atomic():
        head = an_old_trail() if pruned else a_trail()
        before = content()
        for doing in doings:
            tamper(*doing)
        touched, found = content() != before, audit_proof.verify(head)
        transaction.set_rollback(True)

    assert bool(found) == touched


def a_trail() -> Head | None:
    trail.chained(COUNT)
    return audit_proof.examine().head


def an_old_trail() -> Head | None:
    """Entries 1 and 2 went on schedule: 2 is the anchor, the last one tells of it."""
    now = timezone.now()
    trail.chained(2, at=now - timedelta(days=1000))
    trail.chained(COUNT - 3)
    assert audit_retention.prune(now) == 2
    return audit_proof.examine().head


@pytest.mark.parametrize("column", sorted(trail.CHANGES))
@pytest.mark.parametrize("pruned", [False, True])
def test_each_column_of_each_row_is_confirmed(column: str, pruned: bool) -> None:
    if pruned:
        an_old_trail()
    else:
        a_trail()
    for row in trail.rows():
        with transaction.atomic():
            trail.alter(row.number or 0, **{column: trail.CHANGES[column](row)})
            assert audit_proof.verify(), f"{column} of {row.number}"
            transaction.set_rollback(True)
    assert audit_proof.verify() == []


def test_changed_entry_is_named() -> None:
    trail.chained(5)
    trail.alter(3, code="other")

    assert audit_proof.verify() == [Problem("changed", 3)]


def test_mac_that_was_taken_away_is_a_change() -> None:
    trail.chained(3)
    trail.alter(2, mac=None)

    assert audit_proof.verify() == [Problem("changed", 2), Problem("changed", 3)]


def test_swapped_entries_are_found() -> None:
    trail.chained(5)
    tamper("swap", 2, "4")

    assert [problem.kind for problem in audit_proof.verify()] == ["changed"] * 4


def test_gap_is_named_by_its_first_number() -> None:
    trail.chained(6)
    AuditEntry.objects.filter(number__in=[3, 4]).delete()

    assert audit_proof.verify() == [Problem("missing", 3)]


def test_beginning_that_was_taken_away_is_missing() -> None:
    trail.chained(6)
    AuditEntry.objects.filter(number__lte=2).delete()

    assert audit_proof.verify() == [Problem("missing", 1)]


def test_nobody_but_prune_declares_a_beginning() -> None:
    trail.chained(6)
    AuditEntry.objects.filter(number__lt=3).delete()
    trail.alter(3, event=audit_chain.ANCHOR, actor=None, case_ref=None, code="", kid="")

    assert audit_proof.verify() == [Problem("beginning", 3)]


def test_cut_end_shows_against_an_earlier_head() -> None:
    head = a_trail()
    AuditEntry.objects.filter(number__gt=5).delete()

    assert audit_proof.verify() == []
    assert audit_proof.verify(head) == [Problem("cut", COUNT)]


def test_emptied_trail_shows_against_an_earlier_head() -> None:
    head = a_trail()
    AuditEntry.objects.all().delete()

    assert audit_proof.verify(head) == [Problem("cut", COUNT)]


def test_end_that_was_written_anew_shows_against_an_earlier_head() -> None:
    head = a_trail()
    AuditEntry.objects.filter(number__gt=5).delete()
    trail.chained(5)

    assert audit_proof.verify() == []
    assert audit_proof.verify(head) == [Problem("rewritten", COUNT)]


def test_missing_entry_of_an_earlier_head() -> None:
    head = a_trail()
    trail.chained(2)
    AuditEntry.objects.filter(number=COUNT).delete()

    assert audit_proof.verify(head) == [Problem("missing", COUNT), Problem("rewritten", COUNT)]


def test_trail_that_grew_agrees_with_an_earlier_head() -> None:
    head = a_trail()
    trail.chained(5)

    assert audit_proof.verify(head) == []


def test_head_of_an_entry_that_went_on_schedule_cannot_be_compared() -> None:
    an_old_trail()

    assert audit_proof.verify(Head(1, "0" * 16)) == [Problem("too_old", 1)]


def test_head_that_became_the_anchor_is_still_compared() -> None:
    trail.chained(2, at=timezone.now() - timedelta(days=1000))
    head = audit_proof.examine().head
    trail.chained(2)
    audit_retention.prune(timezone.now())

    assert audit_proof.verify(head) == []
    assert audit_proof.verify(Head(2, "0" * 16)) == [Problem("rewritten", 2)]


def test_entries_without_a_number_are_late_after_a_minute() -> None:
    trail.write(2, at=timezone.now() - timedelta(minutes=5))
    trail.write(1, at=timezone.now())

    assert audit_proof.verify() == [Problem("unchained", 2)]


def test_lost_key_is_named_once(use_keys: Callable[..., None]) -> None:
    old, new = key_files.key_line("old"), key_files.key_line("new")
    use_keys(old)
    trail.chained(3)
    use_keys(new, old)
    trail.chained(3)
    use_keys(new)

    assert audit_proof.verify() == [Problem("no_key", 1, "old")]


def test_another_key_under_the_same_name_confirms_nothing(use_keys: Callable[..., None]) -> None:
    use_keys(key_files.key_line("k1"))
    trail.chained(2)
    use_keys(key_files.key_line("k1"))

    assert audit_proof.verify() == [Problem("changed", 1), Problem("changed", 2)]


def test_a_hundred_problems_are_enough() -> None:
    trail.chained(130)
    AuditEntry.objects.update(code="other")

    assert len(audit_proof.verify()) == audit_proof.MOST_PROBLEMS


@pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL's columns hold only what they should")
@pytest.mark.parametrize(("column", "value"), [("actor", "nobody"), ("at", "yesterday"), ("at", 5), ("number", "x")])
def test_value_that_does_not_read_is_a_problem(column: str, value: object) -> None:
    trail.chained(4)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE people_auditentry SET {column} = %s WHERE number = 3", [value])  # noqa: S608 -- ours

    assert audit_proof.verify() != []


def test_report_tells_since_when_and_up_to_where() -> None:
    rows = trail.chained(5)

    report = audit_proof.examine()

    assert (report.entries, report.since, report.problems) == (5, rows[0].at, [])
    assert report.head == Head(5, bytes(rows[4].mac).hex()[:16])


def test_empty_trail_is_fine() -> None:
    assert audit_proof.examine() == audit_proof.Report(0, None, None, [])
    assert audit_proof.examine(last=3) == audit_proof.Report(0, None, None, [])


@pytest.mark.parametrize(("last", "entries"), [(1, 1), (4, 4), (6, 6), (7, 8), (8, 8), (9, 8)])
def test_looking_at_the_last_ones_only(last: int, entries: int) -> None:
    rows = trail.chained(COUNT)

    report = audit_proof.examine(last=last)

    assert (report.entries, report.since, report.problems) == (entries, rows[COUNT - entries].at, [])
    assert report.head == audit_proof.examine().head


def test_looking_at_the_last_ones_finds_what_lies_there() -> None:
    trail.chained(COUNT)
    trail.alter(3, code="other")

    assert audit_proof.examine(last=5).problems == []
    assert audit_proof.examine(last=6).problems == [Problem("changed", 3)]


def test_looking_at_the_last_ones_of_a_shortened_trail() -> None:
    an_old_trail()

    assert [audit_proof.examine(last=last).problems for last in range(1, COUNT + 2)] == [[]] * (COUNT + 1)


@pytest.mark.parametrize("text", ["12:9f86d081884c7d65", " 12:9F86D081884C7D65 \n", "12:9f86d081884c7d659a2f"])
def test_head_reads_what_it_writes(text: str) -> None:
    assert str(Head.read(text)) == text.strip().lower()


@pytest.mark.parametrize(
    "text", ["", "12", "12:", "12:9f86", "x:9f86d081884c7d65", "12:9f86d081884c7dxx", "-1:" + "0" * 16]
)
def test_head_refuses_what_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the kind is the promise
        Head.read(text)


def test_untouched_trail_is_examined_in_a_constant_number_of_queries(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    for more in (5, 20):
        trail.chained(more)
        with django_assert_num_queries(2):
            audit_proof.verify()
        with django_assert_num_queries(4):
            audit_proof.examine(last=2)
