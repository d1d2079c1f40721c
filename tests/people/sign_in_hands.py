"""Signing in by the forms in Django's test client: a member with a password, and the two steps."""

from typing import Any

from django.test import Client
from django.urls import reverse

from counselling.people.domain import staffkeys
from counselling.people.models import Staff

PASSWORD = "drei-Worte-und-mehr"
OFFICE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def a_member(username: str = "linde", role: str = "counsellor") -> Staff:
    """Somebody with a password and keys, without a second factor."""
    staff = Staff(username=username, alias=username.title(), role=role)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staffkeys.set_password(staff, PASSWORD)
    return staff


def password(client: Client, username: str = "linde", address: str = OFFICE, **fields: str) -> Any:
    """The first step."""
    data = {"username": username, "password": PASSWORD, **fields}
    return client.post(reverse("people:sign_in"), data, REMOTE_ADDR=address)


def second(client: Client, typed: str, address: str = OFFICE) -> Any:
    """The second step with a code."""
    return client.post(reverse("people:second_step"), {"code": typed}, REMOTE_ADDR=address)


def post_json(client: Client, name: str, data: object = None) -> Any:
    """As our scripts post."""
    return client.post(reverse(name), data or {}, content_type="application/json", HTTP_ACCEPT="application/json")


def is_in(client: Client) -> bool:
    """Whether the staff pages open."""
    return bool(client.get(reverse("people:factors")).status_code == 200 and "_auth_user_id" in client.session)
