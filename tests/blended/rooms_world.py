"""A team whose calls are held elsewhere, and the fake systems where they are."""

from uuid import UUID

from blended.domain.rooms import configured
from blended.models import Meeting, Room
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.support.fake_rooms import APP_ID, SECRET, TOKEN, FakeRooms
from tests.support.world import Chat


def room(by: Actor, team: Team, provider: str, house: FakeRooms) -> Room:
    """As the administrator set it up."""
    address = {"bbb": house.bbb, "link": ""}.get(provider, house.url)
    made = Room(team=team, provider=provider, address=address, app_id=APP_ID)
    secret = TOKEN if provider == "webex" else SECRET
    configured.save(by, made, secret if provider in configured.WITH_SECRET else "")
    return made


def meeting(chat: Chat, kind: str = "video") -> UUID:
    """A call of this case, open now."""
    return calls.begin(chat.case, kind)


def row(found: UUID) -> Meeting:
    """As stored."""
    return Meeting.objects.get(pk=found)
