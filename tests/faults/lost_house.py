"""A house that is backed up on Monday and lost on Wednesday: `python -m tests.faults.lost_house VERB`.

`fill` makes it; `tuesday` erases what must stay erased; `look` says what is there; `bare` puts database and files of a
backup into tables without their seals, as a thief who lacks those would.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup()

from blended.domain import cards, feed  # noqa: E402
from blended.models import Feed, PartnerCard  # noqa: E402
from counselling.cases.domain import erasing, notes, timeline  # noqa: E402
from counselling.cases.models import Case, Erased, Seal  # noqa: E402
from counselling.mail.domain import letters, notify  # noqa: E402
from counselling.mail.models import File, FileChunk, Letter, NotifyAddress  # noqa: E402
from counselling.people.domain import access, members, passphrases, staff, staffkeys, teamkeys  # noqa: E402
from counselling.people.models import SeekerAccess, Staff, StaffSession, TeamSeal  # noqa: E402
from counselling.upkeep.backup import keeping, kinds, loading  # noqa: E402
from counselling.upkeep.backup.kinds import Kind  # noqa: E402
from tests.faults import two_futures  # noqa: E402
from tests.mail import files_world  # noqa: E402
from tests.support import key_rings, seed, world  # noqa: E402

MARA, PASSWORD = "mara", "Zwetschge-Kanu-Regen-42"
SAID = "Brombeersommer"


def fill() -> dict[str, Any]:
    """Three chats, one with everything that hangs on a case, and somebody with a password who reads all of them."""
    team = seed.open_team()
    pairs = seed.pairs(team, 3, 1)
    staff.let_in(MARA, password=PASSWORD, alias="Mara", role="counsellor", team=team.slug, languages=["de"])
    person = Staff.objects.get(username=MARA)
    public = bytes(person.key.public)
    key = teamkeys.newest(team.pk)
    assert key
    teamkeys.new_seal(key, key_rings.team_private(team.pk), person.pk, public).save(force_insert=True)
    for pair in pairs[:2]:
        both, case = two_futures._both(pair), UUID(pair["case"])
        for who in two_futures.SPEAKERS * 3:
            world.say(both[who], case, SAID)
        notes.add(both["counsellor"], case, SAID)
    files_world.attach(two_futures._both(pairs[0])["counsellor"], UUID(pairs[0]["case"]))
    two_futures.live(SAID, "seeker", json.dumps(pairs[2:]))
    return {"pairs": pairs} | _monday(pairs[2])


def _monday(pair: dict[str, str]) -> dict[str, int]:
    """A calendar's private address, and a last message that nobody reads: its place."""
    both = two_futures._both(pair)
    feed.renew(both["counsellor"])
    return {"last": world.say(both["seeker"], UUID(pair["case"]), "lieber doch nicht").seq}


def tuesday(pairs: str, last: str) -> dict[str, int]:
    """One wishes all of theirs away, another revokes and withdraws, their counsellor leaves."""
    _stays, wishes, revokes = (two_futures._both(pair) for pair in json.loads(pairs))
    case = UUID(json.loads(pairs)[2]["case"])
    feed.remove(revokes["counsellor"])
    erasing.erase_all(wishes["seeker"])
    letters.discard(revokes["counsellor"], case)
    cards.remove(revokes["counsellor"], case, PartnerCard.objects.get(case=case).number)
    timeline.take_back(revokes["seeker"], case, int(last))
    notify.forget(revokes["seeker"])
    passphrases.sign_out_everywhere(revokes["seeker"])
    Staff.objects.filter(pk=revokes["counsellor"].id).update(is_active=False)
    members.reconcile_all()
    return {"remembered": Erased.objects.count()}


def look(pairs: str, last: str) -> dict[str, Any]:
    """What there is, and what can be read."""
    stays, wishes, revokes = json.loads(pairs)
    case = revokes["case"]
    gone = Staff.objects.get(alias=revokes["alias"])
    known = staffkeys.recognise(MARA, PASSWORD)
    mine = SeekerAccess.objects.filter(seeker=_seeker(case)) if _seeker(case) else SeekerAccess.objects.none()
    return {
        "reads": two_futures.read(json.dumps([stays])),
        "picture": FileChunk.objects.filter(file__case=stays["case"]).count(),
        "comes in": access.seeker_by_token(stays["seeker"]) is not None,
        "mara": bool(known and teamkeys.holds(known[0].pk, Case.objects.get(pk=stays["case"]).team_id)),
        "wished away": [
            Case.objects.filter(pk=wishes["case"]).count(),
            Seal.objects.filter(case=wishes["case"]).count(),
        ],
        "their way in": access.seeker_by_token(wishes["seeker"]) is not None,
        "revoked ways in": sorted(mine.values_list("kind", flat=True)),
        "letters": Letter.objects.filter(case=case).count(),
        "files": [File.objects.filter(case=case).count(), FileChunk.objects.filter(file__case=case).count()],
        "cards": PartnerCard.objects.filter(case=case).count(),
        "addresses": NotifyAddress.objects.filter(seeker=_seeker(case)).count(),
        "last": next(line.kind for line in world.lines(UUID(case)) if line.seq == int(last)),
        "works here": gone.is_active,
        "their seals": TeamSeal.objects.filter(staff=gone).count(),
        "their calendar": Feed.objects.filter(staff=gone).count(),
        "sessions": StaffSession.objects.count(),
    }


def _seeker(case: str) -> UUID | None:
    return Case.objects.filter(pk=case).values_list("seeker", flat=True).first()


def bare(directory: str, identity: str) -> dict[str, int]:
    """How many rows a thief has who lacks the seals."""
    one = keeping.sets(Path(directory))[-1]
    tables = [*kinds.tables(Kind.DATABASE), *kinds.tables(Kind.FILES), *kinds.tables(Kind.SEALS)]
    with connection.cursor() as cursor:  # what rows of seals would hold together is missing
        on_postgres = connection.vendor == "postgresql"
        cursor.execute("SET session_replication_role = replica" if on_postgres else "PRAGMA foreign_keys = OFF")
        for name in [kinds.name_of(table) for table in tables]:
            cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608 -- names of our own tables
    rows = [loading.load(one.parcels[kind], Path(identity), tables) for kind in (Kind.DATABASE, Kind.FILES)]
    return {"rows": sum(part.total() for part in rows), "cases": Case.objects.count(), "seals": Seal.objects.count()}


VERBS = {"fill": fill, "tuesday": tuesday, "look": look, "bare": bare}

if __name__ == "__main__":
    print(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])))  # type: ignore[operator]  # each takes its words
