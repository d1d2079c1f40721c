"""A house whose database goes back to an earlier copy: `python -m tests.faults.two_futures VERB …` on a ground.

`live WORD FIRST PAIRS` writes something into every sealed column; in the first chat FIRST speaks first, in the second
the other. `records` prints all that is sealed; `replay` puts a record into another's place; `read` says what is shown.
"""

import json
import sys
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.test import override_settings
from django.utils import timezone

from blended.domain import agreeing, elsewhere, meetings
from blended.domain.rooms import configured
from blended.models import Appointment, Room
from counselling.cases.domain import agreements, consultation, drafts, emergency, notes, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Entry, Note
from counselling.centre.domain import reports
from counselling.mail.domain import letters, notify, outbox, second_look
from counselling.people.domain import access, passphrases, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import phrases
from tests.blended import call_world, dates_world, partners_world
from tests.mail import files_world
from tests.support import key_rings, second_factor, seed, world

SPEAKERS = ("seeker", "counsellor")
# Where the nonce of a record stands, or the fresh public half that takes its place in HPKE.
GCM, HPKE = slice(1, 13), slice(1, 33)
SUITES = {1: GCM, 2: HPKE}
NAMES_KID = {"StaffKey.wrapped": 1, "Totp.sealed": 0, "KeyCanary.sealed": 0}  # the byte that tells the kid's length
NAMES_KID |= {"BarrierReport.sealed": 0, "BarrierReport.reply_sealed": 0}
NAMES_KID |= {"Room.sealed": 0}
NAMES_KID |= {"NotifyAddress.sealed": 0, "OutgoingMail.to": 0, "OutgoingMail.code": 0}
SEALED = {"Case.nickname", "Entry.sealed", "Note.sealed", "Draft.sealed", "Seal.sealed", "TeamSeal.sealed"}
SEALED |= {"SeekerAccess.wrapped", "StaffSession.wrapped", *NAMES_KID}
SEALED |= {
    "Letter.sealed",
    "File.name",
    "FileChunk.sealed",
    "SecondLookRemark.sealed",
    "Agreement.sealed",
    "Task.sealed",
}
SEALED |= {"Risk.sealed", "RiskRecord.sealed", "RiskRecord.sealed_key", "Whereabouts.sealed"}
SEALED |= {f"{model}.{column}" for model in ("Consultation", "ConsultationReply") for column in ("sealed", "kept")}
SEALED |= {"Appointment.sealed", "Meeting.sealed", "Signal.sealed", "PartnerCard.sealed", "JointText.sealed"}
SEALED |= {"Referral.sealed", "Referral.parcel"}
# Digests, macs and public halves: nothing is hidden in them, and none has a nonce.
NOT_SEALED = {"public", "recovery_public", "public_key", "credential_id", "mac", "recovery_mac"}
NOT_SEALED |= {"lookup", "token_lookup", "code_lookup", "digest", "planned"}


def columns() -> dict[str, type[models.Model]]:
    """Every column of bytes, as Model.field."""
    fields = ((model, field) for model in apps.get_models() for field in model._meta.concrete_fields)
    return {f"{model.__name__}.{field.name}": model for model, field in fields if isinstance(field, models.BinaryField)}


def records() -> dict[str, list[str]]:
    """What lies in the sealed columns, in hex."""
    rows = {name: columns()[name]._base_manager.values_list(name.partition(".")[2], flat=True) for name in SEALED}
    return {name: sorted(bytes(sealed).hex() for sealed in found if sealed) for name, found in rows.items()}


def nonce(column: str, sealed: bytes) -> bytes:
    """The nonce of a record of this column."""
    if column in NAMES_KID:
        start = NAMES_KID[column] + 1 + sealed[NAMES_KID[column]]
        return sealed[start : start + 12]
    return sealed[SUITES[sealed[0]]]


def live(word: str, first: str, pairs: str) -> None:
    """A while in this house."""
    for number, pair in enumerate(json.loads(pairs)):
        _talk(word, first if number == 0 else _other(first), pair)
    _arrive(word)
    reports.hand_in(f"Bericht {word}", reply_to="post@example.org", today=timezone.localdate())


def _talk(word: str, first: str, pair: dict[str, str]) -> None:
    case, actors = UUID(pair["case"]), _both(pair)
    for number, who in enumerate([first, _other(first)] * 3):
        world.say(actors[who], case, f"{word} {number}")
    notes.add(actors["counsellor"], case, f"{word} als Notiz")
    for actor in actors.values():
        drafts.keep(actor, case, f"{word} als Entwurf")
    chat = world.Chat(actors["seeker"], actors["counsellor"], case)
    _case_work(word, chat, timezone.localdate())
    _beside_the_chat(word, chat)
    passphrases.keep(actors["seeker"], "Otter", " ".join(phrases.suggest()))
    access.issue_code(actors["seeker"])
    # Nobody sends it meanwhile: it is to be looked at.
    with outbox._sending, override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        notify.ask(actors["seeker"], f"{word}@example.org", language="de")


