"""Staff with their teams and roles; seekers with their ways in; and the keys of both (design section 5)."""

from counselling.people.models.audit import AuditEntry
from counselling.people.models.keys import KeyCanary, StaffKey, TeamKey, TeamSeal
from counselling.people.models.seekers import Seeker, SeekerAccess
from counselling.people.models.sign_in import Invitation, Passkey, RecoveryCode, StaffSession, Totp
from counselling.people.models.staff import MAX_CAPACITY, Staff, StaffManager, Team

__all__ = [
    "MAX_CAPACITY",
    "AuditEntry",
    "Invitation",
    "KeyCanary",
    "Passkey",
    "RecoveryCode",
    "Seeker",
    "SeekerAccess",
    "Staff",
    "StaffKey",
    "StaffManager",
    "StaffSession",
    "Team",
    "TeamKey",
    "TeamSeal",
    "Totp",
]
