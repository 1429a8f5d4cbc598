"""``songhe serve``: gunicorn with threads in service, Django's reloading server with --dev."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认仅本机")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="进程数，默认 2")
    parser.add_argument("--threads", type=int, default=8, help="每进程线程数，默认 8")
    parser.add_argument("--access-log", action="store_true", help="每个请求写一行日志")
    parser.add_argument("--dev", action="store_true", help="开发模式：调试页、改码自动重启")


def before_setup(options: Namespace) -> None:
    """Debug is a setting, and settings are read once."""
    if options.dev:
        os.environ["SONGHE_DEBUG"] = "1"


def collect_static() -> None:
    """Bring the hashed static files up to date; does nothing when none is newer than the manifest."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    built = manifest.stat().st_mtime if manifest.exists() else 0.0
    for finder in get_finders():
        for name, storage in finder.list([]):
            if Path(storage.path(name)).stat().st_mtime > built:
                call_command("collectstatic", interactive=False, verbosity=0)
                return


def run(options: Namespace) -> int:
    if options.dev:
        from django.core.management import call_command

        call_command("runserver", f"{options.host}:{options.port}")
        return 0
    from django.db import connections

    collect_static()
    connections.close_all()
    command = [
        sys.executable, "-m", "gunicorn", "songhe.web.wsgi:application",
        "--bind", f"{options.host}:{options.port}",
        "--worker-class", "gthread", "--workers", str(options.workers), "--threads", str(options.threads),
        "--timeout", "60", "--graceful-timeout", "20", "--max-requests", "20000", "--max-requests-jitter", "2000",
        # Heartbeats belong in memory: on a slow disk they would look like a dead worker.
        "--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp",
        "--log-level", "warning", "--no-control-socket",
    ]
    if options.access_log:
        command += ["--access-logfile", "-"]
    # gunicorn takes this process over: signals reach it, and no shell stands between.
    os.execv(sys.executable, command)
