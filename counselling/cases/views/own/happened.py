"""What happened in a case, in words for its young person: notices, and messages that are not there any more."""

from django.utils.translation import gettext as _


def notice(code: str, about: dict[str, str]) -> str:
    """A coded notice in words, its times already readable; empty for one that has no line of its own."""
    sentences = notices()
    sentence = sentences.get(f"{code}_{about.get('by', '')}") or sentences.get(code, "")
    for name, value in about.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence


def channel(code: str) -> str:
    """How a channel is called in notices; anything else as it is."""
    return notices().get(f"channel_{code}", code)


def taken_back(name: str) -> str:
    """That a message is gone; `name` is empty for one's own."""
    mine, theirs = _taken_back()
    return theirs.replace("{name}", name) if name else mine


def unreadable() -> str:
    """In place of a message that does not open."""
    return _("Diese Nachricht lässt sich nicht öffnen. Die anderen sind nicht betroffen.")


def _taken_back() -> tuple[str, str]:
    return _("Du hast eine Nachricht zurückgenommen."), _("{name} hat eine Nachricht zurückgenommen.")


def notices() -> dict[str, str]:
    """Keys are the notice codes of chat/PROTOCOL.md; `closed` and `place_ended` add who or what did it."""
    return {
        "chat_began": _("{name} ist da. Hier liest nur unser Team mit."),
        "handed_over": _("{from} hat an {to} übergeben. Ab jetzt schreibt {to} mit dir."),
        "back_to_queue": _("Du bekommst jemand anderen aus dem Team. Du stehst ganz vorn, schreib ruhig weiter."),
        "counsellor_lost": _(
            "Bei uns ist die Verbindung abgerissen. Du stehst ganz vorn, gleich ist wieder jemand da."
        ),
        "consultant_joined": _("{name} liest jetzt mit und hilft."),
        "consultant_left": _("{name} liest nicht mehr mit."),
        "closed_seeker": _("Du hast das Gespräch beendet."),
        "closed_counsellor": _("Das Gespräch ist beendet. Du kannst es wieder aufnehmen."),
        "closed_silence": _("Es war länger still, darum ist das Gespräch beendet. Du kannst es wieder aufnehmen."),
        "closed_letter": _("Der Chat ist beendet. Du kannst uns schreiben, dann geht es in Ruhe weiter."),
        "closed_blocked": _("Das Gespräch wurde beendet. Schreiben kannst du uns trotzdem."),
        "taken_up": _("Das Gespräch geht weiter."),
        "silence_soon": _("Es ist still. Um {until} Uhr endet der Chat, außer jemand schreibt oder ist noch da."),
        "still_here": _("Der Chat bleibt offen."),
        "letters_claimed": _("{name} liest deine Briefe und antwortet dir."),
        "letters_back": _("Jemand anderes aus dem Team antwortet dir. Du musst nichts noch einmal erzählen."),
        "letters_closed": _("Die Beratung ist abgeschlossen. Du kannst jederzeit wieder schreiben."),
        "reopened": _("Du hast wieder geschrieben. Es geht weiter."),
        "agreed": _("{name} hat aufgeschrieben, was ihr vereinbart habt."),
        "help_pinned": _(
            "Wir machen uns Sorgen um dich. Wenn es gefährlich ist, ruf jetzt 112 an. Wenn du magst, sag uns, wo du "
            "bist. Wir sind da."
        ),
        "where_told": _("Du hast uns gesagt, wie wir dich finden oder erreichen."),
        **_appointments(),
        **_changes(),
        "place_kept": _("Wir haben dich um {called} Uhr aufgerufen und dir deinen Platz ganz oben gelassen."),
        "place_ended_abandoned": _("Dein Platz in der Warteschlange ging zu Ende. Dein Text blieb da."),
        "place_ended_closed": _("Der Chat hat zugemacht, bevor du dran warst. Dein Text blieb da."),
        "other": _("Da ist etwas passiert, das diese Seite noch nicht kennt. Lade sie bitte neu."),
    }


