"""Colours of a centre: readable, strictly checked, one small style sheet."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from counselling.centre.domain import brand, colour
from counselling.centre.forms import CentreForm
from counselling.centre.models import Centre


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),  # the well-known grey that just fails
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_what_wcag_says(first: str, second: str, expected: float) -> None:
    assert colour.contrast(first, second) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("value", ["red", "#fff", "#GGGGGG", "#FFFFFF", "#ffffff;", "#ffffff\n", "", "url(x)"])
def test_contrast_refuses_what_is_not_a_colour(value: str) -> None:
    assert not colour.is_hex(value)
    with pytest.raises(ValueError, match="not a #rrggbb colour"):
        colour.contrast(value, "#ffffff")


@pytest.mark.parametrize("scheme", colour.SCHEMES)
def test_the_colours_we_begin_with_are_readable(scheme: str) -> None:
    centre = Centre()

    brand_colour, accent = getattr(centre, f"brand_{scheme}"), getattr(centre, f"accent_{scheme}")
    assert colour.problems(brand_colour, accent, scheme) == {}


def test_a_pale_brand_and_a_strong_surface_are_refused_in_words() -> None:
    found = colour.problems("#ffe45c", "#0b6b6f", "light")

    assert set(found) == {"brand", "accent"}
    assert "Kontrast 1,2 zu 1" in found["brand"]


def entered(**changes: str) -> dict[str, object]:
    return {field: getattr(Centre(), field) for field in CentreForm().fields} | changes


@pytest.mark.django_db
def test_the_form_accepts_readable_colours_and_names_the_field_otherwise() -> None:
    assert CentreForm(entered(brand_light="#8a2be2")).is_valid()
    refused = CentreForm(entered(brand_dark="#333333"))

    assert list(refused.errors) == ["brand_dark", "accent_dark"]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["#ABCDEF", "red", "#12345", "#0b6b6;"])
def test_neither_form_nor_database_take_another_kind_of_colour(value: str) -> None:
    assert "brand_light" in CentreForm(entered(brand_light=value)).errors
    with pytest.raises(IntegrityError):
        Centre.objects.create(id=1, brand_light=value)


@pytest.mark.django_db
def test_there_is_one_centre() -> None:
    with pytest.raises(IntegrityError):
        Centre.objects.create(id=2)


def test_style_sheet_leaves_out_what_is_no_colour() -> None:
    sheet = brand.style_sheet(Centre(brand_light="red;} body{display:none"))

    assert "body" not in sheet
    assert "--brand: #5cc2bf;" in sheet


@pytest.mark.django_db
def test_brand_css_is_cacheable_and_answers_304(client: Client) -> None:
    first = client.get("/brand.css")
    again = client.get("/brand.css", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/css; charset=utf-8"
    assert first["Cache-Control"] == "public, max-age=300"
    assert "--brand: #0b6b6f;" in first.content.decode()
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_brand_css_follows_the_centre_with_one_query(
    client: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    before = client.get("/brand.css")
    Centre.objects.create(id=1, brand_light="#8a2be2")

    with django_assert_num_queries(1):
        after = client.get("/brand.css", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "--brand: #8a2be2;" in after.content.decode()
