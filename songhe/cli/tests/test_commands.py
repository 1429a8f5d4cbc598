"""The command line as an administrator meets it."""

import importlib
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date

import pytest

from songhe import cli
from songhe.cli import check, settle
from songhe.cli.progress import Progress
from songhe.kernel import invariants
from songhe.kernel.errors import Refused
from songhe.kernel.invariants import Violation, invariant


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_in_the_table_has_its_module(name):
    module = importlib.import_module(f"songhe.cli.{name.replace('-', '_')}")
    module.add_arguments(ArgumentParser())
    assert callable(module.run)


def test_without_a_command_it_says_what_there_is(capsys):
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in cli.COMMANDS)


def test_an_unknown_command_is_refused(capsys):
    assert cli.main(["chekc"]) == 2
    assert "chekc" in capsys.readouterr().err


def test_a_refusal_is_one_line_and_no_traceback(capsys, tmp_path):
    assert cli.main(["restore", str(tmp_path / "none.tar.gz")]) == 2
    assert "没有这个文件" in capsys.readouterr().err


def test_a_month_is_written_in_one_way():
    assert settle.month("2026-10") == date(2026, 10, 1)
    for wrong in ("2026-13", "10-2026", "2026/10", ""):
        with pytest.raises(ArgumentTypeError, match="2026-10"):
            settle.month(wrong)


class TestCheck:
    @pytest.fixture(autouse=True)
    def empty_registry(self, monkeypatch):
        monkeypatch.setattr(invariants, "_invariants", {})
        monkeypatch.setattr("songhe.kernel.checks.autodiscover_modules", lambda name: None)

    def test_nothing_wrong_is_said_in_one_last_line(self, capsys):
        invariant("a.holds", "总是成立")(list)
        assert check.run(Namespace(only=[], list=False)) == 0
        assert capsys.readouterr().out.splitlines() == ["共 0 处不符"]

    def test_each_violation_is_printed_and_the_exit_code_says_so(self, capsys):
        invariant("b.sum", "合计相等")(lambda: [Violation("账户 7", "差 3 分", "冲正后重记")])
        assert check.run(Namespace(only=[], list=False)) == 1
        assert capsys.readouterr().out.splitlines() == ["[b.sum] 账户 7：差 3 分（冲正后重记）", "共 1 处不符"]

    def test_one_alone_can_be_asked_for(self, capsys):
        invariant("b.sum", "合计相等")(lambda: [Violation("账户 7", "差 3 分")])
        invariant("a.holds", "总是成立")(list)
        assert check.run(Namespace(only=["a.holds"], list=False)) == 0

    def test_asking_for_one_that_does_not_exist_is_refused(self):
        with pytest.raises(Refused, match=r"c\.none"):
            check.run(Namespace(only=["c.none"], list=False))

    def test_a_rule_that_breaks_off_is_never_a_zero(self):
        def broken():
            raise RuntimeError("no such table")

        invariant("d.broken", "x")(broken)
        with pytest.raises(RuntimeError):
            check.run(Namespace(only=[], list=False))

    def test_two_rules_cannot_share_a_key(self):
        invariant("a.holds", "x")(list)
        with pytest.raises(ValueError, match=r"a\.holds"):
            invariant("a.holds", "y")(tuple)


def test_progress_in_a_file_is_plain_lines_and_few(capsys):
    progress = Progress()
    for done in range(1, 1001):
        progress(done, 1000, "装入")
    progress.close()
    lines = capsys.readouterr().out.splitlines()
    assert 1 <= len(lines) <= 3
    assert "1,000/1,000 (100%)" in lines[-1]
    assert "\r" not in "".join(lines)


def test_the_access_table_has_a_row_for_every_address_and_opens_no_file_to_the_administrator(capsys):
    from songhe.kernel.access.roles import Role
    from songhe.kernel.screens.rights import all_patterns

    assert cli.main(["access-table"]) == 0
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert len(rows) == len({(path, getattr(p.callback, "screen", None)) for path, p in all_patterns()})
    column = [cell.strip() for cell in head.split("|")].index(Role.ADMIN.label)
    files = [[cell.strip() for cell in row.split("|")] for row in rows if row.startswith("| `/people/")]
    assert files
    assert [row[1] for row in files if row[column] == "●"] == []
