"""``songhe serve``: gunicorn with threads in service, Django's reloading server with --dev."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认仅本机")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="进程数，默认 2")
    parser.add_argument("--threads", type=int, default=4, help="每进程线程数，默认 4：页面多半在算，线程再多只是互相等")
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

    from songhe.cli.server import House

    collect_static()
    # A connection must not be shared with the workers that are forked next.
    connections.close_all()
    House(
        {
            "bind": f"{options.host}:{options.port}",
            "worker_class": "gthread",
            "workers": options.workers,
            "threads": options.threads,
            "timeout": 60,
            "graceful_timeout": 20,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            # Loaded once, before the fork: quicker to start, and the workers share the memory.
            "preload_app": True,
            # Heartbeats belong in memory: on a slow disk they would look like a dead worker.
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,
            "loglevel": "warning",
            "accesslog": "-" if options.access_log else None,
            "control_socket_disable": True,
        }
    ).run()
    return 0
