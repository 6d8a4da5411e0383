"""A QR code says the address and nothing else: read back by a decoder that is not ours."""

import re
import struct
import zlib

import pytest
import zxingcpp

from webapp.widgets import qr_codes

ADDRESS = "https://lettre.maison-tilleul.example/f/ZmxleWVyLWZsZXll?s=7k2ab"


def _pixels(png):
    """The grey values of a PNG of one bit a pixel, as rows (RFC 2083)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    assert (depth, colour) == (1, 0)
    raw, stride, rows, before = zlib.decompress(data), -(-width // 8) + 1, [], None
    for y in range(height):
        line = bytearray(raw[y * stride : (y + 1) * stride])
        kind, line = line[0], line[1:]
        if kind == 2:
            line = bytearray((a + b) % 256 for a, b in zip(line, before, strict=True))
        else:
            assert kind == 0
        before = line
        rows.append(
            bytes(255 if line[x // 8] >> (7 - x % 8) & 1 else 0 for x in range(width))
        )
    return rows


def _drawn(svg):
    """The dark modules of a drawing, eight pixels each, by its own path commands."""
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    path = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    rows = [bytearray(b"\xff" * size * 8) for _ in range(size * 8)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for row in range(int(y - 0.5) * 8, int(y + 0.5) * 8):
                start, end = int(x) * 8, int(x + values[0]) * 8
                rows[row][start:end] = bytes(end - start)
            x += values[0]
    return [bytes(row) for row in rows]


def _read(rows):
    image = memoryview(b"".join(rows)).cast("B", [len(rows), len(rows[0])])
    (found,) = zxingcpp.read_barcodes(image)
    return found


@pytest.mark.parametrize(
    "rows",
    [_pixels(qr_codes.png(ADDRESS)), _drawn(qr_codes.svg(ADDRESS).decode())],
    ids=["png", "svg"],
)
def test_a_code_is_read_back_as_the_address(rows):
    found = _read(rows)
    assert found.text == ADDRESS
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_a_code_survives_a_stain():
    rows = [bytearray(row) for row in _pixels(qr_codes.png(ADDRESS))]
    middle = len(rows) // 2
    for y in range(middle - 90, middle + 90):
        rows[y][middle - 90 : middle + 90] = b"\x80" * 180
    assert _read([bytes(row) for row in rows]).text == ADDRESS


def test_there_is_white_enough_around_it_also_on_a_dark_page():
    rows = _pixels(qr_codes.png(ADDRESS))
    quiet = qr_codes.QUIET * qr_codes.PIXELS
    assert {pixel for row in rows[:quiet] for pixel in row} == {255}
    assert 'fill="#fff"' in qr_codes.svg(ADDRESS).decode()


def test_a_drawing_needs_no_style_and_no_script():
    drawing = qr_codes.svg(ADDRESS).decode()
    assert "style" not in drawing
    assert "script" not in drawing
    assert "class" not in drawing
