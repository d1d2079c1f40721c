"""What the administrator sets for letters: rules of a team, and who is on call. No content is reachable from here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from counselling.mail.models import MailRules, OnCall
from counselling.people.models import Staff


class MailRulesForm(forms.ModelForm[MailRules]):
    """The words that may hint at danger hold for every text of a young person, not for letters alone."""

    class Meta:
        model = MailRules
        fields = "__all__"  # noqa: DJ007 -- the administrator's page has them all
        labels = {"hint_words": _("Wörter, die auf Gefahr hindeuten können")}
        help_texts = {
            "hint_words": _(
                "Eins je Zeile, für Briefe und Chats. Sie entscheiden nichts: "
                "Sie zeigen Hilfe, markieren den Text für die Beratung und holen den Fall nach vorn."
            )
        }


@admin.register(MailRules)
class MailRulesAdmin(admin.ModelAdmin[MailRules]):
    """Promise, attachments and hint words of a team."""

    form = MailRulesForm
    list_display = ("team", "answer_days", "latest_days", "files_from_seekers")


class OnCallForm(forms.ModelForm[OnCall]):
    """Only who can answer the team's letters is worth waking."""

    class Meta:
        model = OnCall
        fields = ("team", "place", "staff", "email")

    def clean(self) -> dict[str, Any]:
        """A counsellor of the team who may sign in."""
        data = super().clean() or self.cleaned_data
        team, staff = data.get("team"), data.get("staff")
        if team and staff:
            able = Staff.objects.filter(pk=staff.pk, teams=team, role=Staff.Role.COUNSELLOR, is_active=True)
            if not able.exists():
                self.add_error("staff", _("Diese Person berät nicht in diesem Team."))
        return data


@admin.register(OnCall)
class OnCallAdmin(admin.ModelAdmin[OnCall]):
    """Who is paged at night, in which order."""

    form = OnCallForm
    list_display = ("team", "place", "staff", "email")
    list_filter = ("team",)
    list_select_related = ("team", "staff")
