"""Whether the settings fit one another: what this server is called, and what stands before it."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from counselling.upkeep.checks.problem import Problem

_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1", "[::1]"}
_DEMO: Final = "COUNSELLING_DEMO is set: its cookies are not safe for real use. Take it out of the environment."
_PROXY: Final = (
    "COUNSELLING_BEHIND_PROXY is off, so that limits count all visitors as one: set it to 1 behind your own nginx."
)
_ANY: Final = "COUNSELLING_HOSTS lets every name in: name this server's own."
_ALONE: Final = "COUNSELLING_HOSTS names this machine's loopback only: name the host that visitors type."


def fitting() -> list[Problem]:
    """Settings as they stand, without asking anybody."""
    found = [
        (settings.DEMO, "demo", _DEMO),
        (not settings.BEHIND_PROXY, "no_proxy", _PROXY),
        ("*" in settings.ALLOWED_HOSTS, "any_host", _ANY),
        (set(settings.ALLOWED_HOSTS) <= _LOOPBACK, "no_host", _ALONE),
    ]
    return [Problem(code, says) for wrong, code, says in found if wrong] + _origins()


def _origins() -> list[Problem]:
    problems = []
    for origin in settings.ORIGINS:
        parts = urlsplit(origin)
        if parts.scheme != "https":
            problems.append(Problem("no_https", f"{origin} in COUNSELLING_ORIGINS is not https: nothing else is safe."))
        if parts.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
            problems.append(Problem("origin", f"{origin} in COUNSELLING_ORIGINS is no host of COUNSELLING_HOSTS."))
    return problems
