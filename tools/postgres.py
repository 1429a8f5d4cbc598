"""Find a PostgreSQL for the test run, or start a throw-away one from its binaries.

`serving()` yields the address of a server that answers, or None with the reason said on the
way. A throw-away cluster lives in a temporary folder, listens on 127.0.0.1 alone, syncs
nothing to disk and is gone when the block ends, whatever happened inside it.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"


def answers(url: str) -> str:
    """Empty when the server behind the address lets us in and is new enough, else why not."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return "" if version >= 150000 else f"PostgreSQL {version // 10000} is too old; 15 or newer is needed"


def binaries() -> Path | None:
    """Folder of initdb and pg_ctl: on PATH, or where Debian keeps them."""
    for name in (shutil.which("initdb"), *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))[::-1]):
        if name and (folder := Path(name).resolve().parent) and (folder / "pg_ctl").exists():
            return folder
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def servant() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then somebody else must."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A new cluster, removed at the end."""
    who = servant()
    base = Path(tempfile.mkdtemp(prefix="songhe-pg-"))
    as_who = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    if who:
        os.chown(base, who.pw_uid, who.pw_gid)
    data, port = base / "data", free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {base} -c fsync=off -c full_page_writes=off -c synchronous_commit=off"

    def run(*command: str | Path) -> None:
        subprocess.run([str(c) for c in command], check=True, cwd=base, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, text=True, **as_who)

    try:
        run(folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        # -l: without a log file the server would hold our pipe open and the call would never return.
        run(folder / "pg_ctl", "-D", data, "-o", options, "-l", base / "log", "-w", "start")
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            pid = int((data / "postmaster.pid").read_text().split()[0])
            stopped = subprocess.run([str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"],
                                     cwd=base, capture_output=True, check=False, **as_who)
            if stopped.returncode:
                os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def serving() -> Iterator[tuple[str | None, str]]:
    """(address, how) of a usable server; (None, why not) when there is none."""
    url = os.environ.get("DATABASE_URL_TEST", "") or DEFAULT
    why = answers(url)
    if not why:
        yield url, "server that answers"
        return
    folder = binaries()
    if folder is None:
        yield None, f"no server ({why}) and no initdb/pg_ctl"
        return
    if os.geteuid() == 0 and servant() is None:
        yield None, "PostgreSQL does not run as root and there is no other user"
        return
    with cluster(folder) as own:
        yield own, f"throw-away cluster from {folder.parent.name}"
