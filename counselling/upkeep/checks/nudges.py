"""Redis: whether it answers, keeps nothing on disk and throws nothing out."""

from typing import Any, Final

import redis
from django.conf import settings

from counselling.upkeep.checks.problem import Problem
from counselling.upkeep.nudges import client

_SECONDS: Final = 3.0
_AWAY: Final = "Redis does not answer at REDIS_URL."
_KEPT: Final = 'Redis writes to disk what should be forgotten: set save "" and appendonly no (deploy/redis).'
_EVICTS: Final = (
    "Redis throws out what is still needed when it is full: set maxmemory-policy noeviction (deploy/redis)."
)


def answering() -> list[Problem]:
    """Nothing to say where there is no Redis: a choice, for one process."""
    if not settings.REDIS_URL:
        return []
    try:
        with client(_SECONDS) as line:
            line.set("check", "1", ex=5)
            return _settings(line.info(), _asked(line))
    except (redis.RedisError, OSError):
        return [Problem("redis_away", _AWAY)]


def _asked(line: Any) -> str:
    """When it saves; "" also where a provider does not let us ask."""
    try:
        return str(line.config_get("save").get("save", ""))
    except redis.ResponseError:
        return ""


def _settings(info: dict[str, Any], save: str) -> list[Problem]:
    kept, policy = bool(save) or bool(info.get("aof_enabled")), info.get("maxmemory_policy", "noeviction")
    problems = [Problem("redis_keeps", _KEPT)] if kept else []
    return problems + ([Problem("redis_evicts", _EVICTS)] if policy != "noeviction" else [])
