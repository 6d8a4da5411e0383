"""The address of a form as a QR code (ISO/IEC 18004), to print and to scan."""

import io
from typing import Any

import segno

# A quarter of the code may be dirty or torn off: it hangs in shops.
CORRECTION = "q"
# What a scanner needs around it, in modules (ISO/IEC 18004, 6.3.8).
QUIET = 4
# Pixels for each module: sharp on paper up to ten centimetres.
PIXELS = 24


def svg(address: str) -> bytes:
    """As a drawing that can be printed at any size; without style, so that strict pages show it."""
    return _drawn(address, kind="svg", omitsize=True, svgclass=None, lineclass=None)


def png(address: str) -> bytes:
    """As a picture for programs that know no drawings."""
    return _drawn(address, kind="png", scale=PIXELS)


def _drawn(address: str, **how: Any) -> bytes:
    drawing = io.BytesIO()
    code = segno.make(address, error=CORRECTION, micro=False, boost_error=False)
    code.save(drawing, border=QUIET, dark="#000", light="#fff", **how)
    return drawing.getvalue()
