"""The coded answers of a young person, corrected by whoever counsels; that it happened is told, never to what."""

from uuid import UUID

from django.conf.locale import LANG_INFO
from django.db import transaction

from counselling.cases import bell
from counselling.cases.domain import facts, seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Facts, FactTopic
from counselling.centre.domain import topics as centre_topics
from counselling.errors import Invalid
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor


def current(actor: Actor, case_id: UUID) -> FactsInput:
    """What is known now. Raises NotFound, NotAllowed."""
    actor.require_counsellor()
    return of(seats.seated(actor, case_id).case)


def of(case: Case) -> FactsInput:
    """A case's codes; the caller checked the seat. Two queries."""
    known = Facts.objects.filter(case=case).first() or Facts(case=case)
    return FactsInput(
        for_whom=known.for_whom,
        age_band=known.age_band,
        gender=known.gender,
        language=case.language,
        strain=known.strain,
        topics=sorted(FactTopic.objects.filter(case=case).values_list("code", flat=True)),
    )


def change(actor: Actor, case_id: UUID, wanted: FactsInput) -> bool:
    """Put these codes in place of the known ones; whether anything changed.

    A topic that was switched off meanwhile may stay, but is not offered anew. An empty language keeps the known one.
    Raises Invalid, NotFound, NotAllowed.
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        before = of(case)
        _check(wanted, before)
        after = FactsInput(
            for_whom=wanted.for_whom,
            age_band=wanted.age_band,
            gender=wanted.gender,
            language=wanted.language or before.language,
            strain=wanted.strain,
            topics=sorted(set(wanted.topics)),
        )
        if after == before:
            return False
        _write(case, after)
        audit.note("facts_changed", by=actor, case_ref=case.audit_ref)
        bell.ring(cases=[case.pk], teams=[case.team_id])
        return True


def language_name(code: str) -> str:
    """A language in its own words; the code itself when nobody knows it."""
    return str(LANG_INFO.get(code, {}).get("name_local", code))


def topics(known: list[str]) -> facts.Choices:
    """The topics on offer, and those that stand there already."""
    labels, offered = centre_topics.labels(), dict(centre_topics.active())
    return [*offered.items(), *((code, labels.get(code, code)) for code in known if code not in offered)]


def _check(wanted: FactsInput, before: FactsInput) -> None:
    fresh = [code for code in wanted.topics if code not in before.topics]
    FactsInput(wanted.for_whom, wanted.age_band, wanted.gender, wanted.language, wanted.strain, fresh).check()
    if len(set(wanted.topics)) > facts.MAX_TOPICS:
        raise Invalid


def _write(case: Case, after: FactsInput) -> None:
    values = {"for_whom": after.for_whom, "age_band": after.age_band, "gender": after.gender, "strain": after.strain}
    Facts.objects.update_or_create(case=case, defaults=values)
    if case.language != after.language:
        case.language = after.language
        case.save(update_fields=["language"])
    FactTopic.objects.filter(case=case).exclude(code__in=after.topics).delete()
    known = set(FactTopic.objects.filter(case=case).values_list("code", flat=True))
    FactTopic.objects.bulk_create(FactTopic(case=case, code=code) for code in after.topics if code not in known)
