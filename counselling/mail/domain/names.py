"""What an attached file may be called: what people read, nothing that a path, a header or a screen could act on."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from counselling.mail.models import File

LONGEST: Final = 100  # characters, with its ending
ENDINGS: Final = {File.Media.JPEG: ".jpg", File.Media.PNG: ".png", File.Media.WEBP: ".webp", File.Media.PDF: ".pdf"}
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*%&;#`$]')
_OF_DEVICES: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
# Controls (CR, LF, NUL), what is invisible or turns writing around (bidi, zero width), halves, private, lines' ends.
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def stem(given: str) -> str:
    """The harmless part of a name as a browser gave it, without path and ending; "" when nothing is left."""
    last = re.split(r"[/\\]", given[:4096])[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    plain = _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", seen))
    words = _ENDING.sub("", re.sub(r"\s+", " ", plain).strip()).strip(" .")
    if _OF_DEVICES.match(words):
        words = f"_{words}"
    return words[: LONGEST - max(map(len, ENDINGS.values()))].rstrip(" .")


def whole(known: str, media: str) -> str:
    """The name that is shown and under which it is saved; its ending says what the content is."""
    return (known or _("Datei")) + ENDINGS[File.Media(media)]
