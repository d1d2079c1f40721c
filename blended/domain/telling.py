"""What happened to an appointment, for the timeline, for the statistics, and for whoever is told by e-mail."""

from blended.domain import appointments, clocks
from blended.models import Appointment
from counselling.cases.domain import counting, newsworthy, timeline
from counselling.cases.models import Case, Role


def proposed(row: Appointment, case: Case) -> None:
    """One side asks the other; `case` is locked, as everywhere here."""
    by = appointments.side(row.proposed_by)
    timeline.add_notice(case, "date_proposed", by=by, when=clocks.stamp(row.starts_at), channel=row.channel)
    _counted(case, row, "date_proposed", by=by)
    if row.proposed_by == Role.COUNSELLOR:
        newsworthy.happened(case)


def agreed(row: Appointment, case: Case, *, by: int = Role.SEEKER) -> None:
    """Both want it; `by` said yes last."""
    timeline.add_notice(case, "date_agreed", when=clocks.stamp(row.starts_at), channel=row.channel)
    _counted(case, row, "date_agreed", by=appointments.side(by))
    if by == Role.COUNSELLOR:
        newsworthy.happened(case)


def moved(row: Appointment, case: Case, *, by: int) -> None:
    """`row` takes the place of another; `by` said yes last."""
    timeline.add_notice(case, "date_moved", when=clocks.stamp(row.starts_at), channel=row.channel)
    _counted(case, row, "date_moved", by=appointments.side(by))
    if by == Role.COUNSELLOR:
        newsworthy.happened(case)


def declined(row: Appointment, case: Case, *, by: int) -> None:
    """`by` does not want what the other proposed."""
    timeline.add_notice(case, "date_declined", by=appointments.side(by))
    _counted(case, row, "date_declined", by=appointments.side(by))
    if by == Role.COUNSELLOR:
        newsworthy.happened(case)


def cancelled(row: Appointment, case: Case, *, by: int) -> None:
    """`by` called it off, or took a proposal back."""
    timeline.add_notice(case, "date_cancelled", by=appointments.side(by), when=clocks.stamp(row.starts_at))
    _counted(case, row, "date_cancelled", by=appointments.side(by))
    if by == Role.COUNSELLOR:
        newsworthy.happened(case)


def passed_on(row: Appointment, case: Case) -> None:
    """Somebody else answers the case now and would keep this time; the young person is asked again."""
    when = clocks.stamp(row.starts_at)
    timeline.add_notice(case, "date_proposed", by="handover", when=when, channel=row.channel, name=row.staff.alias)
    _counted(case, row, "date_passed_on")
    newsworthy.happened(case)


def dropped(row: Appointment, case: Case) -> None:
    """Whoever was to be there does not answer the case any more, and nobody else can keep this time; or it is over."""
    by = "closed" if case.state == Case.State.CLOSED else "handover"
    timeline.add_notice(case, "date_cancelled", by=by, when=clocks.stamp(row.starts_at))
    _counted(case, row, "date_cancelled", by=by)
    newsworthy.happened(case)


def marked(row: Appointment, case: Case) -> None:
    """The counsellor said whether it took place; only that it did not stands in the timeline."""
    if row.state == Appointment.State.MISSED:
        timeline.add_notice(case, "date_missed")
        newsworthy.happened(case)
    _counted(case, row, "date_missed" if row.state == Appointment.State.MISSED else "date_kept")


def soon(row: Appointment, case: Case) -> None:
    """A reminder."""
    timeline.add_notice(case, "date_soon", when=clocks.stamp(row.starts_at), channel=row.channel)
    newsworthy.happened(case)


def _counted(case: Case, row: Appointment, event: str, **codes: str) -> None:
    counting.count_case(event, case, how=row.channel, **codes)
