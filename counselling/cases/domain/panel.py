"""What the team knows about one case, for the panel beside its timeline."""

from dataclasses import dataclass, field
from uuid import UUID

from counselling.cases.domain import (
    agreements,
    emergency,
    fact_editing,
    facts,
    keys,
    notes,
    risk,
    risk_records,
    safety_plan,
    seats,
    tasks,
    trail,
)
from counselling.cases.domain.agreements import AgreementView
from counselling.cases.domain.emergency import Told
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.notes import NoteView
from counselling.cases.domain.risk import RiskView
from counselling.cases.domain.tasks import TaskView
from counselling.cases.models import Case, Level, Role
from counselling.centre.domain import topics as centre_topics
from counselling.people.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class FilePanel:
    """Everything in the order of the page; texts stand here in clear, so it is never logged."""

    case: UUID
    nickname: str = field(repr=False)
    state: str
    consults: bool  # I was invited to a chat: what the two agree on and arrange is not mine to write
    facts: FactsInput
    labels: dict[str, str]
    agreements: list[AgreementView] = field(repr=False)
    tasks: list[TaskView] = field(repr=False)
    notes: list[NoteView] = field(repr=False)
    risks: list[RiskView] = field(repr=False)
    told: list[Told] = field(repr=False)
    waits: set[UUID]  # records without a second look

    @property
    def risk(self) -> RiskView | None:
        """The newest assessment."""
        return next(iter(self.risks), None)

    @property
    def red(self) -> bool:
        """Whether the emergency protocol is shown."""
        return self.risk is not None and self.risk.level == Level.RED

    @property
    def plan_offered(self) -> bool:
        """Whether a safety plan may be begun as an agreement."""
        writes = self.state != Case.State.CLOSED and not self.consults
        return writes and self.risk is not None and self.risk.level in safety_plan.OFFERED_AT

    @property
    def agreement(self) -> AgreementView | None:
        """What holds now."""
        return next(iter(self.agreements), None)

    @property
    def unseen(self) -> bool:
        """Whether a second look at the newest assessment is still missing."""
        return self.risk is not None and self.risk.record in self.waits

    @property
    def open_tasks(self) -> int:
        """How many are still to do."""
        return sum(task.done_at is None for task in self.tasks)


def of_case(actor: Actor, case_id: UUID) -> FilePanel:
    """The panel of a case I am seated in; noted in the trail. A constant number of queries.

    Raises NotFound, NotAllowed, Locked.
    """
    actor.require_counsellor()
    seat = seats.seated(actor, case_id)
    case, key = seat.case, keys.case_key(actor, case_id)
    trail.opened(actor, case)
    known, risks = fact_editing.of(case), risk.of_case(actor, case_id, key)
    return FilePanel(
        case=case_id,
        nickname=keys.nickname(case, key),
        state=case.state,
        consults=seat.role == Role.CONSULTANT,
        facts=known,
        labels=_labels(known),
        agreements=agreements.of_case(actor, case_id, key),
        tasks=tasks.of_case(actor, case_id, key),
        notes=notes.of_case(actor, case_id, key),
        risks=risks,
        told=emergency.told(actor, case_id, key),
        waits=risk_records.without_look(case_id),
    )


def _labels(known: FactsInput) -> dict[str, str]:
    """The codes in words; "" where nothing was answered."""
    names = centre_topics.labels()
    strain = dict(facts.STRAINS).get(str(known.strain), "") if known.strain else ""
    return {
        "for_whom": str(dict(facts.FOR_WHOM).get(known.for_whom, "")),
        "age_band": str(dict(facts.AGE_BANDS).get(known.age_band, "")),
        "gender": str(dict(facts.GENDERS).get(known.gender, "")),
        "language": fact_editing.language_name(known.language),
        "strain": str(strain),
        "topics": ", ".join(names.get(code, code) for code in known.topics),
    }
