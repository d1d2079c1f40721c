"""One case of letters in which every text that somebody can write is one of the given scripts, and who can come in.

`python -m tests.e2e.xss_letters_seed`: Linde answers, a colleague whose name is a script reads a draft again, Kim of
another team was asked for advice, Uli leads. Names of young people and of files are sealed past their rules.
{"cookie": {"staff": name, "seeker": name}, "staff": {name: cookies}, "token": the young person's, "case": id,
 "look": id, "consultation": id, "record": id}
"""

import json
import uuid
from typing import Any
from unittest import mock
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import (  # noqa: E402
    agreements,
    by_letter,
    closing,
    consultation,
    emergency,
    notes,
    queue,
    risk,
    seats,
    tasks,
)
from counselling.cases.domain.risk_content import Assessment  # noqa: E402
from counselling.cases.models import Entry, RiskRecord, Role  # noqa: E402
from counselling.mail.domain import files, letters, locking, second_look  # noqa: E402
from counselling.mail.models import File, TextModule  # noqa: E402
from counselling.people.domain import access, nicknames  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Seeker, Team  # noqa: E402
from counselling.vault import sealing  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.e2e.smuggled import ALIAS, PAYLOADS, TEXTS  # noqa: E402
from tests.mail import files_world as paperclip  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.letters import Correspondents  # noqa: E402

FIELDS = ("said", "observed", "protective", "participants", "decision", "next_step")


def attach(made: Correspondents, names: list[str]) -> None:
    """Five files to each of the young person's newest letters, under these names."""
    seat, key = world.seat_of(made.seeker, made.case), world.key(made.case)
    sent = Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER, role=Role.SEEKER).order_by("-seq")
    where = [letter for letter in sent.values_list("client_id", flat=True)[: len(names) // 5] for _ in range(5)]
    for name, letter in zip(names, where, strict=True):
        file = File(id=uuid.uuid4(), case_id=made.case, letter=letter, seat=seat, role=seat.role, size=9)
        file.name, file.media = sealing.seal(key, name, files.name_binding(file)), File.Media.PDF
        file.complete, file.at = True, timezone.now()
        file.save(force_insert=True)


def talked(made: Correspondents, linde: Actor, payloads: list[str]) -> None:
    """A chat between the letters."""
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)
    for payload in payloads:
        world.say(made.seeker, made.case, payload)
        world.say(linde, made.case, payload)
    closing.end(made.seeker, made.case)


def written_down(made: Correspondents, linde: Actor, payloads: list[str], texts: list[str]) -> None:
    """What the team and the young person write beside the letters."""
    case, today = made.case, timezone.localdate()
    for text in texts:
        agreements.write(linde, case, text)
        tasks.add(linde, case, text)
        notes.add(linde, case, text)
    for start in range(0, len(payloads), len(FIELDS)):
        told = dict(zip(FIELDS, payloads[start:], strict=False))
        risk.assess(linde, case, Assessment("yellow", review_on=today, **told))
    risk.assess(linde, case, Assessment("red", **dict(zip(FIELDS, payloads[::10], strict=False))))
    for text in texts:
        emergency.tell_where(made.seeker, case, text)


def looked_at(made: Correspondents, linde: Actor, mara: Actor, texts: list[str]) -> UUID:
    """A draft of both, and what two colleagues say about one."""
    for writer in (made.seeker, linde):
        letters.keep(writer, made.case, "\n\n".join(texts), version=0)
    look = second_look.share(linde, made.case, reader=mara.id)
    for text in texts:
        second_look.remark(mara, look, text)
    return look


def asked(made: Correspondents, linde: Actor, kim: Actor, texts: list[str]) -> UUID:
    """Advice from another team."""
    number = consultation.ask(linde, made.case, to=kim.id, text="\n\n".join(texts), checked=True)
    for text in texts:
        consultation.answer(kim, number, text)
    return number


def modules(linde: Actor, team: Team, payloads: list[str]) -> None:
    """Text modules past the rules for placeholders: Linde's and the team's in turn."""
    TextModule.objects.bulk_create(
        TextModule(
            owner_id=None if number % 2 else linde.id,
            team_id=team.pk if number % 2 else None,
            title=payload[:80],
            text=payload,
            place=number,
        )
        for number, payload in enumerate(payloads)
    )


def corresponded(team: Team, linde: Actor, mara: Actor, payloads: list[str], texts: list[str]) -> Correspondents:
    """A case that went from one to the other, with letters of both sides."""
    made = post.claimed(team, mara, f"Suizid {payloads[0]}", nickname=payloads[0])
    by_letter.hand_over(mara, made.case, to=linde.id, note=payloads[1])
    talked(made, linde, texts)
    written_down(made, linde, payloads, texts)
    for text in texts:
        post.send(made.seeker, made.case, f"Suizid? {text}")
    attach(made, payloads)
    seats.mark_read(linde, made.case, Entry.objects.filter(case=made.case).count())
    for text in texts:
        post.send(linde, made.case, text)
    return made


def seed(payloads: list[str], texts: list[str]) -> dict[str, Any]:
    """All of it. `texts` have all the scripts as well, some in each."""
    team = fresh_team()
    paperclip.allow(team)
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, ALIAS)
    kim, uli = world.counsellor(world.team("Zeder", is_open=False), "Kim"), world.staff(team, "Uli", "supervisor")
    with mock.patch.object(nicknames, "clean", str):
        made = corresponded(team, linde, mara, payloads, texts)
        for payload in payloads[1::5]:  # a list of letters has twenty lines
            post.asked(team, payload, nickname=payload)
    look, number = looked_at(made, linde, mara, texts), asked(made, linde, kim, texts)
    modules(linde, team, payloads)
    locking.report(linde, made.case, File.objects.order_by("at")[0].pk)
    assert made.seeker.private
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, mara, kim, uli)},
        "token": access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private)[1],
        "case": str(made.case),
        "look": str(look),
        "consultation": str(number),
        "record": str(RiskRecord.objects.get().pk),
    }


if __name__ == "__main__":
    print(json.dumps(seed(PAYLOADS, TEXTS)))
