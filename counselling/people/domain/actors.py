"""Who acts. Every domain function takes the actor first and authorises in its first line."""

from dataclasses import dataclass, field
from typing import Literal, Self
from uuid import UUID

from counselling.errors import NotAllowed
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff


@dataclass(frozen=True, slots=True)
class Actor:
    """A seeker or a member of staff, as their session proved. `access` names the session for revocation.

    `ring` is what the session can open; None where it holds no keys (not let in yet, or a role that never reads).
    """

    kind: Literal["seeker", "staff"]
    id: UUID
    role: str
    access: str
    alias: str = ""
    languages: tuple[str, ...] = ()
    ring: Ring | None = field(default=None, repr=False, compare=False)

    @classmethod
    def for_seeker(cls, seeker: UUID, access: int, ring: Ring | None = None) -> Self:
        """A young person who came with a valid cookie."""
        return cls("seeker", seeker, "seeker", str(access), ring=ring)

    @classmethod
    def for_staff(cls, staff: Staff, access: str, ring: Ring | None = None) -> Self:
        """A signed-in member of staff; `access` is the id of their `StaffSession`."""
        return cls("staff", staff.pk, staff.role, access, staff.alias, tuple(staff.languages), ring)

    @property
    def private(self) -> bytes | None:
        """The private half this session holds; None when it holds none (any more)."""
        return self.ring.private if self.ring else None

    def require_counsellor(self) -> None:
        """Raises NotAllowed for everybody else: supervisors and administrators never read."""
        if self.kind != "staff" or self.role != Staff.Role.COUNSELLOR:
            raise NotAllowed

    def require_administrator(self) -> None:
        """Raises NotAllowed for everybody but those who look after accounts."""
        if self.kind != "staff" or self.role != Staff.Role.ADMINISTRATOR:
            raise NotAllowed

    def require_supervisor(self) -> None:
        """Raises NotAllowed for everybody but those who lead: they alone see who did what."""
        if self.kind != "staff" or self.role != Staff.Role.SUPERVISOR:
            raise NotAllowed

    def require_seeker(self) -> None:
        """Raises NotAllowed for staff."""
        if self.kind != "seeker":
            raise NotAllowed
