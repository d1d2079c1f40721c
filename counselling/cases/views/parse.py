"""From the bytes of a request to declared, checked values; everything else is `Invalid`."""

import json
from typing import Any

from django import forms
from django.http import HttpRequest

from counselling.cases.forms import checked
from counselling.errors import Invalid


def body(request: HttpRequest, form_class: type[forms.Form]) -> dict[str, Any]:
    """The JSON object of a POST, checked by the form; raises `Invalid` and what `checked` raises."""
    try:
        data = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid from error
    if not isinstance(data, dict):
        raise Invalid
    return checked(form_class({name: _plain(value) for name, value in data.items() if value is not None}))


def query(request: HttpRequest, form_class: type[forms.Form]) -> dict[str, Any]:
    """The query of a GET, checked by the form."""
    return checked(form_class(request.GET))


def _plain(value: object) -> str | list[str]:
    """Form fields read texts and lists of texts; numbers and nested things become texts they then refuse."""
    return [str(item) for item in value] if isinstance(value, list) else str(value)
