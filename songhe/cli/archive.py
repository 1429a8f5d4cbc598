"""The backup file: a gzipped tar of one database, the media folder and a manifest.

Manifest (``manifest.json``, the last member): format, version, moment, engine, applied
migrations, ids of the field keys in use, and size and SHA-256 of every other member. Keys
themselves are never in a backup; without them its protected fields stay unreadable.
"""

import gzip
import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from songhe.kernel.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media"


@dataclass
class Manifest:
    """What is in a backup; ``files`` maps member name to [size in bytes, SHA-256 in hex]."""

    version: str
    made_at: str
    engine: str
    migrations: list[str]
    key_ids: list[str]
    files: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT


def digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _members(database: Path, media: Path) -> Iterator[tuple[str, Path]]:
    yield DATABASE, database
    if media.is_dir():
        for path in sorted(media.rglob("*")):
            if path.is_file():
                yield f"{MEDIA}/{path.relative_to(media).as_posix()}", path


def pack(target: Path, manifest: Manifest, database: Path, media: Path) -> Manifest:
    """Write the archive; it takes its name only when it is complete.

    A media file that is replaced while we read it is copied first, so that what is hashed is
    what is stored.
    """
    unfinished = target.with_name(target.name + ".part")
    try:
        with tarfile.open(unfinished, "w:gz", compresslevel=4) as archive:
            for name, path in _members(database, media):
                if name == DATABASE:
                    manifest.files[name] = [path.stat().st_size, digest(path)]
                    archive.add(path, name)
                else:
                    _add_bytes(archive, name, data := path.read_bytes())
                    manifest.files[name] = [len(data), hashlib.sha256(data).hexdigest()]
            _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, BytesIO(data))


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the members below ``folder``. A backup holds files by relative names and nothing else.

    By hand, because the tar module of some Python 3.11 that distributions ship has no filters yet.
    """
    for member in archive:
        name = PurePosixPath(member.name)
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or name.is_absolute() or ".." in name.parts:
            raise ValueError(f"不应有 {member.name}")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with content, path.open("wb") as target:
            shutil.copyfileobj(content, target, 1 << 20)


@contextmanager
def unpacked(source: Path) -> Iterator[tuple[Path, Manifest]]:
    """A checked copy of the archive in a temporary folder: every byte is as the manifest says.

    Raises Refused when the file is not a backup, is damaged, incomplete or of a newer format.
    """
    # Beside the archive: the copy is as large as the database, and /tmp is often small.
    with tempfile.TemporaryDirectory(prefix=".songhe-restore-", dir=source.parent) as temporary:
        folder = Path(temporary)
        try:
            with tarfile.open(source, "r:gz") as archive:
                _unpack(archive, folder)
            manifest = Manifest(**json.loads((folder / MANIFEST).read_bytes()))
        except (OSError, EOFError, tarfile.TarError, gzip.BadGzipFile, ValueError, TypeError) as error:
            raise Refused("backup.unreadable", f"{source.name} 不是完整的备份文件：{error}",
                          remedy="换一份备份，或重新传输后再试") from error
        if manifest.format > FORMAT:
            raise Refused("backup.newer", "备份由更新版本的松鹤制作，本版本无法恢复", remedy="先升级松鹤")
        _verify(folder, manifest)
        yield folder, manifest


def _verify(folder: Path, manifest: Manifest) -> None:
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    if found != set(manifest.files) or DATABASE not in found:
        raise Refused("backup.incomplete", "备份中的文件与清单不一致", remedy="换一份备份")
    for name, (size, sha256) in manifest.files.items():
        path = folder / name
        if path.stat().st_size != size or digest(path) != sha256:
            raise Refused("backup.damaged", f"备份中的 {name} 已损坏（校验值不符）", remedy="换一份备份")
