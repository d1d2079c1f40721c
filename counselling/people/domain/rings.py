"""What one session can open, in memory only: its own private half, its teams' private halves, case keys seen.

One ring per session and process, so that a desk of fifty cases is opened once and not with every request (pitfalls 14).
A ring that was dropped (lock, revocation, sign-out) is empty for everybody who still holds it.
"""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final
from uuid import UUID

MOST_CASES: Final = 5000
MOST_RINGS: Final = 1000


class Ring:
    """The open keys of one session. Its text never shows them."""

    __slots__ = ("_cases", "_private", "teams")

    def __init__(self, private: bytes) -> None:
        self._private: bytes | None = private
        self._cases: OrderedDict[UUID, bytes] = OrderedDict()
        self.teams: dict[tuple[UUID, int], bytes] = {}  # (team, epoch) -> the team's private half; added by `hold`

    @property
    def private(self) -> bytes | None:
        """The holder's private half; None once the ring was dropped."""
        return self._private

    def known(self, case: UUID) -> bytes | None:
        """A case key that was opened before."""
        return self._cases.get(case)

    def remember(self, case: UUID, key: bytes) -> None:
        """Keep an opened case key; the oldest go first."""
        if self._private is None:
            return
        self._cases[case] = key
        while len(self._cases) > MOST_CASES:
            self._cases.popitem(last=False)

    def forget(self, case: UUID) -> None:
        """A case was erased or its seals changed."""
        self._cases.pop(case, None)

    def hold(self, team: UUID, epoch: int, private: bytes) -> None:
        """Keep a team's private half, unless the ring was dropped meanwhile."""
        if self._private is not None:
            self.teams[team, epoch] = private

    def let_go(self, team: UUID, still: Collection[int]) -> None:
        """Forget the epochs of a team that are no longer there."""
        for place in [place for place in list(self.teams) if place[0] == team and place[1] not in still]:
            self.teams.pop(place, None)

    def wipe(self) -> None:
        """Nothing can be opened with this any more."""
        self._private = None
        self._cases.clear()
        self.teams.clear()


_rings: "OrderedDict[str, Ring]" = OrderedDict()


def of_session(access: str, private: bytes) -> Ring:
    """The ring of a session in this process; a private half that changed (a reset) begins a new one."""
    ring = _rings.get(access)
    if ring is None or ring.private != private:
        ring = _rings[access] = Ring(private)
    _rings.move_to_end(access)
    while len(_rings) > MOST_RINGS:
        _rings.popitem(last=False)[1].wipe()
    return ring


def drop(access: str) -> None:
    """Wipe a session's ring in this process; safe to repeat."""
    ring = _rings.pop(access, None)
    if ring:
        ring.wipe()


def held() -> list[str]:
    """Whose rings this process holds: the pulse asks once a second which of them may still."""
    return list(_rings)