def _appointments() -> dict[str, str]:
    """`when` is a day and a time, `channel` a name of `_changes`; `by` says who did it."""
    return {
        "date_proposed_seeker": _("Du hast einen Termin vorgeschlagen: {when}, {channel}."),
        "date_proposed_counsellor": _("Dir wurde ein Termin vorgeschlagen: {when}, {channel}. Passt er dir?"),
        "date_proposed_handover": _("{name} wäre jetzt für dich da: {when}, {channel}. Passt dir der Termin auch so?"),
        "date_agreed": _("Termin ausgemacht: {when}, {channel}."),
        "date_declined_seeker": _("Der vorgeschlagene Termin passt dir nicht. Das ist in Ordnung."),
        "date_declined_counsellor": _("Zu deiner vorgeschlagenen Zeit können wir nicht. Schlag gern eine andere vor."),
        "date_cancelled_seeker": _("Du hast den Termin abgesagt: {when}."),
        "date_cancelled_counsellor": _("Wir können den Termin nicht halten: {when}. Wir finden einen anderen."),
        "date_cancelled_handover": _(
            "Der Termin {when} geht so nicht mehr. Such dir gern eine andere Zeit aus, wir freuen uns auf dich."
        ),
        "date_cancelled_closed": _(
            "Der Termin {when} findet nicht mehr statt, weil das Gespräch beendet ist. Du kannst uns jederzeit wieder "
            "schreiben."
        ),
        "date_moved": _("Der Termin ist verlegt auf {when}, {channel}."),
        "date_soon": _("Bald ist dein Termin: {when}, {channel}."),
        "date_missed": _("Schade, der Termin hat nicht geklappt. Du kannst jederzeit einen neuen ausmachen."),
    }


def _changes() -> dict[str, str]:
    """Another way of being in touch, the call itself, and what is found nearby."""
    return {
        "channel_chat": _("Chat"),
        "channel_mail": _("Briefe"),
        "channel_voice": _("Sprechen über die Seite"),
        "channel_video": _("Video"),
        "channel_phone": _("Telefon"),
        "channel_onsite": _("Treffen bei uns"),
        "change_proposed_seeker": _("Du hast gefragt, ob ihr wechseln wollt: {channel}."),
        "change_proposed_counsellor": _("Vorschlag: {channel}. Du entscheidest, und du musst nichts erklären."),
        "change_agreed": _("Ihr wechselt: {channel}."),
        "change_met": _("Ihr wart miteinander im Gespräch: {channel}."),
        "change_refused_seeker": _("Du bleibst lieber, wie es ist. Das ist völlig in Ordnung."),
        "change_refused_counsellor": _("Das geht gerade nicht. Hier geht es weiter wie bisher."),
        "change_withdrawn": _("Der Vorschlag zu wechseln ist zurückgenommen."),
        "change_undone": _("Zurück gewechselt: {channel}."),
        "call_began": _("Das Gespräch hat begonnen: {channel}. Niemand nimmt etwas auf."),
        "call_ended": _("Das Gespräch ist zu Ende: {channel}."),
        "call_elsewhere": _("Ihr sprecht in einem Raum bei einem anderen Anbieter: {channel}."),
        "call_here": _("Euer Gespräch ist jetzt hier auf der Seite: {channel}."),
        "together_began": _("{name} schreibt mit dir auf, was ihr vereinbart. Ihr seht beide, was entsteht."),
        "together_asked": _("{name} fragt, ob du mit der Vereinbarung einverstanden bist. Du kannst sie auch ändern."),
        "card_placed": _("{name} hat dir eine Stelle herausgesucht, die helfen kann."),
        "referral_asked": _("{name} möchte dich bei einer anderen Stelle ankündigen. Du entscheidest."),
        "referral_agreed": _("Du bist einverstanden, dass wir dich dort ankündigen."),
        "referral_refused": _("Du möchtest nicht angekündigt werden. Das ist in Ordnung."),
        "referral_handed": _("Die Ankündigung ist fertig."),
        "referral_opened": _("Die andere Stelle hat die Ankündigung gelesen."),
    }
