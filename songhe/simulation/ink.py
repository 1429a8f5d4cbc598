"""A scribble 签名: the picture a finger leaves on a phone, drawn from a name; PNG without a library."""

from __future__ import annotations

import struct
import zlib

import numpy as np

WIDTH, HEIGHT = 240, 90


def scribble(seed: int) -> bytes:
    """A small greyscale PNG of a wavering line; the same seed, the same picture."""
    rng = np.random.default_rng(seed)
    sheet = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    t = np.linspace(0, 1, 2_400)
    waves = rng.uniform(2, 9, size=3)
    height = sum(np.sin(2 * np.pi * (w * t + rng.random())) for w in waves) / 3
    x = (12 + t * (WIDTH - 24) + 6 * np.sin(2 * np.pi * waves[0] * t)).astype(int).clip(0, WIDTH - 2)
    y = (HEIGHT / 2 + height * HEIGHT * 0.32).astype(int).clip(0, HEIGHT - 2)
    for dx in (0, 1):
        for dy in (0, 1):
            sheet[y + dy, x + dx] = 20
    return _png(sheet)


def _png(sheet: np.ndarray) -> bytes:
    rows = b"".join(b"\x00" + row.tobytes() for row in sheet)
    head = struct.pack(">IIBBBBB", sheet.shape[1], sheet.shape[0], 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