def _case_work(word: str, chat: world.Chat, today: date) -> None:
    """What a counsellor keeps beside the timeline: agreement, task, danger, and a letter with a file and a remark."""
    agreements.write(chat.counsellor, chat.case, f"{word} vereinbart")
    tasks.add(chat.counsellor, chat.case, f"{word} zu tun")
    risk.assess(chat.counsellor, chat.case, Assessment("orange", review_on=today, said=word))
    risk.assess(chat.counsellor, chat.case, Assessment("red", said=word))
    emergency.tell_where(chat.seeker, chat.case, f"{word} am Bahnhof")
    letters.keep(chat.counsellor, chat.case, f"{word} als Brief", version=0)
    files_world.attach(chat.counsellor, chat.case)
    reader = world.counsellor(seed.open_team(), f"{word} {chat.case.hex[:4]}")
    second_look.remark(reader, second_look.share(chat.counsellor, chat.case, reader=reader.id), f"{word} gemerkt")
    kim = world.counsellor(world.team(f"Insofa {chat.case.hex[:4]}", is_open=False), f"Kim {chat.case.hex[:4]}")
    asked = consultation.ask(chat.counsellor, chat.case, to=kim.id, text=f"{word} gefragt")
    consultation.answer(kim, asked, f"{word} geantwortet")


def _beside_the_chat(word: str, chat: world.Chat) -> None:
    """A time, a call here and one elsewhere, an organisation's card, and a referral whose code is out."""
    team = world.row(chat.case).team
    ahead = 2 + Appointment.objects.count()
    agreeing.propose(chat.counsellor, chat.case, dates_world.when(days=ahead), note=f"{word} dazu")
    with override_settings(TURN_URLS=("turn:turn.example.org",), TURN_SECRET="geheim", DEMO=False):
        young, counsellor = call_world.talking(chat)
        young.say(counsellor)
    Room.objects.update_or_create(team=team, defaults={"provider": Room.Provider.LINK})
    meeting = meetings.of_appointment(chat.seeker, call_world.date(chat, starts_at=timezone.now()))
    elsewhere.bring(chat.counsellor, meeting, f"https://rooms.example/{word}")
    Room.objects.filter(team=team).delete()
    own = world.team(f"Raum {chat.case.hex[:4]}", is_open=False)
    jitsi = Room(team=own, provider=Room.Provider.JITSI, address="https://rooms.example", app_id="counselling")
    configured.save(chat.counsellor, jitsi, f"{word} {'x' * 40}")
    partners_world.carded(chat, team, name=f"Lindenhof {chat.case.hex[:4]}")
    partners_world.handed(chat, f"X ist 15 und möchte über Streit daheim sprechen, {word}.")


def _arrive(word: str) -> None:
    """A new chat, and somebody new with a password and an app."""
    seed.pairs(seed.open_team(), 1, 1)
    staff = Staff(username=word, alias=word)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staffkeys.set_password(staff, f"Kiesel {word}")
    second_factor.give_app(staff.pk)


def _both(pair: dict[str, str]) -> dict[str, Actor]:
    seeker = access.seeker_by_token(pair["seeker"])
    assert seeker
    return {"seeker": seeker, "counsellor": key_rings.actor(Staff.objects.get(alias=pair["alias"]))}


def _other(speaker: str) -> str:
    return SPEAKERS[speaker == SPEAKERS[0]]


def read(pairs: str) -> list[dict[str, Any]]:
    """The messages of each chat as they are shown: [seq, kind, role, text], how they are sealed, and the notes."""
    return [_shown(pair) for pair in json.loads(pairs)]


def _shown(pair: dict[str, str]) -> dict[str, Any]:
    case, actor = UUID(pair["case"]), _both(pair)["counsellor"]
    lines = [line for line in world.lines(case) if line.kind != "notice"]
    sealed = Entry.objects.filter(case=case, kind=Entry.Kind.MESSAGE).values_list("seq", "sealed")
    return {
        "lines": [[line.seq, line.kind, line.role, line.text] for line in lines],
        "sealed": {seq: bytes(held).hex() for seq, held in sealed},
        "notes": [note["text"] for note in notes.of_case(actor, case, world.key(case))],
        "note": bytes(Note.objects.get(case=case, number=1).sealed).hex(),
    }


def replay(record: str, case: str, seq: str) -> int:
    """Put a record into the place of this message, or of the first note for seq 0; how many rows changed."""
    rows = Entry.objects.filter(case=case, seq=seq) if int(seq) else Note.objects.filter(case=case, number=1)
    return rows.update(sealed=bytes.fromhex(record))


VERBS = {"records": records, "live": live, "read": read, "replay": replay}

if __name__ == "__main__":
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))  # type: ignore[operator]  # each takes its words
