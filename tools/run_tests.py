"""The one test command: linters, house rules, the suite on every database, the browser.

Goes on after a failure so that one run shows everything. What this machine cannot run is said
loudly and counted as skipped; with CI=true that alone fails the run. The last line is
`N passed, N failed, N skipped`, summed over the checks and all runs of the suite.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import postgres

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
BIN = Path(sys.executable).parent
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@dataclass
class Tally:
    """Outcome of everything so far. A test skipped on one database and run on the other has run."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    missing: list[tuple[str, int]] = field(default_factory=list)
    ran: set[str] = field(default_factory=set)

    def read(self, report: Path, label: str) -> None:
        """Add one JUnit report. A report that is not there means that the run itself died."""
        if not report.exists():
            self.failed.append(f"{label}: pytest did not finish")
            return
        for case in ET.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname')}::{case.get('name')}"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(f"{label}: {name}")
            elif skip is not None:
                self.skipped[name] = skip.get("message") or ""
            else:
                self.passed += 1
                self.ran.add(name)

    def never_ran(self) -> dict[str, str]:
        return {name: why for name, why in self.skipped.items() if name not in self.ran}

    def skips(self) -> int:
        return len(self.never_ran()) + sum(count for _, count in self.missing)


def environment(**more: str) -> dict[str, str]:
    """A clean one: the tests must not hear of the developer's own settings."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("SONGHE_", "DATABASE_URL", "DJANGO_"))}
    # Under CI pytest prints every difference in full, which buries the list of what failed.
    keep.pop("CI", None)
    return {**keep, "PYTHONUTF8": "1", "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}


def title(text: str) -> float:
    print(f"\n=== {text}", flush=True)
    return time.monotonic()


def check(tally: Tally, name: str, *command: str) -> None:
    """One linter or builder; its output is shown as it is."""
    began = title(name)
    code = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    if code:
        tally.failed.append(name)
    else:
        tally.passed += 1
    print(f"--- {name}: {'ok' if not code else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)


def suite(tally: Tally, label: str, marks: str, workers: str, **env: str) -> None:
    """One run of pytest."""
    began = title(f"pytest · {label}")
    report = VAR / "reports" / f"{re.sub(r'[^a-z]+', '-', label.lower())}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    # The long tests stand at the end: handed out two by two, no worker is left with all of them.
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, "-n", workers, "--maxschedchunk=2", "--create-db",
               f"--junitxml={report}", "-o", "junit_family=xunit1", "--tb=short"]
    code = subprocess.run(command, cwd=ROOT, env=environment(**env), check=False).returncode
    before = len(tally.failed)
    # 5: no test carries these marks, which is no failure.
    if code != 5:
        tally.read(report, label)
    if code not in (0, 5) and len(tally.failed) == before:
        tally.failed.append(f"{label}: pytest ended with {code}")
    print(f"--- {label}: {time.monotonic() - began:.0f} s", flush=True)


def cannot(tally: Tally, what: str, why: str, marks: str) -> None:
    """Say loudly what does not run here, and count the tests behind it."""
    listing = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", marks], cwd=ROOT,
                             env=environment(), capture_output=True, text=True, check=False).stdout
    count = max(1, sum("::" in line for line in listing.splitlines()))
    tally.missing.append((f"{what}: {why}", count))
    print(f"\n!!! {what} 不能运行 NOT RUN: {why} ({count} tests)", flush=True)


def browser() -> str | None:
    named = os.environ.get("CHROMIUM", "")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def lint(tally: Tally) -> None:
    check(tally, "ruff", sys.executable, "-m", "ruff", "check", ".")
    check(tally, "house rules", sys.executable, "tools/house_rules.py")
    check(tally, "layers", str(BIN / "lint-imports"))
    check(tally, "mypy", sys.executable, "-m", "mypy")


def run_all(tally: Tally) -> None:
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    check(tally, "assets", sys.executable, "tools/vendor_assets.py")
    check(tally, "messages", sys.executable, "tools/messages.py")
    lint(tally)
    check(tally, "migrations up to date", sys.executable, "manage.py", "makemigrations", "--check", "--dry-run",
          "--settings=songhe.web.settings.test")
    workers = os.environ.get("PYTEST_WORKERS", str(min(os.cpu_count() or 1, 8)))
    suite(tally, "SQLite", "not browser and not postgres", workers)
    with postgres.serving() as (url, how):
        if url is None:
            cannot(tally, "PostgreSQL", how, "not browser and not sqlite")
        else:
            # A name of this folder's own: two checkouts may test at once on one server.
            name = "songhe_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
            print(f"\nPostgreSQL: {how}", flush=True)
            suite(tally, "PostgreSQL", "not browser and not sqlite", workers, SONGHE_TEST_POSTGRES=url,
                  DATABASE_URL_TEST=urlsplit(url)._replace(path=f"/{name}").geturl())
    found = browser()
    if found is None:
        cannot(tally, "Browser", "no chromium found (CHROMIUM=/path names one)", "browser")
    else:
        suite(tally, "Browser", "browser", "0", CHROMIUM=found, DJANGO_ALLOW_ASYNC_UNSAFE="true")


def finish(tally: Tally) -> int:
    """Print what failed and what did not run, then the one line that counts."""
    for name, why in sorted(tally.never_ran().items()):
        print(f"skipped: {name}: {why}")
    for what, count in tally.missing:
        print(f"NOT RUN: {what} ({count} tests)")
    for name in tally.failed:
        print(f"FAILED: {name}")
    skipped = tally.skips()
    if CI and skipped:
        print(f"CI=true: {skipped} skipped, and nothing may be skipped here")
    print(f"{tally.passed} passed, {len(tally.failed)} failed, {skipped} skipped", flush=True)
    return 1 if tally.failed or (CI and skipped) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lint", action="store_true", help="only linters and house rules")
    options = parser.parse_args()
    tally = Tally()
    (lint if options.lint else run_all)(tally)
    return finish(tally)


if __name__ == "__main__":
    sys.exit(main())
