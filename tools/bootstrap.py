"""Make the virtual environment and install the locked packages into it.

Standard library only: this is the one file that runs before anything is installed.
A stamp holds the hash of every lock file it installed, so a later start costs a few milliseconds.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"runtime": ["build", "runtime"], "test": ["build", "test"]}


def fingerprint(kind: str) -> str:
    """Hash of what the environment is made from: the locks and the project's own metadata."""
    digest = hashlib.sha256(sys.version.encode())
    for name in LOCKS[kind]:
        digest.update((ROOT / "requirements" / f"{name}.txt").read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()


def run(*command: str | Path) -> None:
    """Run one step quietly; on failure show what it said and stop."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        sys.exit(f"\n失败 failed: {' '.join(str(c) for c in command[-4:])}")


def make_venv(venv: Path) -> None:
    python = venv / "bin" / "python"
    works = python.exists() and not subprocess.run(
        [python, "-c", "import pip"], capture_output=True, check=False
    ).returncode
    if works:
        return
    print(f"[1/6] 建立 Python 环境 virtual environment ({sys.version.split()[0]})", flush=True)
    if venv.exists():
        shutil.rmtree(venv)
    done = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        sys.stderr.write(done.stdout + done.stderr)
        sys.exit("\n本机 Python 缺少 venv，Debian 上请先 apt-get install python3-venv (this Python lacks venv)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=LOCKS)
    parser.add_argument("--venv", default=".venv")
    options = parser.parse_args()
    venv = ROOT / options.venv
    stamp = venv / f"songhe-{options.kind}.stamp"
    want = fingerprint(options.kind)
    if stamp.exists() and stamp.read_text() == want:
        return
    make_venv(venv)
    print(f"[2/6] 安装锁定的依赖 locked dependencies ({options.kind})", flush=True)
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for name in LOCKS[options.kind]:
        run(*pip, "--require-hashes", "-r", f"requirements/{name}.txt")
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")
    # The test set contains the runtime set.
    kinds = ["runtime", "test"] if options.kind == "test" else ["runtime"]
    for kind in kinds:
        (venv / f"songhe-{kind}.stamp").write_text(fingerprint(kind))


if __name__ == "__main__":
    os.environ.pop("PYTHONHOME", None)
    main()
