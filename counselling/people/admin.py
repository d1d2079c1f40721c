"""Accounts and teams for the administrator. There is no way from here to a case: cases have no admin."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict
from counselling.people.domain import staff
from counselling.people.http import staff_of
from counselling.people.models import Staff, Team
from counselling.people.views import invitation

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")

admin.site.unregister(Group)  # roles are a field; groups would only promise something


class StaffForm(forms.ModelForm[Staff]):
    """A person without a password: everybody sets their own, with a code that the administrator hands over."""

    class Meta:
        model = Staff
        fields = ("username", "alias", "role", "teams", "languages", "capacity", "insofa", "is_active")

    def clean_languages(self) -> list[str]:
        """A list of codes, nothing else that JSON could hold."""
        given: object = self.cleaned_data["languages"]
        codes = [] if given is None else given
        if not isinstance(codes, list) or not all(isinstance(code, str) and LANGUAGE.fullmatch(code) for code in codes):
            raise forms.ValidationError(_('Bitte als Liste von Sprachkürzeln, zum Beispiel ["de", "en"].'))
        return codes

    def clean(self) -> dict[str, Any]:
        """Whoever is the last to open a team's vault can neither be switched off, nor leave it, nor change role."""
        data = super().clean() or self.cleaned_data
        counsels = data.get("is_active") and data.get("role") == Staff.Role.COUNSELLOR
        keeps = [team.pk for team in data.get("teams", ())] if counsels else []
        try:
            staff.require_may_lose(self.instance.pk, keeps=keeps)
        except Conflict as refusal:
            raise forms.ValidationError(str(refusal.sentence)) from None
        return data


@admin.register(Staff)
class StaffAdmin(admin.ModelAdmin[Staff]):
    """People of the team."""

    form = StaffForm
    list_display = ("alias", "username", "role", "insofa", "sign_in")
    list_select_related = ("invitation",)
    list_filter = ("role", "is_active", "teams")
    search_fields = ("alias", "username")
    filter_horizontal = ("teams",)

    def get_urls(self) -> list[Any]:
        """Beside the usual pages the one that renews an invitation or resets a password."""
        renew = self.admin_site.admin_view(invitation.invite)
        return [path("<uuid:staff>/invite/", renew, name="people_staff_invite"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """A new person has no password before they set it themselves."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Once the teams are stored too: what this person may not open any more is closed, in the same transaction."""
        super().save_related(request, form, formsets, change)
        if change:
            staff.changed(staff_of(request), form.instance.pk)

    def response_add(self, request: HttpRequest, obj: Staff, post_url_continue: str | None = None) -> HttpResponse:
        """The code to hand over, this once."""
        if not obj.is_active:
            return super().response_add(request, obj, post_url_continue)
        return invitation.show_code(request, staff_of(request), obj)

    def sign_in(self, obj: Staff) -> str:
        """Whether this person can sign in, for the list and the form."""
        if not obj.is_active:
            return str(_("darf sich nicht anmelden"))
        if obj.has_usable_password():
            return str(_("hat ein Passwort"))
        invited = getattr(obj, "invitation", None)
        if invited and invited.expires_at > timezone.now():
            return str(_("eingeladen, noch kein Passwort"))
        return str(_("Einladung abgelaufen"))

    sign_in.short_description = _("Anmeldung")  # type: ignore[attr-defined]  # Django's way to name a column

    def has_delete_permission(self, request: HttpRequest, obj: Staff | None = None) -> bool:  # noqa: ARG002 -- Django's
        """People are switched off, not deleted: their seats tell who was there."""
        return False


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    """Teams."""

    list_display = ("name", "default_capacity")
    prepopulated_fields = {"slug": ("name",)}

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:  # noqa: ARG002 -- Django's
        """A team stays: its cases and count rows name it, and a page that lists them would show case ids."""
        return False
