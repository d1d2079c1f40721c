"""Which public halves in the database this server vouches for: to others nothing is sealed (decision 0014).

A row without a right mac counts as if it were not there, and is told once to the log of the process.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from counselling.people.models import StaffKey, Team, TeamKey, TeamSeal
from counselling.vault import vouching
from counselling.vault.master import keyring

log = logging.getLogger("counselling.audit")


def team_key(team: UUID, epoch: int, public: bytes | memoryview, mac: bytes | memoryview) -> bool:
    """Whether this is the team's public half of that epoch."""
    return vouching.vouches(mac, vouching.team_key(team, epoch), public) or _refused("key of team", team)


def staff_key(key: StaffKey) -> bool:
    """Whether this is the public half of this member of staff."""
    what = vouching.staff_key(key.staff_id)
    return vouching.vouches(key.mac, what, key.public) or _refused("key of staff", key.staff_id)


def paper(team: UUID) -> bytes | None:
    """The public half of the team's printed recovery key; None while there is none that counts."""
    public, mac = Team.objects.values_list("recovery_public", "recovery_mac").get(pk=team)
    if public is None:
        return None
    right = vouching.vouches(mac, vouching.paper(team), public) or _refused("recovery key of team", team)
    return bytes(public) if right else None


def members(key: TeamKey) -> list[UUID]:
    """Who was let into this epoch, with the very pair that they have now. One query."""
    rows = TeamSeal.objects.filter(team_key=key, staff__key__isnull=False)
    return [
        staff
        for staff, mac, public in rows.values_list("staff", "mac", "staff__key__public")
        if vouching.vouches(mac, vouching.place(key.team_id, key.epoch, staff), public)
        or _refused("place of staff", staff)
    ]


def renew() -> int:
    """Bring every mac under the active master key; how many changed. What was wrong before stays wrong."""
    active = keyring().active_kid
    return sum(row.renew() for row in _every() if row.kid() not in {"", active})


def under(kid: str) -> int:
    """How many macs hang on this master key."""
    return sum(row.kid() == kid for row in _every())


@dataclass(frozen=True, slots=True)
class _Row:
    """A mac where it lies: `rows` is its row alone."""

    rows: QuerySet[Any]  # of four models
    column: str
    mac: bytes | memoryview
    what: bytes
    public: bytes | memoryview

    def kid(self) -> str:
        """The master key of a right mac; "" when it is wrong."""
        return vouching.kid_of(self.mac) if vouching.vouches(self.mac, self.what, self.public) else ""

    def renew(self) -> bool:
        """By compare-and-set: whoever writes another public half meanwhile vouches for it as well."""
        fresh = vouching.vouch(self.what, self.public)
        return self.rows.filter(**{self.column: self.mac}).update(**{self.column: fresh}) == 1


def _every() -> Iterator[_Row]:
    for staff, mac, public in StaffKey.objects.order_by("pk").values_list("pk", "mac", "public"):
        yield _Row(StaffKey.objects.filter(pk=staff), "mac", mac, vouching.staff_key(staff), public)
    for team, mac, paper in Team.objects.order_by("pk").values_list("pk", "recovery_mac", "recovery_public"):
        yield _Row(Team.objects.filter(pk=team), "recovery_mac", mac, vouching.paper(team), paper or b"")
    for key in TeamKey.objects.order_by("pk"):
        what = vouching.team_key(key.team_id, key.epoch)
        yield _Row(TeamKey.objects.filter(pk=key.pk), "mac", key.mac, what, key.public)
    yield from _places()


def _places() -> Iterator[_Row]:
    rows = TeamSeal.objects.filter(staff__key__isnull=False).order_by("pk")
    fields = ("pk", "mac", "team_key__team", "team_key__epoch", "staff", "staff__key__public")
    for pk, mac, team, epoch, staff, public in rows.values_list(*fields):
        yield _Row(TeamSeal.objects.filter(pk=pk), "mac", mac, vouching.place(team, epoch, staff), public)


def _refused(what: str, whose: UUID) -> bool:
    _tell(what, whose)
    return False


@lru_cache(maxsize=1000)
def _tell(what: str, whose: UUID) -> None:
    """Once per process: a desk asks again every few seconds."""
    log.error("the public %s %s is not vouched for and was passed over", what, whose)
