"""Work in parts: every part once, by several processes where the database takes several writers."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from songhe.kernel import parts
from songhe.kernel.errors import Refused


@pytest.fixture(params=["one writer", "several writers"])
def several(request, monkeypatch):
    """Whether parts go to processes of their own; no database is asked for in these tests."""
    split = request.param == "several writers"
    vendor = "postgresql" if split else "sqlite"
    monkeypatch.setattr(parts, "connection", SimpleNamespace(vendor=vendor, in_atomic_block=False))
    monkeypatch.setattr(parts, "connections", SimpleNamespace(close_all=lambda: None))
    monkeypatch.setattr(parts.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(parts.threading, "active_count", lambda: 1)
    return split


def test_every_part_is_done_once_and_progress_ends_at_the_total(several, tmp_path):
    def work(start, stop):
        with (tmp_path / f"{start}-{stop}").open("x") as made:
            made.write(str(os.getpid()))

    told = []
    parts.each(work, 25, 10, told.append)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0-10", "10-20", "20-25"]
    assert told == sorted(told)
    assert told[-1] == 25
    assert (str(os.getpid()) in {p.read_text() for p in tmp_path.iterdir()}) != several


def test_an_error_in_one_part_reaches_the_caller(several):
    def work(start, stop):
        if start == 10:
            raise ValueError("第二部分写不进去")

    with pytest.raises(ValueError, match="第二部分"):
        parts.each(work, 30, 10, lambda done: None)


def test_a_refusal_in_one_part_reaches_the_caller_with_its_remedy(several):
    def work(n):
        raise Refused("statement.changed", "结算单已有变动", remedy="请重新生成")

    with pytest.raises(Refused, match="结算单已有变动") as refused:
        parts.spread(work, 2)
    assert (refused.value.code, refused.value.remedy) == ("statement.changed", "请重新生成")


def test_who_works_for_somebody_that_was_killed_stops(tmp_path):
    """The run that comes next must not find the last one's processes still writing."""
    script = tmp_path / "run.py"
    script.write_text(
        "import os, sys, time\n"
        "from types import SimpleNamespace\n"
        "from django.conf import settings\n"
        "settings.configure(CORES=2, DATABASES={}, USE_TZ=True)\n"
        "from songhe.kernel import parts\n"
        "parts.connection = SimpleNamespace(vendor='postgresql', in_atomic_block=False)\n"
        "parts.connections = SimpleNamespace(close_all=lambda: None)\n"
        "def work(n):\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
        "parts.spread(work, 4)\n"
    )
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        workers = [int(run.stdout.readline()) for _ in range(2)]
        run.kill()
    until = time.monotonic() + 20
    while (left := [pid for pid in workers if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def test_nothing_to_do_is_done(several):
    told = []
    parts.each(lambda start, stop: pytest.fail("there is nothing"), 0, 10, told.append)
    assert told == []


def test_inside_a_transaction_nobody_else_is_asked(monkeypatch):
    monkeypatch.setattr(parts, "connection", SimpleNamespace(vendor="postgresql", in_atomic_block=True))
    seen = []
    parts.each(lambda start, stop: seen.append(os.getpid()), 20, 10, lambda done: None)
    assert set(seen) == {os.getpid()}


def test_a_process_with_threads_is_not_forked(several, monkeypatch):
    monkeypatch.setattr(parts.threading, "active_count", lambda: 2)
    assert set(parts.spread(lambda n: os.getpid(), 3)) == {os.getpid()}


def test_an_office_may_say_how_many_cores_long_work_takes(several, settings):
    settings.CORES = 1
    assert set(parts.spread(lambda n: os.getpid(), 3)) == {os.getpid()}


def test_each_part_is_told_once_when_it_is_through(several):
    told = []
    parts.spread(lambda n: None, 3, told.append)
    assert sorted(told) == [0, 1, 2]


def test_answers_come_back_in_the_order_of_the_parts(several):
    assert parts.spread(lambda n: (n, "份"), 3) == [(0, "份"), (1, "份"), (2, "份")]
