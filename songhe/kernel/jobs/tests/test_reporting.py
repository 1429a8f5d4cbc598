"""The line on a terminal."""

import io

import pytest

from songhe.kernel.jobs.reporting import ConsoleRun, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    passed = [0.0]
    monkeypatch.setattr("songhe.kernel.jobs.reporting.time.monotonic", lambda: passed[0])
    return passed


def test_a_terminal_is_told_percent_and_time_left(seconds: list[float]) -> None:
    out = Terminal()
    run = ConsoleRun("装入普陀区", out)
    seconds[0] = 30.0
    run.progress(25, 100, "正在写入长者")
    assert out.getvalue() == "\r装入普陀区  25% · 25/100 · 约剩 1 分 30 秒 · 正在写入长者"


def test_a_shorter_line_leaves_nothing_of_the_longer_one_behind(seconds: list[float]) -> None:
    out = Terminal()
    run = ConsoleRun("装入", out)
    run.progress(1, 4, "很长很长的一句说明")
    seconds[0] = 1.0
    run.progress(4, 4)
    last = out.getvalue().rsplit("\r", 1)[1]
    assert last.rstrip() == "装入 100% · 4/4"
    assert len(last) > len(last.rstrip())


def test_a_terminal_is_not_flooded(seconds: list[float]) -> None:
    out = Terminal()
    run = ConsoleRun("装入", out)
    for done in range(1000):
        run.progress(done, 1_000_000)
    assert out.getvalue().count("\r") == 1


def test_a_pipe_gets_a_line_every_tenth(seconds: list[float]) -> None:
    out = io.StringIO()
    run = ConsoleRun("装入", out)
    for done in range(101):
        run.progress(done, 100)
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1].startswith("装入 100%")
    assert "\r" not in out.getvalue()


def test_closing_says_how_long_it_took(seconds: list[float]) -> None:
    out = io.StringIO()
    run = ConsoleRun("装入", out)
    seconds[0] = 7500.0
    run.close()
    assert out.getvalue() == "装入 · 完成 · 2 小时 5 分\n"


def test_an_unknown_total_is_no_division_by_zero(seconds: list[float]) -> None:
    out = io.StringIO()
    ConsoleRun("装入", out).progress(0, 0)
    assert "0%" in out.getvalue()


@pytest.mark.parametrize(
    ("length", "said"), [(0.4, "0 秒"), (59.4, "59 秒"), (59.6, "1 分 0 秒"), (3600, "1 小时 0 分")]
)
def test_a_length_of_time_is_said_plainly(length: float, said: str) -> None:
    assert duration(length) == said
