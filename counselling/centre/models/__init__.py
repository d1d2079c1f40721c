"""The centre's own data: what administrators enter in Django's admin. No case, no person of a case is named here."""

from counselling.centre.models.announcements import Announcement
from counselling.centre.models.centre import Centre
from counselling.centre.models.help import HelpContact, HelpHour
from counselling.centre.models.hours import HoursException, OpeningHour
from counselling.centre.models.reports import BarrierReport
from counselling.centre.models.topics import Topic

__all__ = [
    "Announcement",
    "BarrierReport",
    "Centre",
    "HelpContact",
    "HelpHour",
    "HoursException",
    "OpeningHour",
    "Topic",
]
