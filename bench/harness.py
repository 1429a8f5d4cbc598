"""Declaring a figure, running it, printing it beside its peer, keeping it in results.json.

A figure measures and never judges: what is printed is what was seen, with the machine and the
commit it was seen on. Peers are published values of comparable systems, or the target that was set.
"""

import json
import os
import platform
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"


@dataclass(frozen=True)
class Figure:
    """What is measured. `peer` says whose value `peer_value` is; `measure` returns (value, size in words)."""

    id: str
    unit: str
    peer: str
    peer_value: float | None
    measure: Callable[[], tuple[float, str]]


@dataclass(frozen=True)
class Result:
    """One row of results.json."""

    id: str
    value: float
    unit: str
    peer: str
    peer_value: float | None
    size: str
    machine: str
    commit: str
    peak_mib: int


_figures: dict[str, Figure] = {}


def figure(id: str, unit: str, *, peer: str = "", peer_value: float | None = None) -> Callable[..., Callable[[], tuple[float, str]]]:
    """Declare a figure; the function below does the work."""

    def register(measure: Callable[[], tuple[float, str]]) -> Callable[[], tuple[float, str]]:
        _figures[id] = Figure(id, unit, peer, peer_value, measure)
        return measure

    return register


def figures() -> dict[str, Figure]:
    """Every declared figure by id, in the order of declaration."""
    return dict(_figures)


def machine() -> str:
    """Processor, cores, memory, system: what a reader needs to compare."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    """Short hash, with + when the tree has changes; empty outside a repository."""
    git = ["git", "-C", str(ROOT)]
    done = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    dirty = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=False).stdout
    return done.stdout.strip() + ("+" if dirty.strip() else "")


def forget_peak() -> None:
    """Begin a new peak of memory, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mib() -> int:
    """Most memory this process has held since forget_peak(), in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(one: Figure) -> Result:
    """Measure one figure."""
    forget_peak()
    value, size = one.measure()
    peak = peak_mib()
    return Result(one.id, round(value, 3), one.unit, one.peer, one.peer_value, size, machine(), commit(), peak)


def line(result: Result) -> str:
    """The printed row."""
    beside = "no peer" if result.peer_value is None else f"{result.peer}: {result.peer_value:,.1f}"
    return f"{result.id:<18} {result.value:>10,.1f} {result.unit:<8} {beside}  [{result.size}; peak {result.peak_mib:,} MiB]"


def keep(result: Result) -> None:
    """Put a row into results.json as soon as it is known; other ids keep what they had."""
    rows = {row["id"]: row for row in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    rows[result.id] = asdict(result)
    RESULTS.write_text(json.dumps([rows[key] for key in sorted(rows)], ensure_ascii=False, indent=1) + "\n")


def main(only: str = "") -> int:
    """Measure all figures, or those whose id is or begins with `only`."""
    wanted = [one for one in figures().values() if not only or one.id == only or one.id.startswith(f"{only}.")]
    if not wanted:
        print(f"no figure {only}; there are: {', '.join(figures())}", file=sys.stderr)
        return 2
    print(f"{machine()}\ncommit {commit()}\n")
    for one in wanted:
        result = run(one)
        print(line(result), flush=True)
        keep(result)
    return 0
