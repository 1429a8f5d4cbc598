"""The face as files: tokens, templates, vendored assets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from songhe.web import checks
from tools import vendor_assets

WEB = Path(__file__).resolve().parent.parent
SONGHE = WEB.parent
ROOT = SONGHE.parent
STATIC = WEB / "static" / "songhe"
TEMPLATES = sorted(SONGHE.glob("**/templates/**/*.html"))
OUR_TEMPLATES = sorted((WEB / "templates").rglob("*.html"))

BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}", re.S)
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")

# Foreground on background, as the stylesheets combine them.
PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "card-2"), ("ink", "hover"), ("ink", "accent-soft"),
    ("ink", "mute-soft"), ("ink-2", "paper"), ("ink-2", "card"), ("ink-2", "card-2"), ("ink-2", "hover"),
    ("accent", "card"), ("accent", "paper"), ("accent-2", "accent-soft"), ("on-accent", "accent"),
    ("on-accent", "accent-2"), ("on-bar", "bar"), ("on-bar-2", "bar"),
    ("ok", "ok-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("info", "info-soft"), ("mute", "mute-soft"),
    ("ok", "card"), ("warn", "card"), ("bad", "card"), ("mute", "card"), ("warn", "paper"), ("bad", "paper"),
    ("ink", "ok-soft"), ("ink", "warn-soft"), ("ink", "bad-soft"), ("ink", "info-soft"),
]  # fmt: skip
EDGES = [("line-2", "card"), ("line-2", "paper"), ("accent", "card")]


def tokens(sheet: str, selector: str) -> dict[str, str]:
    """Colours that a block of a stylesheet sets."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.S)
    return dict(pair for head, body in BLOCK.findall(text) if head.strip() == selector for pair in TOKEN.findall(body))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT = tokens("tokens.css", ":root")
DARK = {**LIGHT, **tokens("tokens.css", '[data-bs-theme="dark"]')}
ELDER = {**LIGHT, **tokens("elder.css", '[data-face="elder"]')}
HIGH = {**ELDER, **tokens("elder.css", '[data-face="elder"][data-contrast="high"]')}
PHONE = {**LIGHT, **tokens("carer.css", '[data-face="phone"]')}


@pytest.mark.parametrize("name, colours, least", [
    ("light", LIGHT, 4.5), ("wall", DARK, 4.5), ("elder", ELDER, 4.5), ("phone", PHONE, 4.5),
])  # fmt: skip
def test_text_stands_out_from_its_ground(name: str, colours: dict[str, str], least: float) -> None:
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < least} == {}


def test_high_contrast_reaches_seven_to_one() -> None:
    low = {(a, b): round(contrast(HIGH[a], HIGH[b]), 2) for a, b in PAIRS if not b.startswith("bar")}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 7} == {}


@pytest.mark.parametrize("colours", [LIGHT, DARK, ELDER, HIGH])
def test_edges_of_controls_reach_three_to_one(colours: dict[str, str]) -> None:
    assert all(contrast(colours[a], colours[b]) >= 3 for a, b in EDGES)


def test_the_formula_of_contrast_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda p: p.name)
def test_a_stylesheet_stays_within_what_old_kernels_know(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    newer = re.compile(r":has\(|:is\(|:where\(|@layer|@container|oklch|color-mix|light-dark|aspect-ratio|overflow:\s*clip")
    assert newer.findall(text) == []
    assert len(sheet.read_text().splitlines()) <= 500


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda p: p.name)
def test_a_script_needs_no_exception_from_the_content_policy(script: Path) -> None:
    assert re.findall(r"\beval\(|new Function|innerHTML|outerHTML\s*=|document\.write|setAttribute\(\"style", script.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(SONGHE).as_posix())
def test_a_template_parses_and_holds_no_code(path: Path) -> None:
    text = path.read_text()
    blank = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.S)
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|\shx-on|javascript:", blank, re.I)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", blank, re.I)
    get_template(path.as_posix().split("/templates/", 1)[1])


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    drawn = set((ROOT / "tools" / "icons.txt").read_text().split())
    named: dict[str, str] = {}
    for path in TEMPLATES:
        for name in re.findall(r"\{% icon \"([\w-]+)\"|\sicon=\"([\w-]+)\"", path.read_text()):
            named.setdefault("".join(name), path.name)
    for path in SONGHE.rglob("*.py"):
        for name in re.findall(r"\bicon=\"([\w-]+)\"", path.read_text()):
            named.setdefault(name, path.as_posix())
    assert {name: where for name, where in named.items() if name not in drawn} == {}


def test_the_lock_names_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in entry and entry["integrity"].startswith("sha512-") for entry in packages)


def test_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_every_library_brings_its_licence() -> None:
    listed = json.loads((ROOT / "tools" / "assets.json").read_text())
    folders = {target.split("/")[0] for target in listed}
    assert all(f"{folder}/LICENSE" in listed for folder in folders)


def test_source_maps_are_cut_off() -> None:
    assert vendor_assets.without_source_map(b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}"
    assert vendor_assets.without_source_map(b"f()\n//# sourceMappingURL=f.js.map\n") == b"f()\n"
    assert vendor_assets.without_source_map(b"plain()") == b"plain()"


def test_a_symbol_keeps_the_drawing_and_drops_the_frame() -> None:
    svg = '<svg class="x">\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n  <path d="M1 1" />\n</svg>'
    assert vendor_assets.symbol("bed", svg) == '<symbol id="bed" viewBox="0 0 24 24"><path d="M1 1" /></symbol>'
    with pytest.raises(ValueError, match="bed"):
        vendor_assets.symbol("bed", "nothing drawn")


def test_an_unknown_icon_stops_the_build_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        vendor_assets.sprite(["no-such-icon"], tmp_path)


def test_only_listed_files_are_copied(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.js").write_bytes(b"a()\n//# sourceMappingURL=a.js.map")
    (tmp_path / "pkg" / "secret.js").write_bytes(b"b()")
    out = tmp_path / "out"
    sums = vendor_assets.copy({"pkg/a.js": "pkg/a.js"}, tmp_path, out)
    assert [p.name for p in out.rglob("*.js")] == ["a.js"]
    assert (out / "pkg" / "a.js").read_bytes() == b"a()"
    assert len(sums["pkg/a.js"]) == 64


def test_missing_vendor_files_are_reported_with_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED", ("vendor/none/none.js",))
    (warning,) = checks.vendor_files(None)
    assert "vendor/none/none.js" in warning.msg
    assert warning.hint == "run make assets"
    assert checks.vendor_files_in_production(None)[0].is_serious()


def test_complete_vendor_files_are_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED", ("songhe/app.js",))
    assert checks.vendor_files(None) == []
    assert checks.vendor_files_in_production(None) == []
