"""A backup comes back byte for byte, on both databases, and never over somebody's data by surprise."""

import gzip
import os
import shutil
import sqlite3
import tarfile
import uuid
from argparse import Namespace
from contextlib import closing

import pytest
from django.db import connection

from songhe.cli import backup, restore
from songhe.cli.archive import Manifest, pack, unpacked
from songhe.cli.stores import Postgres, Sqlite
from songhe.kernel.errors import Refused


def sqlite(path, *statements):
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
        return database.execute("SELECT name FROM elder ORDER BY name").fetchall()


ELDERS = ("CREATE TABLE elder (name TEXT)", "INSERT INTO elder VALUES ('王秀英')", "INSERT INTO elder VALUES ('李阿婆')")


@pytest.fixture
def live(tmp_path):
    path = tmp_path / "live.sqlite3"
    sqlite(path, *ELDERS)
    media = tmp_path / "media"
    (media / "visits").mkdir(parents=True)
    (media / "visits" / "signature.png").write_bytes(b"\x89PNG signature")
    return path, media


@pytest.fixture
def packed(tmp_path, live):
    path, media = live
    copy = tmp_path / "copy"
    Sqlite({"NAME": path}).dump(copy)
    target = tmp_path / "house.tar.gz"
    pack(target, Manifest("0.1.0", "2026-11-21T09:00:00+08:00", "sqlite", [], ["k1"]), copy, media)
    return target


def test_sqlite_comes_back_whole_with_its_files(tmp_path, packed):
    with unpacked(packed) as (folder, manifest):
        Sqlite({"NAME": tmp_path / "new.sqlite3"}).load(folder / "database")
        restore.put_media(folder / "media", tmp_path / "new-media")
    assert sqlite(tmp_path / "new.sqlite3") == [("李阿婆",), ("王秀英",)]
    assert (tmp_path / "new-media" / "visits" / "signature.png").read_bytes() == b"\x89PNG signature"
    assert manifest.key_ids == ["k1"]


def test_the_copy_is_taken_while_a_writer_has_the_database_open(tmp_path, live):
    path, _ = live
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO elder VALUES ('未提交')")
        Sqlite({"NAME": path}).dump(tmp_path / "copy")
        writer.execute("ROLLBACK")
    assert sqlite(tmp_path / "copy") == [("李阿婆",), ("王秀英",)]


def test_a_process_that_has_the_database_open_sees_the_restored_one(tmp_path, live, packed):
    path, _ = live
    with closing(sqlite3.connect(path)) as reader, unpacked(packed) as (folder, _):
        sqlite(path, "DELETE FROM elder")
        Sqlite({"NAME": path}).load(folder / "database")
        assert len(reader.execute("SELECT name FROM elder").fetchall()) == 2


def test_files_that_were_not_in_the_backup_are_gone_after_a_restore(tmp_path, packed):
    media = tmp_path / "other"
    media.mkdir()
    (media / "stranger.txt").write_text("x")
    with unpacked(packed) as (folder, _):
        restore.put_media(folder / "media", media)
    assert not (media / "stranger.txt").exists()
    assert [p.name for p in tmp_path.glob("other*")] == ["other"]


def repack(source, target, change):
    folder = target.with_suffix(".d")
    with tarfile.open(source) as archive:
        for member in archive:
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
    change(folder)
    with tarfile.open(target, "w:gz") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.add(path, path.relative_to(folder).as_posix())
    return target


@pytest.mark.parametrize("change", [
    lambda folder: (folder / "database").write_bytes(b"tampered"),
    lambda folder: (folder / "media" / "visits" / "signature.png").unlink(),
    lambda folder: (folder / "media" / "extra.png").write_bytes(b"x"),
    lambda folder: (folder / "manifest.json").unlink(),
    lambda folder: (folder / "manifest.json").write_text('{"format": 1}'),
])
def test_a_backup_that_was_changed_is_refused(tmp_path, packed, change):
    with pytest.raises(Refused), unpacked(repack(packed, tmp_path / "bad.tar.gz", change)):
        pass


@pytest.mark.parametrize("name, kind", [
    ("../outside.txt", tarfile.REGTYPE), ("/outside.txt", tarfile.REGTYPE), ("media/link", tarfile.SYMTYPE), ("media/pipe", tarfile.FIFOTYPE),
])
def test_a_backup_that_reaches_out_of_its_folder_is_refused(tmp_path, packed, name, kind):
    bad = tmp_path / "inner" / "bad.tar"
    bad.parent.mkdir()
    bad.write_bytes(gzip.decompress(packed.read_bytes()))
    with tarfile.open(bad, "a") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
        archive.addfile(member)
    squeezed = bad.with_suffix(".tar.gz")
    squeezed.write_bytes(gzip.compress(bad.read_bytes(), 1))
    with pytest.raises(Refused, match="不应有"), unpacked(squeezed):
        pass
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_backup_that_broke_off_is_refused(tmp_path, packed):
    half = tmp_path / "half.tar.gz"
    half.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    with pytest.raises(Refused), unpacked(half):
        pass


def test_nothing_outside_the_folder_is_written(tmp_path):
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "x").write_text("x")
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(tmp_path / "x", "../escaped")
    with pytest.raises(Refused), unpacked(evil):
        pass
    assert not (tmp_path.parent / "escaped").exists()


