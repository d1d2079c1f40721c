"""The pages of a call may ask for camera, microphone and screen; no other page may, nor anything framed in them."""

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.http import HttpResponseBase

from counselling.web.middleware import PERMISSIONS_POLICY

_OPEN: Final = ("camera", "display-capture", "microphone")


def opened(policy: str = PERMISSIONS_POLICY) -> str:
    """The policy with what a call needs open to this site's own pages."""
    for feature in _OPEN:
        policy = policy.replace(f"{feature}=()", f"{feature}=(self)")
    return policy


def asks_for_devices(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page that this view answers with may ask; the browser still asks the person."""

    @wraps(view)
    def answering(*args: object, **kwargs: object) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Permissions-Policy"] = opened()
        return response

    return answering
