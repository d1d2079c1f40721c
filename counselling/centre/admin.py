"""The centre's own data for the administrator, in Django's admin: hours, help, topics, texts, colours, reports.

Who may enter is decided by people (`Staff.has_perm`): administrators, and nothing here leads to a case.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import TextField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import help_store, reports
from counselling.centre.forms import CentreForm
from counselling.centre.models import BarrierReport, Centre, HelpContact, HelpHour, HoursException, OpeningHour, Topic
from counselling.centre.models.centre import ONLY_ID

# Neutral, like every title: whoever glances at the screen learns nothing.
admin.site.site_title = admin.site.site_header = _("Verwaltung")
admin.site.index_title = _("Übersicht")


def _never(*_: object, **_named: object) -> bool:
    """Refuse a permission, whoever asks."""
    return False


class Named:
    """Fields that stand in the cells of a table too, where Django draws no label: each carries its name itself."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        """The field as Django makes it, with its label for those who hear the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # the ModelAdmin's
        if field:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


@admin.register(Centre)
class CentreAdmin(admin.ModelAdmin[Centre]):
    """The one row about the centre; it stays."""

    has_delete_permission = _never
    form = CentreForm
    formfield_overrides = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}}
    fieldsets = (
        (None, {"fields": ("name", "short_name", "initial")}),
        (
            _("So sind wir zu erreichen"),
            {
                "fields": (
                    "telephone",
                    "address",
                    "open_consultation",
                    "open_consultation_en",
                    "announcement",
                    "announcement_en",
                )
            },
        ),
        (
            _("Impressum und Datenschutz"),
            {
                "fields": (
                    "operator",
                    "operator_address",
                    "representative",
                    "email",
                    "data_protection_officer",
                    "supervisory_authority",
                    "accessibility_body",
                )
            },
        ),
        (_("Sicherheit"), {"fields": ("exit_url", "alert_email")}),
        (_("Farben"), {"fields": ("brand_light", "brand_dark", "accent_light", "accent_dark")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the first time: there is one centre."""
        return super().has_add_permission(request) and not Centre.objects.exists()

    def save_model(self, request: HttpRequest, obj: Centre, form: Any, change: bool) -> None:
        """Save as the only row."""
        obj.id = ONLY_ID
        super().save_model(request, obj, form, change)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A list of one is a detour: straight to the form."""
        if self.has_view_permission(request) and Centre.objects.exists():
            return HttpResponseRedirect(reverse("admin:centre_centre_change", args=(ONLY_ID,)))
        return super().changelist_view(request, extra_context)


@admin.register(Topic)
class TopicAdmin(Named, admin.ModelAdmin[Topic]):
    """What it may be about. Topics are switched off, not deleted: earlier answers keep their meaning."""

    has_delete_permission = _never
    list_display = ("label", "label_en", "code", "position", "active")
    list_editable = ("position", "active")

    def get_readonly_fields(self, _request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """A code never changes once it may have been counted."""
        return ("code",) if obj else ()


@admin.register(OpeningHour)
class OpeningHourAdmin(admin.ModelAdmin[OpeningHour]):
    """When teams are open."""

    list_display = ("team", "channel", "weekday", "opens", "closes")
    list_filter = ("team", "channel")


@admin.register(HoursException)
class HoursExceptionAdmin(admin.ModelAdmin[HoursException]):
    """Days that differ."""

    list_display = ("day", "team", "channel", "opens", "closes")
    list_filter = ("team", "channel")
    date_hierarchy = "day"


class HelpHourInline(admin.StackedInline[HelpHour, HelpContact]):
    """The hours of a contact, on its page."""

    model = HelpHour
    extra = 1
    fields = (("weekday", "opens", "closes"),)


@admin.register(HelpContact)
class HelpContactAdmin(Named, admin.ModelAdmin[HelpContact]):
    """Other people who help; `counselling check` says when some hour of the week has nobody."""

    list_display = ("name", "channel", "number", "link", "position", "active")
    list_editable = ("position", "active")
    list_filter = ("channel", "active")
    inlines = (HelpHourInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let pages of this process show the new hours at once; others within 30 seconds."""
        super().save_related(request, form, formsets, change)
        help_store.forget()

    def delete_model(self, request: HttpRequest, obj: HelpContact) -> None:
        """Let pages of this process forget it at once."""
        super().delete_model(request, obj)
        help_store.forget()


@admin.register(BarrierReport)
class BarrierReportAdmin(admin.ModelAdmin[BarrierReport]):
    """Reports of barriers: they come from the accessibility page, are read here and deleted when done."""

    has_add_permission = has_change_permission = _never
    fields = ("created_on", "text", "reply")
    readonly_fields = fields

    @admin.display(description=_("Was nicht geklappt hat"))
    def text(self, report: BarrierReport) -> str:
        """The report, opened."""
        return reports.text_of(report)

    @admin.display(description=_("Antwort an"))
    def reply(self, report: BarrierReport) -> str:
        """Where to answer, opened."""
        return reports.reply_of(report) or str(_("keine Antwort gewünscht"))
