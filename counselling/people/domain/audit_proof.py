"""Is the audit trail as it was written? Finds what was changed, moved, taken away or never confirmed."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from counselling.people.domain.audit_chain import ANCHOR, OWN, PRUNED, Row, numbered, record
from counselling.people.models import AuditEntry
from counselling.vault.chain import link
from counselling.vault.master import KeyFileProblem

SETTLED = timedelta(minutes=1)  # by then an entry has its number
MOST_PROBLEMS: Final = 100
HEAD_HEX: Final = 16


@dataclass(frozen=True)
class Head:
    """The newest entry's number and the beginning of its mac (hex): to be kept where the database is not."""

    number: int
    mac: str

    @classmethod
    def read(cls, text: str) -> Self:
        """From "123:9f86d081884c7d65", as `str` writes it. Raises ValueError."""
        number, _, mac = text.strip().lower().partition(":")
        if not number.isdecimal() or len(mac) < HEAD_HEX:
            raise ValueError(text)
        return cls(int(number), bytes.fromhex(mac).hex())

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"


@dataclass(frozen=True)
class Problem:
    """Something that an untouched trail does not have.

    `kind`: changed (or moved) | missing (from `number` on) | beginning (the trail begins at `number`, and nothing
    says why) | no_key (named `detail`) | unreadable | unchained (`number` of them) | cut (a head with this number was
    seen) | rewritten (as above) | too_old (the head's entry went on schedule, there is nothing to compare).
    """

    kind: str
    number: int
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """What an examination found: how many entries, since when, up to which head; `whole`: none was left out."""

    entries: int
    since: datetime | None
    head: Head | None
    problems: list[Problem]
    whole: bool = True


def verify(head: Head | None = None) -> list[Problem]:
    """Everything wrong with the trail, at most MOST_PROBLEMS; compared with an earlier head where one is given."""
    return examine(head=head).problems


def examine(*, head: Head | None = None, last: int | None = None) -> Report:
    """The whole trail, or only its `last` entries: then the one before them is taken as it stands.

    Two queries more than the rows, which are read in portions: 50,000 entries take 3 s on a busy machine.
    """
    rows, based = _window(last)
    walk = _Walk(based=based, head=head)
    try:
        for values in rows.values_list(*Row._fields).iterator(chunk_size=2000):
            walk.step(Row(*values))
    except (ValueError, TypeError, AttributeError):  # SQLite keeps whatever was put into a column
        walk.found("unreadable", walk.expected)
    walk.end()
    late = Q(at__lt=timezone.now() - SETTLED) | Q(event__in=OWN)
    if count := AuditEntry.objects.filter(late, number__isnull=True).count():
        walk.found("unchained", count)
    return walk.report()


def _window(last: int | None) -> tuple[QuerySet[AuditEntry], bool]:
    """The rows to walk, and whether the first of them is only the ground the others stand on."""
    rows = numbered().order_by("number")
    newest = rows.last() if last is not None else None
    if newest is None or newest.number is None or last is None:
        return rows, False
    start = newest.number - last
    return rows.filter(number__gte=start), rows.filter(number__lt=start).exists()


@dataclass
class _Walk:
    """Going through the trail in order of numbers."""

    based: bool
    head: Head | None
    expected: int = 1
    entries: int = 0
    since: datetime | None = None
    newest: Row | None = None
    anchor: Row | None = None
    compared: bool = False
    pruned: dict[int, Row] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost_keys: set[str] = field(default_factory=set)

    def step(self, row: Row) -> None:
        """The next entry."""
        if self.newest is None and row.event == ANCHOR and not self.based:
            self.anchor = row
        elif self.newest is not None or not self.based:
            self._check(row)
        if self.head and row.number == self.head.number:
            self._compare(row, self.head)
        self.newest, self.expected = row, row.number + 1

    def _check(self, row: Row) -> None:
        self.entries += 1
        self.since = self.since or row.at
        if row.number > self.expected:  # what it confirms is gone: nothing to check it by
            self.found("missing", self.expected)
        elif row.kid in self.lost_keys:
            return
        elif self._is_confirmed(row):
            if row.event == PRUNED:
                self.pruned[int(row.code)] = row
        elif row.kid not in self.lost_keys:
            self.found("changed", row.number)

    def _is_confirmed(self, row: Row) -> bool:
        previous = bytes(self.newest.mac or b"") if self.newest else b""
        try:
            return hmac.compare_digest(link(previous, record(row), row.kid), bytes(row.mac or b""))
        except KeyFileProblem:
            self.lost_keys.add(row.kid)
            self.found("no_key", row.number, row.kid)
            return False

    def _compare(self, row: Row, head: Head) -> None:
        self.compared = True
        if not bytes(row.mac or b"").hex().startswith(head.mac):
            self.found("rewritten", row.number)

    def end(self) -> None:
        """What shows only once everything was seen."""
        if self.anchor and not self._is_named(self.anchor):
            self.found("beginning", self.anchor.number)
        if self.head and not self.compared:
            self.found(self._why_not_compared(self.head), self.head.number)

    def _is_named(self, anchor: Row) -> bool:
        """Whether an entry of the trail itself tells of this anchor: nobody else could have confirmed that one."""
        told = self.pruned.get(anchor.number)
        if told is None or told.subject is None:
            return False
        return anchor == Row(told.subject, anchor.number, told.at, ANCHOR, None, None, None, "", "", anchor.mac)

    def _why_not_compared(self, head: Head) -> str:
        if self.newest is None or self.newest.number < head.number:
            return "cut"
        return "too_old" if self.anchor and head.number < self.anchor.number else "rewritten"

    def found(self, kind: str, number: int, detail: str = "") -> None:
        """Note a problem; the hundred-and-first tells nothing new."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(kind, number, detail))

    def report(self) -> Report:
        """The result."""
        newest = self.newest
        head = Head(newest.number, bytes(newest.mac or b"").hex()[:HEAD_HEX]) if newest else None
        return Report(self.entries, self.since, head, self.problems, whole=not self.based)
