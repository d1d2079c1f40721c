"""What the change between screen and room needs: times, calls, changes of channel, texts written together, partners."""

from blended.models.changes import MediaChange
from blended.models.meetings import Attendance, Meeting, Room, Signal
from blended.models.partners import Partner, PartnerCard, PartnerImport, Referral
from blended.models.times import Appointment, Channel, ClosingDay, Feed, Place, Series, Slot
from blended.models.together import JointText

__all__ = [
    "Appointment",
    "Attendance",
    "Channel",
    "ClosingDay",
    "Feed",
    "JointText",
    "MediaChange",
    "Meeting",
    "Partner",
    "PartnerCard",
    "PartnerImport",
    "Place",
    "Referral",
    "Room",
    "Series",
    "Signal",
    "Slot",
]