def test_an_existing_backup_is_never_overwritten(packed):
    before = packed.read_bytes()
    with pytest.raises(Refused, match="已存在"):
        backup.run(Namespace(file=packed))
    assert packed.read_bytes() == before


class TestThroughTheCommand:
    """The two commands as an administrator types them, on a database file of the test's own."""

    @pytest.fixture
    def house(self, tmp_path, live, settings, monkeypatch):
        path, media = live
        settings.MEDIA_ROOT = media
        settings.SONGHE_KEYS = {"k1": b"0" * 16}
        monkeypatch.setattr("songhe.cli.stores.store", lambda database: Sqlite({"NAME": path}))
        monkeypatch.setattr("songhe.cli.state.applied_migrations", lambda: ["people.0001_initial"])
        monkeypatch.setattr("songhe.cli.state.unapplied_migrations", list)
        return tmp_path, path

    def test_there_and_back(self, house):
        folder, path = house
        assert backup.run(Namespace(file=folder / "b.tar.gz")) == 0
        path.unlink()
        assert restore.run(Namespace(file=folder / "b.tar.gz", replace=False, verify=False)) == 0
        assert sqlite(path) == [("李阿婆",), ("王秀英",)]

    def test_a_database_with_data_is_left_alone_without_replace(self, house):
        folder, path = house
        backup.run(Namespace(file=folder / "b.tar.gz"))
        sqlite(path, "INSERT INTO elder VALUES ('新来的')")
        with pytest.raises(Refused, match="不是空的"):
            restore.run(Namespace(file=folder / "b.tar.gz", replace=False, verify=False))
        assert len(sqlite(path)) == 3
        restore.run(Namespace(file=folder / "b.tar.gz", replace=True, verify=False))
        assert len(sqlite(path)) == 2

    def test_verify_changes_nothing(self, house):
        folder, path = house
        backup.run(Namespace(file=folder / "b.tar.gz"))
        sqlite(path, "INSERT INTO elder VALUES ('新来的')")
        assert restore.run(Namespace(file=folder / "b.tar.gz", replace=True, verify=True)) == 0
        assert len(sqlite(path)) == 3

    def test_without_the_field_keys_it_refuses(self, house, settings):
        folder, path = house
        backup.run(Namespace(file=folder / "b.tar.gz"))
        settings.SONGHE_KEYS = {"k2": b"1" * 16}
        path.unlink()
        with pytest.raises(Refused, match="k1"):
            restore.run(Namespace(file=folder / "b.tar.gz", replace=False, verify=False))
        assert not path.exists()


@pytest.mark.postgres
class TestPostgres:
    """On databases of the test's own: a restore replaces the whole schema."""

    @pytest.fixture
    def make(self, django_db_setup, django_db_blocker):
        import psycopg

        if shutil.which("pg_dump") is None:
            pytest.skip("pg_dump is not installed")
        config, made = connection.settings_dict, []

        def run(name, *statements):
            with psycopg.connect(dbname=name, user=config["USER"], password=config["PASSWORD"] or None,
                                 host=config["HOST"], port=config["PORT"] or None, autocommit=True) as database:
                for statement in statements:
                    cursor = database.execute(statement)
                return cursor.fetchall() if cursor.description else []

        def make(*statements):
            name = f"songhe_backup_{os.getpid()}_{uuid.uuid4().hex[:6]}"
            run("postgres", f"CREATE DATABASE {name}")
            made.append(name)
            if statements:
                run(name, *statements)
            return Postgres({**config, "NAME": name}), lambda *s: run(name, *s)

        yield make
        for name in made:
            run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def test_it_comes_back_whole(self, make, tmp_path):
        source, _ = make(*ELDERS, "ALTER TABLE elder ADD CHECK (name <> '')")
        target, ask = make()
        assert (source.tables(), target.tables()) == (1, 0)
        source.dump(tmp_path / "database")
        target.load(tmp_path / "database")
        assert ask("SELECT count(*) FROM elder") == [(2,)]
        assert ask("SELECT count(*) FROM pg_constraint WHERE conrelid = 'elder'::regclass AND contype = 'c'") == [(1,)]

    def test_what_stood_there_before_is_replaced(self, make, tmp_path):
        source, _ = make(*ELDERS)
        target, ask = make("CREATE TABLE elder (other INT)", "CREATE TABLE stranger (x INT)")
        source.dump(tmp_path / "database")
        target.load(tmp_path / "database")
        assert target.tables() == 1
        assert ask("SELECT count(*) FROM elder") == [(2,)]

    def test_a_restore_that_fails_leaves_everything_as_it_was(self, make, tmp_path, monkeypatch):
        source, _ = make(*ELDERS)
        target, ask = make("CREATE TABLE elder (name TEXT)", "INSERT INTO elder VALUES ('原有')")
        source.dump(tmp_path / "database")
        monkeypatch.setattr("songhe.cli.stores.CLEAN_SCHEMA", "DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
                            "CREATE TABLE public.elder (clash INT);")
        with pytest.raises(Refused):
            target.load(tmp_path / "database")
        assert ask("SELECT name FROM elder") == [("原有",)]
