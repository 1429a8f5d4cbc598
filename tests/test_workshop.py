"""The two commands and what they stand on."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import bootstrap
import demo
import postgres
import pytest

ROOT = Path(__file__).resolve().parent.parent


def find_python(*named, path):
    return subprocess.run(["/bin/sh", str(ROOT / "tools/find_python.sh"), *named], capture_output=True, text=True,
                          env={"PATH": path}, check=False)


def script(folder, name, body):
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def test_a_python_that_is_on_the_path_but_does_not_start_is_passed_over(tmp_path):
    script(tmp_path, "python3", "exit 127")
    script(tmp_path, "python3.12", f'exec "{sys.executable}" "$@"')
    done = find_python(path=str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "python3.12"))


def test_a_python_that_is_too_old_is_not_taken(tmp_path):
    script(tmp_path, "python3", "exit 1")
    done = find_python(path=str(tmp_path))
    assert done.returncode == 1
    assert "3.11" in done.stderr


def test_the_python_that_was_named_comes_first(tmp_path):
    script(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    assert find_python(sys.executable, path=str(tmp_path)).stdout.strip() == sys.executable


def test_a_changed_lock_means_a_new_installation(tmp_path, monkeypatch):
    for name in ("requirements/build.txt", "requirements/runtime.txt", "requirements/test.txt", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    before = bootstrap.fingerprint("runtime"), bootstrap.fingerprint("test")
    (tmp_path / "requirements/test.txt").write_text("")
    assert bootstrap.fingerprint("runtime") == before[0]
    assert bootstrap.fingerprint("test") != before[1]


def test_a_port_in_use_is_seen_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert demo.port_is_free(taken.getsockname()[1]) is False
    assert demo.port_is_free(postgres.free_port()) is True


def test_children_are_gone_when_the_demo_ends():
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    demo.stop([child])
    assert child.returncode is not None


def test_a_server_that_does_not_answer_is_told_why():
    assert postgres.answers(f"postgres://nobody@127.0.0.1:{postgres.free_port()}/none")


def test_every_target_of_the_makefile_that_is_promised_is_there():
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))
    assert {"demo", "test", "lint", "assets", "messages", "bench", "clean"} <= targets
    for tool in re.findall(r"tools/\w+\.\w+", text):
        assert (ROOT / tool).exists(), tool


@pytest.mark.parametrize("name", [".ci/run", "tools/find_python.sh"])
def test_the_scripts_parse(name):
    shell = "bash" if name == ".ci/run" else "sh"
    assert subprocess.run([shell, "-n", str(ROOT / name)], check=False).returncode == 0


def test_the_gate_can_be_run():
    assert os.access(ROOT / ".ci/run", os.X_OK)
