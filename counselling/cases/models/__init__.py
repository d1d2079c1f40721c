"""A case and all that hangs on it. Sealed columns hold `vault.sealing` records; the rest is ids, codes and times."""

from counselling.cases.models.case import Case, Entry, Facts, FactTopic, Role, Seal, Seat
from counselling.cases.models.consultation import Consultation, ConsultationReply
from counselling.cases.models.counting import CountRow, Deletion
from counselling.cases.models.danger import Level, Risk, RiskEvent, RiskRecord, Whereabouts
from counselling.cases.models.erased import Erased
from counselling.cases.models.queue import Waiting, WaitSample
from counselling.cases.models.work import Agreement, Draft, Note, Task

__all__ = [
    "Agreement",
    "Case",
    "Consultation",
    "ConsultationReply",
    "CountRow",
    "Deletion",
    "Draft",
    "Entry",
    "Erased",
    "FactTopic",
    "Facts",
    "Level",
    "Note",
    "Risk",
    "RiskEvent",
    "RiskRecord",
    "Role",
    "Seal",
    "Seat",
    "Task",
    "WaitSample",
    "Waiting",
    "Whereabouts",
]
