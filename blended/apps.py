from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlendedConfig(AppConfig):
    """Appointments, voice and video, media change."""

    name = "blended"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Termine und Gespräche")

    def ready(self) -> None:
        """What calls say travels on the chat's lines; what ends by itself ends with the other timers."""
        from blended.domain import (  # noqa: PLC0415 -- models are there only now
            changes,
            feed,
            meetings,
            own_dates,
            partner_extras,
            partner_import,
            passing_on,
            referral_steps,
            reminders,
            signalling,
            together_extras,
        )
        from blended.domain.rooms import configured  # noqa: PLC0415 -- as above
        from counselling.cases.domain import answering, calls, extras, retention, timers  # noqa: PLC0415 -- as above
        from counselling.people.domain import rotation, staff  # noqa: PLC0415 -- as above
        from counselling.web import bodies  # noqa: PLC0415 -- as above

        rotation.join("secrets of rooms", rotation.Part(configured.reseal, configured.under))
        calls.register(signalling)
        staff.when_gone(feed.end_of)
        for timer in (meetings.overtime, signalling.forget, reminders.remind_due):
            timers.add(timer)
        retention.spare(reminders.needed_for)
        answering.tell_by(meetings.end_with)
        answering.tell_by(passing_on.follow)
        timers.spare_silence(meetings.talking)
        for timer in (referral_steps.expire, partner_import.forget, changes.expire):
            timers.add(timer)
        extras.register(stored=partner_extras.stored, copied=partner_extras.copied)
        extras.put_on_top(partner_extras.on_top)
        extras.register(stored=own_dates.stored, copied=own_dates.copied)
        extras.put_on_top(own_dates.on_top)
        extras.needs_code(own_dates.last_end)
        extras.register(stored=together_extras.stored, copied=together_extras.copied)
        bodies.allow(r"/team/local/table/")
