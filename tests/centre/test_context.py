"""What every page may ask about the centre, and that asking never breaks a page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from counselling.centre.context import centre
from counselling.centre.models import Centre


@contextmanager
def no_database() -> Iterator[None]:
    """A database that stopped answering."""

    def refuse(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db
def test_nothing_is_asked_before_a_page_does(
    rf: RequestFactory, django_assert_num_queries: Callable[..., object]
) -> None:
    Centre.objects.create(id=1, name="Rosenhaus")

    with django_assert_num_queries(0):
        context = centre(rf.get("/"))
    with django_assert_num_queries(1):
        assert context["centre"].name == "Rosenhaus"
        assert context["centre"].initial == "J"


@pytest.mark.django_db
def test_pages_stand_without_a_database(rf: RequestFactory) -> None:
    with no_database():
        context = centre(rf.get("/"))

        assert context["centre"].name == "Jugendberatung"
        assert [contact.code for contact in context["help_open"]] == ["112", "116123", "krisenchat"]


def test_languages_name_themselves(rf: RequestFactory) -> None:
    assert centre(rf.get("/"))["languages"] == [("de", "Deutsch"), ("en", "English")]
