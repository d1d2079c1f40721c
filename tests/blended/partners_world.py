"""Local organisations and referrals for tests, made through the domain."""

from dataclasses import replace
from uuid import UUID

from blended.domain import cards, partners, referral_steps, referrals
from blended.domain.partner_fields import PartnerFields
from counselling.centre import defaults
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support.world import Chat

LINDENHOF = PartnerFields(
    name="Lindenhof",
    purpose="Wenn es daheim Streit gibt. Kostenlos.",
    area="Musterstadt",
    topics=("family",),
    languages=("de", "tr"),
    hours="Montag 9 bis 17 Uhr",
    access="Stufenlos.",
    telephone="069 90009 201",
    email="hallo@lindenhof.example",
    website="https://www.lindenhof.example/jugend",
    address="Lindenstraße 3\n12345 Musterstadt",
)
TEXT = "X ist 15 und möchte über Streit daheim sprechen. Am liebsten nachmittags."
SECRET = "Geheimwort Brombeere"


def written(actor: Actor, team: Team, **values: object) -> int:
    """An organisation in the team's directory."""
    defaults.ensure()
    return partners.write(actor, replace(LINDENHOF, **values), team=team.pk)


def begun(chat: Chat, text: str = TEXT) -> UUID:
    """A referral whose text stands, and nobody was asked."""
    made = referrals.begin(chat.counsellor, chat.case, other="Suchtberatung Anker")
    referrals.save(chat.counsellor, made, text, version=1)
    return made


def asked(chat: Chat, text: str = TEXT) -> UUID:
    made = begun(chat, text)
    referrals.ask(chat.counsellor, made, version=2)
    return made


def agreed(chat: Chat, text: str = TEXT) -> UUID:
    made = asked(chat, text)
    assert referrals.approve(chat.seeker, made, version=2)
    return made


def handed(chat: Chat, text: str = TEXT) -> tuple[UUID, str]:
    """A referral with a code that is out."""
    made = agreed(chat, text)
    return made, referral_steps.hand_by_code(chat.counsellor, made)


def carded(chat: Chat, team: Team, **values: object) -> int:
    """An organisation whose card lies in the case."""
    number = written(chat.counsellor, team, **values)
    cards.place(chat.counsellor, chat.case, number)
    return number
