"""A whole story on the embedded database: every write is a transaction and so waits its turn (pitfalls 18)."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import closing, door, drafts, handover, notes, queue, retention, talks, timers
from counselling.people.domain import access, presence
from counselling.people.models import Team
from tests.support import world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL needs no turns"),
]
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def outside(statements: Iterator[str]) -> list[str]:
    """Statements that write between transactions."""
    depth, found = 0, []
    for sql in statements:
        if sql.startswith("BEGIN"):
            depth = 1
        elif sql.startswith(("COMMIT", "ROLLBACK")) and "SAVEPOINT" not in sql:
            depth = 0
        elif sql.startswith(WRITES) and not depth:
            found.append(sql[:60])
    return found


def test_every_write_of_a_story_is_a_transaction(team: Team) -> None:
    mara, jon = world.counsellor(team, "Mara"), world.counsellor(team, "Jon")
    later = timezone.now() + timedelta(hours=2)
    chat = world.call(team, mara)
    moves: dict[str, Callable[[], object]] = {
        "knock": lambda: door.knock(team.pk),
        "seen": lambda: queue.seen([chat.case], timezone.now()),
        "gone": lambda: queue.gone([chat.case]),
        "extend": lambda: queue.extend(chat.seeker, chat.case),
        "stay": lambda: queue.stay(chat.seeker, chat.case),
        "draft": lambda: drafts.keep(chat.seeker, chat.case, "Hallo"),
        "first text": lambda: talks.keep_first(chat.seeker, chat.case, "Hallo"),
        "unsent": lambda: talks.keep_unsent(chat.seeker, chat.case, "Hallo"),
        "no draft": lambda: drafts.keep(chat.seeker, chat.case, ""),
        "appear": lambda: queue.appear(chat.seeker, chat.case),
        "say": lambda: world.say(chat.seeker, chat.case),
        "note": lambda: notes.add(mara, chat.case, "Notiz"),
        "invite": lambda: handover.invite(mara, chat.case, to=jon.id),
        "leave": lambda: handover.leave_seat(jon, chat.case),
        "hand over": lambda: handover.to_colleague(mara, chat.case, to=jon.id),
        "capacity": lambda: presence.set_capacity(mara, 3),
        "status": lambda: presence.set_status(mara, "pausing"),
        "heartbeat": lambda: presence.seen([jon.id], timezone.now()),
        "code": lambda: access.issue_code(chat.seeker),
        "end": lambda: closing.end(chat.seeker, chat.case),
        "feedback": lambda: closing.feedback(chat.seeker, chat.case, helped=5, again=True),
        "timers": lambda: timers.run(later),
        "session": lambda: access.end_session(chat.seeker),
        "prune": lambda: retention.prune(later + timedelta(days=3)),
    }
    found: dict[str, list[str]] = {}

    for name, move in moves.items():
        with CaptureQueriesContext(connection) as queries:
            move()
        found[name] = outside(query["sql"] for query in queries)

    assert {name: statements for name, statements in found.items() if statements} == {}
