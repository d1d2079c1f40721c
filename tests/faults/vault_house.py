"""A house with a full vault, for tests that kill its commands: `python -m tests.faults.vault_house VERB`.

`build CASES STAFF` makes it and prints {"paper": …, "passwords": {user name: password}}; `leave` takes one more person
out; `look PASSWORD` says what a colleague reads; `everybody` who signs in and whose authenticator app still opens.
Passwords are stretched quickly here and nowhere else: tests and product differ in nothing that is on disk.
"""

import json
import secrets
import sys
import uuid
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()

settings.ARGON2_MEMORY_KIB = 1024

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import keys, sealing_over  # noqa: E402
from counselling.cases.models import Case, Seal  # noqa: E402
from counselling.centre.domain import reports  # noqa: E402
from counselling.centre.models import BarrierReport  # noqa: E402
from counselling.people.domain import access, authenticator, canary, members, papers, passphrases, staffkeys  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.domain.rings import Ring  # noqa: E402
from counselling.people.models import Staff, Team, TeamKey, Totp  # noqa: E402
from counselling.vault import keys as vault_keys  # noqa: E402
from counselling.vault import operational, sealing, totp  # noqa: E402
from counselling.vault.master import keyring  # noqa: E402
from counselling.vault.sealing import Binding, Kind  # noqa: E402

NICKNAME = "Stiller Otter"


def build(cases: int, staff: int) -> dict[str, Any]:
    """A team with a vault, its people, cases, reports, authenticator apps."""
    canary.check()
    team = Team.objects.create(name="Linde", slug="linde")
    passwords = {f"p{number}": f"Kiesel {secrets.token_hex(6)}" for number in range(staff)}
    for name, password in passwords.items():
        person = Staff(username=name, alias=name)
        person.set_unusable_password()
        person.save(force_insert=True)
        person.teams.add(team)
        staffkeys.set_password(person, password)
        sealed = operational.seal_operational(totp.new_secret().hex(), authenticator._purpose(person.pk))
        Totp.objects.create(staff=person, sealed=sealed, confirmed_at=timezone.now())
        reports.hand_in(f"Bericht von {name}", reply_to="", today=timezone.localdate())
    passphrases.keep(access.new_seeker()[0], NICKNAME, "kiesel zwiebelturm 8814 rolltreppe")
    paper = papers.found_here(team.pk)
    new_cases(team, cases)
    return {"paper": paper, "passwords": passwords}


@transaction.atomic
def new_cases(team: Team, count: int, *, old: bool = False) -> None:
    """Cases as `opening` makes them, or as they were before the vault."""
    seeker = access.new_seeker()[0].id
    cases, seals = [], []
    for _ in range(count):
        case = uuid.uuid4()
        key, made = keys.new_for(case, team=team.pk, seeker=seeker)
        if old:
            kid, sealed = vault_keys.seal_for_master(key, case)
            made = [Seal(case_id=case, holder_kind=Seal.Holder.MASTER, holder_id=kid, sealed=sealed)]
        nickname = keys.seal_nickname(key, case, NICKNAME)
        cases.append(
            Case(pk=case, team=team, seeker_id=seeker, language="de", nickname=nickname, opened_at=timezone.now())
        )
        seals += made
    Case.objects.bulk_create(cases)
    Seal.objects.bulk_create(seals)


def leave() -> dict[str, Any]:
    """One more person is switched off; a new epoch begins."""
    gone = Staff.objects.filter(is_active=True).exclude(username="p0").order_by("-username").first()
    Staff.objects.filter(pk=gone.pk if gone else None).update(is_active=False)
    return {"began": members.reconcile(Team.objects.get().pk)}


def look(password: str) -> dict[str, Any]:
    """How many cases p0 reads to the last byte, and what there is besides."""
    known = staffkeys.recognise("p0", password)
    actor = Actor.for_staff(known[0], "", Ring(known[1])) if known else None
    rows = dict(Case.objects.values_list("pk", "nickname"))
    opened = keys.case_keys(actor, rows) if actor else {}
    return {
        "read": sum(
            sealing.open_sealed(key, rows[case], Binding(Kind.NICKNAME, case)) == NICKNAME
            for case, key in opened.items()
        ),
        "cases": len(rows),
        "seals": Seal.objects.filter(holder_kind="team").count(),
        "epochs": sorted(set(Seal.objects.filter(holder_kind="team").values_list("epoch", flat=True))),
        "keys": sorted(TeamKey.objects.values_list("epoch", flat=True)),
        "master": sealing_over.left().count(),
    }


def everybody(passwords: dict[str, str]) -> dict[str, Any]:
    """Who signs in, whose app opens, which reports can be read, and under how many keys all that lies."""
    apps = [authenticator._open(app.sealed, app.staff_id) for app in Totp.objects.all()]
    return {
        "active": Staff.objects.filter(is_active=True).count(),
        "signed_in": sum(staffkeys.recognise(*pair) is not None for pair in passwords.items()),
        "apps": sum(secret is not None for secret in apps),
        "reports": sum(reports.text_of(report).startswith("Bericht") for report in BarrierReport.objects.all()),
        "kids": [kid for kid, _ in keyring().keys],
    }


VERBS = {
    "build": lambda cases, staff: build(int(cases), int(staff)),
    "old": lambda cases: new_cases(Team.objects.get(), int(cases), old=True),
    "leave": leave,
    "look": look,
    "everybody": lambda text: everybody(json.loads(text)),
}

if __name__ == "__main__":
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))  # type: ignore[operator]
