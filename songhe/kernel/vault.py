"""The vault 材料库: photos, signatures and papers as files, encrypted at rest.

    stored = vault.store(data, "photo")     # Stored(file, digest, size, media_type)
    data = vault.open(stored.file)

A file lies under ``MEDIA_ROOT/vault`` with a random name and is sealed with the same keys as the
protected fields; its name is authenticated with it, so that a file moved over another one no
longer opens. What it is is read from its first bytes, never from what the sender calls it.
The row that points to a file is written after the file: a transaction that fails leaves a file
without a row, which :func:`sweep` removes, never a row without a file.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from .crypto import CannotOpen, seal_bytes, sm3, unseal_bytes
from .errors import Missing, Refused

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
_MEGABYTE = 1024 * 1024
#: What may be stored as what, and how large (bytes).
KINDS: dict[str, tuple[frozenset[str], int]] = {
    "photo": (frozenset({JPEG, PNG, WEBP}), 8 * _MEGABYTE),
    "signature": (frozenset({JPEG, PNG, WEBP}), 2 * _MEGABYTE),
    "document": (frozenset({JPEG, PNG, WEBP, PDF}), 16 * _MEGABYTE),
}
_WORDS = {JPEG: "JPG", PNG: "PNG", WEBP: "WEBP", PDF: "PDF"}
_NAME = re.compile(r"^vault/[0-9a-f]{2}/[0-9a-f]{32}$")
#: A file younger than this may belong to a transaction that has not ended.
_FRESH = timedelta(hours=1)


Holder = Callable[[], Iterable[str]]
_holders: list[Holder] = []


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the vault: its name, SM3 digest (hex) and size of the plain bytes, and media type."""

    file: str
    digest: str
    size: int
    media_type: str


def sniff(data: bytes) -> str:
    """The media type that the first bytes prove; "" for anything the vault does not know.

    >>> sniff(b"%PDF-1.7 ..."), sniff(b"<svg onload=...")
    ('application/pdf', '')
    """
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return PDF if data.startswith(b"%PDF-") else ""


def store(data: bytes, kind: str, *, settle: bool = True) -> Stored:
    """Seal and keep a file. Refused when empty, too large, or not of a type that ``kind`` allows.

    The file is on the disk when this returns; whoever stores many passes ``settle=False`` and calls
    :func:`settled` once, before the rows that point to them are committed.
    """
    types, limit = KINDS[kind]
    if not data:
        raise Refused("vault.empty", "文件是空的，没有保存", field="file", remedy="请重新拍摄或选择文件。")
    if len(data) > limit:
        raise Refused(
            "vault.too_large", f"文件有 {len(data) / _MEGABYTE:.1f} MB，超过上限 {limit // _MEGABYTE} MB",
            field="file", remedy="请压缩后再上传，或换一张较小的照片。",
        )
    media_type = sniff(data)
    if media_type not in types:
        allowed = "、".join(sorted(_WORDS[t] for t in types))
        raise Refused(
            "vault.type", f"文件格式不符，只能上传 {allowed}", field="file", remedy="请转换格式后再上传。"
        )
    if media_type == JPEG:
        data = without_metadata(data)
    name = uuid4().hex
    file = f"vault/{name[:2]}/{name}"
    _write(_path(file), seal_bytes(data, file), settle=settle)
    return Stored(file, sm3(data).hex(), len(data), media_type)


def settled() -> None:
    """Have everything that was stored reach the disk."""
    os.sync()


def open(file: str) -> bytes:
    """The plain bytes of a stored file; Missing when it is gone or does not open."""
    try:
        return unseal_bytes(_path(file).read_bytes(), file)
    except FileNotFoundError:
        raise Missing("没有找到这份材料，可能已按规定删除") from None
    except CannotOpen:
        raise Missing("这份材料打不开：密钥已更换或文件被改动，请联系系统管理员") from None


def exists(file: str) -> bool:
    """Whether the file is there, for the invariants."""
    return _path(file).is_file()


def remove(file: str) -> None:
    """Take a file away for good: retention ended, or its row was never written."""
    _path(file).unlink(missing_ok=True)


def files() -> Iterator[str]:
    """Names of all files in the vault."""
    root = Path(settings.MEDIA_ROOT)
    for path in root.glob("vault/??/*"):
        name = path.relative_to(root).as_posix()
        if _NAME.match(name):
            yield name


def holder(names: Holder) -> Holder:
    """Register what a room holds: a function that answers the names of all files its rows point to."""
    if names not in _holders:
        _holders.append(names)
    return names


def sweep() -> int:
    """Remove files that no room holds and that are older than an hour; returns how many."""
    # The disk dates its files by the machine's time, also while a simulation lives on another day.
    oldest = time.time() - _FRESH.total_seconds()
    old = [f for f in files() if _path(f).stat().st_mtime < oldest]
    keep = {name for names in _holders for name in names()}
    gone = [f for f in old if f not in keep]
    for file in gone:
        remove(file)
    return len(gone)


def rotate() -> Iterator[str]:
    """Seal every file anew that is not under the active key; yields each name. May be interrupted."""
    current = f"{settings.SONGHE_ACTIVE_KEY}.".encode()
    for file in files():
        sealed = _path(file).read_bytes()
        if not sealed.startswith(current):
            _write(_path(file), seal_bytes(unseal_bytes(sealed, file), file), settle=True)
            yield file


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without its APP1–APP15 and comment segments: a phone writes there where and when it was taken.

    Bytes that do not parse are returned as they are.
    """
    kept, place = [jpeg[:2]], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xDA:  # the picture itself begins
            return b"".join([*kept, jpeg[place:]])
        length = 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            kept.append(jpeg[place : place + length])
        place += length
    return jpeg


def _path(file: str) -> Path:
    if not _NAME.match(file):
        raise Missing("没有找到这份材料")
    return Path(settings.MEDIA_ROOT) / file


def _write(path: Path, sealed: bytes, *, settle: bool) -> None:
    """All or nothing: a crash in between leaves no half file under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{uuid4().hex[:8]}")
    with draft.open("xb") as handle:
        handle.write(sealed)
        if settle:
            handle.flush()
            os.fsync(handle.fileno())
    draft.replace(path)
