"""Asking Redis itself, shortly and once: past the cache and the channel layer, which try again and hide an outage."""

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


def client(seconds: float) -> redis.Redis:
    """A connection for `with`, that waits so long for each answer. Raises redis.RedisError, OSError."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
