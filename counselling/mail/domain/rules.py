"""How a team handles letters: what the administrator entered, or the defaults."""

from uuid import UUID

from counselling.mail.models import MailRules


def of_team(team: UUID) -> MailRules:
    """The team's rules, or unsaved ones with the defaults."""
    return MailRules.objects.filter(team=team).first() or MailRules(team_id=team)


def hint_words(team: UUID) -> str:
    """The team's words that may hint at danger, in letters and in chats, one a line; "" for the defaults."""
    return of_team(team).hint_words
