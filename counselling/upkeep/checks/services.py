"""What else is needed beside database and Redis: the relay of calls and the mail server. None at all is a choice."""

import socket
from typing import Final

from django.conf import settings

from counselling.upkeep.checks.problem import Problem

_SECRET_LENGTH: Final = 32
_SECONDS: Final = 3.0
_HALF: Final = "Voice and video are off: COUNSELLING_TURN_URLS and COUNSELLING_TURN_SECRET belong together."
_SHORT: Final = f"COUNSELLING_TURN_SECRET is shorter than {_SECRET_LENGTH} characters."
_SCHEME: Final = "Addresses in COUNSELLING_TURN_URLS begin with turn: or turns:."
_SENDER: Final = "COUNSELLING_MAIL_FROM is not set: mail servers refuse noreply@localhost."
_SECURITY: Final = "COUNSELLING_SMTP_SECURITY is starttls, tls, or left out."
_IN_CLEAR: Final = "COUNSELLING_SMTP_USER needs COUNSELLING_SMTP_SECURITY: no password goes out in clear."
_NO_MAIL: Final = "The mail server does not answer at COUNSELLING_SMTP_HOST: nobody is alerted."


def relay() -> list[Problem]:
    """Half a relay is none: then there is no voice and no video."""
    if bool(settings.TURN_URLS) != bool(settings.TURN_SECRET):
        return [Problem("half_relay", _HALF)]
    if settings.TURN_SECRET and len(settings.TURN_SECRET) < _SECRET_LENGTH:
        return [Problem("relay_secret", _SHORT)]
    wrong = [url for url in settings.TURN_URLS if not url.startswith(("turn:", "turns:"))]
    return [Problem("relay_address", _SCHEME)] if wrong else []


def mail() -> list[Problem]:
    """Whether the mail server can be reached; nothing is sent."""
    if not settings.EMAIL_HOST:
        return []
    problems = [Problem("sender", _SENDER)] if settings.DEFAULT_FROM_EMAIL.endswith("@localhost") else []
    if settings.SMTP_SECURITY not in {"", "starttls", "tls"}:
        problems.append(Problem("mail_security", _SECURITY))
    elif settings.EMAIL_HOST_USER and not settings.SMTP_SECURITY:
        problems.append(Problem("mail_in_clear", _IN_CLEAR))
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=_SECONDS).close()
    except OSError:
        problems.append(Problem("mail_away", _NO_MAIL))
    return problems
