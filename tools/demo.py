"""Open the house with people in it: build the demo database once, then server and worker.

Every scale and seed has its own database under var/, marked finished by a stamp beside it, so
that a later start builds nothing and an interrupted build starts afresh. Server and worker are
children of this process and end with it.
"""

import argparse
import ctypes
import hashlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
STEPS = 6


def step(number: int, text: str) -> float:
    print(f"[{number}/{STEPS}] {text}", flush=True)
    return time.monotonic()


def songhe(*words: str) -> None:
    """One command of the house, in this process: Django starts only once."""
    from songhe.cli import main

    if code := main(words):
        sys.exit(code)


def assets() -> None:
    done = subprocess.run([sys.executable, "tools/vendor_assets.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:] + "\n前端资源未能就绪 front-end assets failed")


def media_of(database: Path) -> Path:
    """The files of a demo database lie beside it."""
    return database.with_suffix(".media").resolve()


def shape() -> str:
    """Hash of all migrations: a database that had them needs none."""
    digest = hashlib.sha256((ROOT / "requirements" / "runtime.txt").read_bytes())
    for path in sorted(ROOT.glob("songhe/**/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(database: Path, scale: int, seed: int) -> None:
    """Everything that is in the database; what the stamp vouches for is not done again."""
    stamp = database.with_suffix(".json")
    built = json.loads(stamp.read_text()) if stamp.exists() and database.exists() else {}
    if built.get("shape") == shape():
        return
    if not built:
        for leftover in database.parent.glob(f"{database.name}*"):
            leftover.unlink()
        shutil.rmtree(media_of(database), ignore_errors=True)
    step(4, "数据库结构 migrations")
    songhe("migrate", "--quiet")
    if built:
        stamp.write_text(json.dumps(built | {"shape": shape()}))
        return
    who = f"合成人口 1/{scale} a sample" if scale > 1 else "合成人口（全部 354,900 人） everybody"
    began = step(5, f"普陀区、{who}，从上月一日推演到昨天 lived until yesterday")
    songhe("simulate", "--scale", str(scale), "--seed", str(seed))
    seconds = round(time.monotonic() - began)
    stamp.write_text(json.dumps({"scale": scale, "seed": seed, "seconds": seconds, "shape": shape()}))


def die_with_parent() -> None:
    """Linux: the kernel ends the child when this process is killed without a chance to tidy up."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        return


def start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "songhe.cli", *words], cwd=ROOT, start_new_session=True,
                            preexec_fn=die_with_parent)  # noqa: PLW1509 - no thread has been started yet


def answering(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    """Wait until the health page answers, whatever it says."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask the leaders, who see to their own; what is left after a while is ended with its whole group."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
    for child in children:
        try:
            child.wait(timeout=25)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def serve(port: int) -> int:
    """Server and worker until the first signal, or until one of them ends."""
    step(6, "启动网站与后台任务 server and worker")
    if not port_is_free(port):
        sys.exit(f"端口 {port} 已被占用，请换一个：make demo PORT={port + 1} (port {port} is taken)")
    address = f"http://127.0.0.1:{port}"
    children: list[subprocess.Popen[bytes]] = []

    def ended(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGHUP, ended)
    try:
        children += [start("serve", "--port", str(port)), start("worker")]
        # While they start: this process needs Django too, to say whom to sign in as.
        songhe("demo-status", "--warm")
        if not answering(address, children[0]):
            print("网站没有启动成功，原因见上 the server did not start", file=sys.stderr)
            return 1
        songhe("demo-status", "--address", address)
        print("命令行使用本库 for the command line: . var/demo.env && .venv/bin/songhe check")
        print("按 Ctrl-C 停止 press Ctrl-C to stop", flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        print("网站或后台任务意外退出 server or worker ended unexpectedly", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        stop(children)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--scale", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", type=Path, help="SQLite file; default var/demo-SCALE-SEED.sqlite3")
    parser.add_argument("--only-build", action="store_true", help="build, do not start the server")
    options = parser.parse_args()
    database = options.database or VAR / f"demo-{options.scale}-{options.seed}.sqlite3"
    VAR.mkdir(exist_ok=True)
    os.environ["DATABASE_URL"] = f"sqlite:///{database.resolve()}"
    os.environ["SONGHE_MEDIA"] = str(media_of(database))
    os.environ["DJANGO_SETTINGS_MODULE"] = "songhe.web.settings.dev"
    sys.path.insert(0, str(ROOT))
    names = ("DATABASE_URL", "SONGHE_MEDIA", "DJANGO_SETTINGS_MODULE")
    (VAR / "demo.env").write_text("".join(f"export {name}={shlex.quote(os.environ[name])}\n" for name in names))
    step(3, "前端资源 front-end assets")
    assets()
    build(database, options.scale, options.seed)
    return 0 if options.only_build else serve(options.port)


if __name__ == "__main__":
    sys.exit(main())
