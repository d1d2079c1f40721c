"""An address as a QR code (ISO/IEC 18004), for screens and for print."""

import io
from typing import Any, Final

import segno

# Paper gets torn and scribbled on: with level Q a quarter of the code may be lost.
ERROR: Final = "q"
QUIET: Final = 4  # modules of white around it, as the standard asks for
PNG_PIXELS: Final = 24  # per module: about 1,000 px for our addresses, sharp on paper up to 8 cm


def svg(address: str) -> bytes:
    """Black on white, without a size of its own."""
    return _saved(address, kind="svg", scale=10, omitsize=True, xmldecl=True, title=address)


def png(address: str) -> bytes:
    """Black on white, PNG_PIXELS per module."""
    return _saved(address, kind="png", scale=PNG_PIXELS)


def _saved(address: str, **how: Any) -> bytes:
    out = io.BytesIO()
    code = segno.make(address, error=ERROR, micro=False)
    code.save(out, border=QUIET, dark="#000", light="#fff", **how)
    return out.getvalue()
