"""The vault keeps files sealed, tells what they are by their bytes, and loses none."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from songhe.kernel import vault
from songhe.kernel.errors import Missing, Refused

PNG = b"\x89PNG\r\n\x1a\n" + b"picture of a signature" * 20
JPEG = (
    b"\xff\xd8" + b"\xff\xe0\x00\x04JF" + b"\xff\xe1\x00\x10Exif31.2N121E!" + b"\xff\xda\x00\x02" + b"scan" + b"\xff\xd9"
)


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_stored_file_comes_back_byte_for_byte() -> None:
    stored = vault.store(PNG, "signature")
    assert vault.open(stored.file) == PNG
    assert (stored.size, stored.media_type, len(stored.digest)) == (len(PNG), "image/png", 64)


def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    stored = vault.store(PNG, "photo")
    raw = (tmp_path / stored.file).read_bytes()
    assert b"signature" not in raw
    assert b"PNG" not in raw


def test_a_file_moved_over_another_does_not_open(tmp_path: Path) -> None:
    one, two = vault.store(PNG, "photo"), vault.store(PNG + b"2", "photo")
    os.replace(tmp_path / one.file, tmp_path / two.file)
    with pytest.raises(Missing, match="打不开"):
        vault.open(two.file)


def test_a_changed_file_does_not_open(tmp_path: Path) -> None:
    stored = vault.store(PNG, "photo")
    path = tmp_path / stored.file
    raw = bytearray(path.read_bytes())
    raw[-20] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Missing):
        vault.open(stored.file)


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"", "photo", "vault.empty"),
        (b"<svg xmlns='x' onload='alert(1)'/>", "photo", "vault.type"),
        (b"MZ\x90 a programme", "document", "vault.type"),
        (b"%PDF-1.7", "photo", "vault.type"),
        (PNG + b"0" * (2 * 1024 * 1024), "signature", "vault.too_large"),
    ],
)
def test_what_does_not_belong_is_refused_with_a_remedy(data: bytes, kind: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        vault.store(data, kind)
    assert refusal.value.code == code
    assert refusal.value.remedy
    assert not list(vault.files())


def test_a_photo_loses_the_place_where_it_was_taken() -> None:
    stored = vault.store(JPEG, "photo")
    kept = vault.open(stored.file)
    assert b"31.2N" not in kept
    assert kept.startswith(b"\xff\xd8\xff\xe0")
    assert kept.endswith(b"scan\xff\xd9")


@pytest.mark.parametrize("name", ["../songhe.sqlite3", "vault/../../x", "/etc/passwd", "vault/ab/nothex"])
def test_a_name_from_outside_opens_nothing(name: str) -> None:
    with pytest.raises(Missing):
        vault.open(name)


def test_a_removed_file_is_missing_and_says_so() -> None:
    stored = vault.store(PNG, "photo")
    vault.remove(stored.file)
    with pytest.raises(Missing, match="删除"):
        vault.open(stored.file)


def test_the_sweep_takes_old_orphans_and_leaves_held_and_fresh_files(monkeypatch, tmp_path: Path) -> None:
    known, orphan, fresh = (vault.store(PNG + bytes([n]), "photo").file for n in range(3))
    now = time.time()
    long_ago = now - 7200
    for file, at in ((known, long_ago), (orphan, long_ago), (fresh, now)):
        os.utime(tmp_path / file, (at, at))
    monkeypatch.setattr(vault, "_holders", [])
    vault.holder(lambda: [known])
    assert vault.sweep() == 1
    assert set(vault.files()) == {known, fresh}


def test_after_a_change_of_key_old_files_open_and_rotation_moves_them(settings, tmp_path: Path) -> None:
    stored = vault.store(PNG, "photo")
    settings.SONGHE_KEYS = {"k2": bytes(16), **settings.SONGHE_KEYS}
    settings.SONGHE_ACTIVE_KEY = "k2"
    assert vault.open(stored.file) == PNG
    assert list(vault.rotate()) == [stored.file]
    assert (tmp_path / stored.file).read_bytes().startswith(b"k2.")
    assert vault.open(stored.file) == PNG
    assert list(vault.rotate()) == []
