"""Pages of a running server, asked as a signed-in officer with the read log on."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from . import house

ONE_AFTER_ANOTHER = 300
TOGETHER = 600
CLIENTS = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[int]:
    """``songhe serve`` on the bench database; ends with the block."""
    port = free_port()
    env = {**os.environ, "DATABASE_URL": house.URL, "DJANGO_SETTINGS_MODULE": "songhe.web.settings.dev"}
    child = subprocess.Popen([sys.executable, "-m", "songhe.cli", "serve", "--port", str(port)], cwd=house.ROOT, env=env)
    try:
        # The first start compresses the static files.
        until = time.monotonic() + 180
        while child.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError("the server did not start")
        yield port
    finally:
        child.terminate()
        child.wait(timeout=30)


def session(username: str) -> str:
    """The cookie of a new session of this account, in its first post."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from songhe.kernel.access.models import Account, Post

    account = Account.objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store["post"] = str(Post.objects.filter(account=account).first().pk)  # type: ignore[union-attr]
    store.create()
    return f"sessionid={store.session_key}"


def ask(connection: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Milliseconds of one page; anything but 200 is an error of the measurement."""
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return (time.perf_counter() - began) * 1000


def measure(paths: list[str], username: str) -> tuple[float, str]:
    """p95 of pages asked one after another, and in words the pages a second of eight clients."""
    cookie = session(username)
    with server() as port:
        one = http.client.HTTPConnection("127.0.0.1", port)
        for path in paths[:20]:
            ask(one, path, cookie)  # both workers warm
        around = cycle(paths)
        times = [ask(one, next(around), cookie) for _ in range(ONE_AFTER_ANOTHER)]
        failures: list[BaseException] = []

        def client(part: int) -> None:
            own = http.client.HTTPConnection("127.0.0.1", port)
            mine = cycle(paths[part::CLIENTS] or paths)
            try:
                for _ in range(TOGETHER // CLIENTS):
                    ask(own, next(mine), cookie)
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                failures.append(error)

        began = time.perf_counter()
        clients = [threading.Thread(target=client, args=[n]) for n in range(CLIENTS)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        rate = TOGETHER / (time.perf_counter() - began)
    if failures:
        raise failures[0]
    median = statistics.median(times)
    p95 = statistics.quantiles(times, n=20)[18]
    return p95, f"{house.store_name()}, {len(paths)} different pages, median {median:.0f} ms, {rate:.0f} pages/s with {CLIENTS} clients"
