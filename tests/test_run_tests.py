"""The test command counts honestly: nothing that did not run is called passed."""

import pytest
import run_tests
from run_tests import Tally, finish

REPORT = """<testsuites><testsuite>
<testcase classname="a.test_x" name="test_good"/>
<testcase classname="a.test_x" name="test_bad"><failure message="no"/></testcase>
<testcase classname="a.test_x" name="test_broken"><error message="no"/></testcase>
<testcase classname="a.test_x" name="test_locks"><skipped message="needs PostgreSQL"/></testcase>
</testsuite></testsuites>"""
OTHER = """<testsuites><testsuite>
<testcase classname="a.test_x" name="test_locks"/>
</testsuite></testsuites>"""


def write(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


def test_failures_errors_and_skips_are_told_apart(tmp_path):
    tally = Tally()
    tally.read(write(tmp_path, "a.xml", REPORT), "SQLite")
    assert tally.passed == 1
    assert tally.failed == ["SQLite: a.test_x::test_bad", "SQLite: a.test_x::test_broken"]
    assert tally.skips() == 1


def test_a_test_that_ran_on_the_other_database_is_not_skipped(tmp_path):
    tally = Tally()
    tally.read(write(tmp_path, "a.xml", REPORT), "SQLite")
    tally.read(write(tmp_path, "b.xml", OTHER), "PostgreSQL")
    assert tally.skips() == 0


def test_a_run_that_left_no_report_has_failed(tmp_path):
    tally = Tally()
    tally.read(tmp_path / "none.xml", "SQLite")
    assert len(tally.failed) == 1


def test_what_could_not_run_is_counted(capsys, monkeypatch):
    monkeypatch.setattr(run_tests, "CI", False)
    assert finish(Tally(passed=3, missing=[("Browser: no chromium", 7)])) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "3 passed, 0 failed, 7 skipped"
    assert "NOT RUN: Browser: no chromium (7 tests)" in said


def test_under_ci_a_skip_fails_the_run(capsys, monkeypatch):
    monkeypatch.setattr(run_tests, "CI", True)
    assert finish(Tally(passed=3, missing=[("Browser: no chromium", 1)])) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize("ci", [True, False])
def test_a_failure_always_fails_the_run(monkeypatch, ci):
    monkeypatch.setattr(run_tests, "CI", ci)
    assert finish(Tally(passed=3, failed=["x"])) == 1


def test_the_suite_hears_nothing_of_the_developers_settings(monkeypatch):
    monkeypatch.setenv("SONGHE_HOSTS", "example.org")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///mine.sqlite3")
    assert not {"SONGHE_HOSTS", "DATABASE_URL"} & set(run_tests.environment())
