"""Passwords on forms: signing in, unlocking, one's own new one. One sentence for every way a sign-in can fail."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from counselling.people import attempts
from counselling.people.domain import codes, staffkeys
from counselling.people.models import Staff

USER_NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
TOO_MANY = _("Das waren viele Versuche. Warte kurz, in ein paar Minuten geht es weiter.")


class SignInForm(forms.Form):
    """User name and password. Unknown, wrong and switched off read alike: nothing tells who works here."""

    username = forms.CharField(
        label=_("Benutzername"),
        max_length=80,
        widget=forms.TextInput(attrs=USER_NAME),
    )
    password = forms.CharField(
        label=_("Passwort"),
        max_length=staffkeys.PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    staff: Staff
    private: bytes

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """Keeps `staff` and their `private` half; an unknown name costs the same Argon2 time as a wrong password."""
        data = self.cleaned_data
        if "username" in data and "password" in data:
            self.staff, self.private = self._recognise(data["username"], data["password"])
        return data

    def _recognise(self, username: str, password: str) -> tuple[Staff, bytes]:
        if not attempts.allowed(self.request, username):
            raise ValidationError(TOO_MANY, "slow")
        known = staffkeys.recognise(username, password)
        if known is None:
            raise ValidationError(
                _("Benutzername und Passwort passen nicht zusammen. Schau bitte noch einmal nach."), "mismatch"
            )
        attempts.succeeded(self.request, username)
        return known


class UnlockForm(forms.Form):
    """The password alone: who it is, the session knows."""

    password = forms.CharField(
        label=_("Passwort"),
        max_length=staffkeys.PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def refuse(self) -> None:
        """The wrong password, or a session that ended meanwhile."""
        self.add_error("password", str(_("Das Passwort passt nicht. Schau bitte noch einmal nach.")))

    def refuse_for_now(self) -> None:
        """Too many tries."""
        self.add_error("password", str(TOO_MANY))


class NewPasswordForm(forms.Form):
    """A password of one's own, typed twice; pasting and password managers are welcome."""

    new = forms.CharField(
        label=_("Neues Passwort"),
        max_length=staffkeys.PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindestens 12 Zeichen. Am besten mehrere Wörter, die nur du so aneinanderreihst."),
    )
    again = forms.CharField(
        label=_("Noch einmal dasselbe"),
        max_length=staffkeys.PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def whose(self) -> Staff:
        """Whom the password must not resemble; no row is asked, so that nothing tells who works here."""
        return Staff()

    def clean(self) -> dict[str, Any]:
        """The same twice, and by the rules of the house."""
        data = self.cleaned_data
        new = data.get("new")
        if new is None:
            return data
        if new != data.get("again", new):
            self.add_error("again", str(_("Das ist nicht dasselbe. Tippe es noch einmal.")))
        try:
            validate_password(new, self.whose())
        except ValidationError as weak:
            self.add_error("new", weak)
        return data


class FirstPasswordForm(NewPasswordForm):
    """User name, the code that the administrator handed over, and the first password."""

    field_order = ["username", "code", "new", "again"]
    username = forms.CharField(label=_("Benutzername"), max_length=80, widget=forms.TextInput(attrs=USER_NAME))
    code = forms.CharField(
        label=_("Einladungscode"),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "XXXX-XXXX-XXXX-XXXX",
                "class": "code-input",
            }
        ),
        help_text=_("16 Zeichen, mit oder ohne Striche. Du hast ihn von der Technik deiner Stelle bekommen."),
    )

    def whose(self) -> Staff:
        """A name that was typed is enough."""
        return Staff(username=self.cleaned_data.get("username", ""))

    def clean_code(self) -> str:
        """In its written form; what cannot be a code is said at once."""
        code = codes.normalise(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(_("Ein Code hat 16 Buchstaben und Ziffern. Schau bitte noch einmal nach."))
        return code


class PasswordForm(NewPasswordForm):
    """The old password, and a new one for the same keys."""

    field_order = ["old", "new", "again"]
    old = forms.CharField(
        label=_("Bisheriges Passwort"),
        max_length=staffkeys.PASSWORD_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, staff: Staff, data: Any = None) -> None:
        super().__init__(data)
        self.staff = staff

    def whose(self) -> Staff:
        """The one who is signed in."""
        return self.staff

    def refuse(self) -> None:
        """The old password was another one."""
        self.add_error("old", str(_("Das Passwort passt nicht. Schau bitte noch einmal nach.")))

    def refuse_for_now(self) -> None:
        """Too many tries."""
        self.add_error("old", str(TOO_MANY))
