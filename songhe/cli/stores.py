"""Copying a whole database out and in: SQLite by its online backup, PostgreSQL by its own tools.

Both directions are all or nothing: a restore that fails leaves the database as it was.
`database` is an entry of Django's DATABASES.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from songhe.kernel.errors import Refused

CLEAN_SCHEMA = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


class Store(Protocol):
    """One kind of database."""

    engine: str

    def dump(self, target: Path) -> None: ...
    def load(self, source: Path) -> None: ...
    def tables(self) -> int: ...


class Sqlite:
    engine = "sqlite"

    def __init__(self, database: dict[str, Any]) -> None:
        self.path = Path(database["NAME"])

    def dump(self, target: Path) -> None:
        """Copy while others read and write; the copy is checked before it counts."""
        address = f"{self.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
            # All pages in one go: in steps, a busy writer would make it start over for ever.
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        self._check(target)

    def load(self, source: Path) -> None:
        """Write the copy over the database in one transaction, seen by processes that have it open."""
        self._check(source)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(self.path, timeout=60)) as live:
            copy.backup(live)
            live.execute("PRAGMA journal_mode=WAL")

    def tables(self) -> int:
        if not self.path.exists():
            return 0
        with closing(sqlite3.connect(self.path)) as live:
            return int(live.execute("SELECT count(*) FROM sqlite_master WHERE type='table'").fetchone()[0])

    @staticmethod
    def _check(path: Path) -> None:
        with closing(sqlite3.connect(path)) as copy:
            try:
                said = copy.execute("PRAGMA quick_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                said = str(error)
        if said != "ok":
            raise Refused("backup.damaged", f"数据库文件未通过完整性检查：{said}", remedy="换一份备份")


class Postgres:
    engine = "postgresql"

    def __init__(self, database: dict[str, Any]) -> None:
        names = {"NAME": "PGDATABASE", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "HOST": "PGHOST", "PORT": "PGPORT"}
        # By environment: a password on the command line is seen by everybody on the machine.
        self.environment = {**os.environ, **{v: str(database[k]) for k, v in names.items() if database.get(k)}}

    def _tool(self, name: str) -> str:
        found = shutil.which(name)
        if not found:
            raise Refused("backup.tool", f"找不到 {name}", remedy="安装 PostgreSQL 客户端工具（postgresql-client）后再试")
        return found

    def _run(self, *command: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(command, env=self.environment, stderr=subprocess.PIPE, check=False, **options)
        if done.returncode:
            raise Refused("backup.failed", f"{Path(command[0]).name} 失败：{done.stderr.decode(errors='replace').strip()[-500:]}",
                          remedy="数据库没有改变；按提示处理后重试")
        return done

    def dump(self, target: Path) -> None:
        """One consistent snapshot in the custom format; the archive around it compresses."""
        self._run(self._tool("pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-acl", f"--file={target}")

    def load(self, source: Path) -> None:
        """Empty the schema and fill it again within one transaction."""
        script = source.with_suffix(".sql")
        self._run(self._tool("pg_restore"), "--no-owner", "--no-acl", f"--file={script}", str(source))
        self._run(self._tool("psql"), "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1",
                  f"--command={CLEAN_SCHEMA}", f"--file={script}", stdout=subprocess.DEVNULL)

    def tables(self) -> int:
        done = self._run(self._tool("psql"), "--no-psqlrc", "--tuples-only", "--no-align",
                         "--command=SELECT count(*) FROM pg_tables WHERE schemaname='public'", stdout=subprocess.PIPE)
        return int(done.stdout)


def store(database: dict[str, Any]) -> Store:
    """The store behind a DATABASES entry."""
    return Sqlite(database) if database["ENGINE"].endswith("sqlite3") else Postgres(database)
