from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Staff, teams, roles; seekers and their ways in."""

    name = "counselling.people"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Team")

    def ready(self) -> None:
        """Quick exit also ends the session on the server; web offers the hook and knows nobody."""
        from counselling.people.cookies import end_seeker_session, end_staff_session  # noqa: PLC0415 -- models are ready only now
        from counselling.web import exit as quick_exit  # noqa: PLC0415 -- as above

        quick_exit.on_exit.extend([end_seeker_session, end_staff_session])
