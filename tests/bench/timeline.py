"""What a long timeline costs: `python -m tests.bench.timeline COUNT` on a ground, printed as JSON.

Medians in milliseconds of a young person's inbox and of the counsellor's page of their case, asked in turns with one
entry, with a full page and with COUNT, and how many queries each takes. All has been read before.
"""

import datetime as dt
import json
import sys
import uuid
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import by_letter, keys, opening, timeline  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.cases.models import Case, Entry, Role, Seat  # noqa: E402
from counselling.mail.domain import letters  # noqa: E402
from counselling.people.domain import access, passphrases  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from counselling.vault import sealing  # noqa: E402
from tests.bench.turns import in_turns, ratio  # noqa: E402
from tests.support import key_rings, seed  # noqa: E402

FULL = 50
TEXT = "Gestern war wieder so ein Tag, an dem ich nicht wusste, wohin mit mir. " * 8


@dataclass(frozen=True)
class Written:
    """A case with so many letters, and how its young person comes in."""

    case: UUID
    browser: Client


def measure(count: int) -> dict[str, float]:
    """Both pages with 1, FULL and `count` entries."""
    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    team = seed.open_team()
    linde = seed.counsellor(team, Staff.objects.count() + 2000, 1)[0]
    desk = Client()
    key_rings.sign_in(desk, Staff.objects.get(pk=linde.id))
    made = {number: _written(team, linde, number) for number in (1, FULL, count)}
    inboxes = {f"inbox_{number}": partial(_get, one.browser, "/inbox/") for number, one in made.items()}
    cases = {f"case_{number}": partial(_get, desk, f"/team/letters/{one.case}/") for number, one in made.items()}
    took = in_turns(inboxes) | in_turns(cases)
    found = {f"timeline_{name}_ms": ms for name, ms in took.items()}
    found["timeline_inbox_ratio"] = ratio(took[f"inbox_{count}"], took["inbox_1"])
    found["timeline_case_ratio"] = ratio(took[f"case_{count}"], took[f"case_{FULL}"])
    return found | {f"timeline_{name}_queries": _queries(page) for name, page in (inboxes | cases).items()}


def _get(browser: Client, address: str) -> None:
    assert browser.get(address, secure=True).status_code == 200


def _queries(page: partial[None]) -> int:
    with CaptureQueriesContext(connection) as caught:
        page()
    return len(caught)


def _written(team: Team, linde: Actor, count: int) -> Written:
    """A first letter through the domain, the others as it would leave them, from both sides in turn."""
    seeker, token = access.new_seeker()
    case_id = opening.begin_letters(
        seeker, team_id=team.pk, nickname=f"Otter {count}", facts=FactsInput(), language="de"
    )
    passphrases.keep(seeker, f"Otter {case_id.hex[:6]}", "abend biene wolke tasse lampe radio")
    letters.send(seeker, case_id, uuid.uuid4(), TEXT, version=0)
    by_letter.claim(linde, case_id)
    _more(seeker, case_id, count)
    browser = Client()
    browser.cookies[settings.SEEKER_COOKIE_NAME] = token
    return Written(case_id, browser)


def _more(seeker: Actor, case_id: UUID, count: int) -> None:
    case, key, now = Case.objects.get(pk=case_id), keys.case_key(seeker, case_id), timezone.now()
    seats = {Role(seat.role): seat for seat in Seat.objects.filter(case=case)}
    rows = []
    for seq in range(case.last_seq + 1, count + 1):
        role, letter = (Role.COUNSELLOR, Role.SEEKER)[seq % 2], uuid.uuid4()
        row = Entry(case=case, seq=seq, kind=Entry.Kind.LETTER, role=role, seat=seats[role], client_id=letter)
        row.at = now + dt.timedelta(seconds=seq)
        row.sealed = sealing.seal(key, TEXT, timeline.letter_binding(case_id, role, letter, seq=seq))
        rows.append(row)
    Entry.objects.bulk_create(rows, batch_size=500)
    end = max(count, case.last_seq)
    Case.objects.filter(pk=case_id).update(last_seq=end, last_at=now)
    Seat.objects.filter(case=case_id).update(read_seq=end)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
