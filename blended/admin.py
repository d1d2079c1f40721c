"""Where teams hold their calls, for the administrator. No meeting and no case is reachable from here."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from blended.domain.rooms import RoomProblem, configured, jitsi, lines
from blended.models import Room
from counselling.people.http import staff_of

_AT_ONCE: Final = 5  # each may take five seconds
_ADDRESS: Final = _("Eine Adresse beginnt mit https:// und enthält keine Zugangsdaten, Fragezeichen oder Anker.")
_MISSING: Final = _("Das fehlt noch.")


class RoomForm(forms.ModelForm[Room]):
    """The secret can be set and never be read; with another kind or address it has to be set anew."""

    secret = forms.CharField(
        label=_("Schlüssel"),
        required=False,
        max_length=2000,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Jitsi: das App-Secret (mindestens 32 Zeichen). BigBlueButton: das Shared Secret. Webex: das Access-Token. "
            "Er wird nie wieder angezeigt. Leer lassen, um den gespeicherten zu behalten."
        ),
    )

    class Meta:
        model = Room
        fields = ("team", "provider", "label", "address", "app_id", "checksum", "secret")
        help_texts = {
            "label": _(
                "Zum Beispiel „BigBlueButton der Stadt“. Steht auf der Seite, auf der junge Menschen zustimmen."
            ),
            "address": _(
                "Jitsi: https://meet.example.org. BigBlueButton: https://bbb.example.org/bigbluebutton. "
                "Webex: leer. Link oder Code: wo Codes eingegeben werden, oder leer."
            ),
            "app_id": _("Nur für Jitsi: wie in der Einstellung von Prosody (app_id)."),
            "checksum": _("Nur für BigBlueButton: was der Server annimmt."),
        }

    def clean_address(self) -> str:
        """Only https, without anything that leads elsewhere or tells something."""
        address: str = self.cleaned_data["address"]
        try:
            return lines.base(address) if address else ""
        except RoomProblem:
            raise forms.ValidationError(_ADDRESS) from None

    def clean(self) -> dict[str, Any]:
        """Each kind needs its own."""
        data = super().clean() or self.cleaned_data
        kind = data.get("provider")
        if (
            kind in {Room.Provider.JITSI, Room.Provider.BBB}
            and not data.get("address")
            and not self.has_error("address")
        ):
            self.add_error("address", _MISSING)
        if kind == Room.Provider.JITSI and not data.get("app_id"):
            self.add_error("app_id", _MISSING)
        if kind in configured.WITH_SECRET:
            self._clean_secret(str(kind), data.get("secret", ""), data.get("address", ""))
        return data

    def _clean_secret(self, kind: str, secret: str, address: str) -> None:
        if not secret and not self._fits(kind, address):
            self.add_error("secret", _("Bitte den Schlüssel eintragen: Er gilt nur für diesen Raum und diese Adresse."))
        elif not (secret.isascii() and secret.isprintable()):
            self.add_error("secret", _("Darin sind Zeichen, die in keinem Schlüssel vorkommen."))
        elif kind == Room.Provider.JITSI and secret and len(secret) < jitsi.SHORTEST_SECRET:
            self.add_error("secret", _("Das ist zu kurz: Für Jitsi braucht es mindestens 32 Zeichen."))

    def _fits(self, kind: str, address: str) -> bool:
        """Whether the stored one goes on being good."""
        if self.instance._state.adding:  # noqa: SLF001 -- Django's own way to tell
            return False
        as_it_would_be = Room(
            team_id=self.instance.team_id, provider=kind, address=address, sealed=self.instance.sealed
        )
        return configured.has_secret(as_it_would_be)


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    """One row per team; without one a team uses the room of the page."""

    form = RoomForm
    list_display = ("team", "provider", "label", "secret_since")
    list_select_related = ("team",)
    readonly_fields = ("secret_since",)
    fields = ("team", "provider", "label", "address", "app_id", "checksum", "secret", "secret_since")
    actions = ("try_out",)

    def get_readonly_fields(self, _request: HttpRequest, obj: Room | None = None) -> tuple[str, ...]:
        """A row stays with its team."""
        return ("team", "secret_since") if obj else ("secret_since",)

    @admin.display(description=_("Schlüssel gesetzt am"))
    def secret_since(self, room: Room) -> str:
        """When, and nothing else of it."""
        return date_format(localtime(room.sealed_at), "DATETIME_FORMAT") if room.sealed_at else "–"

    @admin.action(description=_("Verbindung prüfen"))
    def try_out(self, request: HttpRequest, chosen: QuerySet[Room]) -> None:
        """A sentence for each: what works, or what does not."""
        for room in chosen.select_related("team")[:_AT_ONCE]:
            try:
                found, level = configured.check(room), messages.SUCCESS
            except RoomProblem as problem:
                found, level = problem.for_staff, messages.ERROR
            self.message_user(request, f"{room.team.name}: {found}", level)

    def save_model(self, request: HttpRequest, obj: Room, form: Any, change: bool) -> None:  # noqa: ARG002 -- Django's
        """The secret goes its own way: it is sealed with the row."""
        configured.save(staff_of(request), obj, form.cleaned_data["secret"])
