from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    """Mail counselling: counselling in one's own time."""

    name = "counselling.mail"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Briefe")

    def ready(self) -> None:
        """What letters have to do by themselves is done with the other timers."""
        from counselling.cases.domain import attached, away, by_letter, danger_words, emergency, newsworthy, timers  # noqa: PLC0415 -- models are there only now
        from counselling.mail.domain import (  # noqa: PLC0415 -- as above
            absences,
            alarms,
            danger_calls,
            deadlines,
            files,
            letters,
            news,
            notify,
            oncall,
            outbox,
            rules,
            uploads,
        )
        from counselling.web import bodies  # noqa: PLC0415 -- as above

        for timer in (letters.send_due, absences.begin_due, oncall.follow, outbox.start, notify.forget_unconfirmed):
            timers.add(timer)
        timers.add(uploads.sweep)
        for path in (r"/inbox/(send|draft)/", r"/team/letters/[0-9a-f-]{36}/write/"):
            bodies.allow(path)
        timers.add(by_letter.free_left)
        by_letter.when_resting(deadlines.rested)
        emergency.call_by(danger_calls)
        away.register(absences.days_of)
        attached.told_by(files.of_sent_letters)
        danger_words.listed_by(rules.hint_words)
        timers.alarm_by(alarms.nobody_here)
        newsworthy.tell_by(news.after_letter)
