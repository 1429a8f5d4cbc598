"""Paper 纸质材料: PDFs typeset by typst, tagged for screen readers, the same bytes for the same data.

A template is a .typ file of the package: one in ``paper_templates`` by its name, an app's own by
its path under the package (``care/ltci/papers/notice.typ``). It reads its data as JSON from
``sys.inputs.data`` and may ``#import "/kernel/paper_templates/base.typ"``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.checks import Warning as CheckWarning
from django.core.checks import register
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import setting_changed
from django.utils.translation import gettext as _

from songhe.kernel import clock
from songhe.kernel.errors import Refused
from songhe.kernel.sheets import Column
from songhe.kernel.sheets.values import Row, aligned, as_shown, shapers

PACKAGE = Path(__file__).resolve().parents[1]
TEMPLATES = PACKAGE / "kernel" / "paper_templates"
# Simplified-Chinese faces by preference; the first one found sets the whole paper.
FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")
# Points across the page inside the margins of base.typ, portrait and landscape.
_ROOM = {False: 504, True: 751}
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed')


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template with `data` (anything JSON can say; dates and ids become text).

    `data` should hold what base.typ's letter asks for: title, and if there are any organisation,
    number, date, source, landscape. `font` and `synthetic` are set here. Raises Refused where no
    Chinese font is installed or a character is in none of the fonts: a box is never printed.
    """
    filled = {"synthetic": settings.SYNTHETIC, **data, "font": font()}
    text = json.dumps(filled, cls=DjangoJSONEncoder, ensure_ascii=False)
    compiler = typst.Compiler(
        input=str(_path(template)),
        root=str(PACKAGE),
        font_paths=_fonts(),
        sys_inputs={"data": text},
    )
    try:
        # PDF/UA: tagged for screen readers, and a character without a glyph is an error, not a box.
        made = compiler.compile(format="pdf", timestamp=int(clock.now().timestamp()), pdf_standards="ua-1")
    except typst.TypstError as error:
        if lacking := _NO_GLYPH.search(error.message):
            raise _rare(lacking[1], text) from error
        raise
    assert isinstance(made, bytes)  # one file, as no output path was given
    return made


def statement(
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    title: str,
    number: str = "",
    on: date | None = None,
    organisation: str = "",
    facts: Sequence[tuple[str, Any]] = (),
    totals: Row | None = None,
    notes: Sequence[str] = (),
    signatures: Sequence[str] = (),
    source: str = "",
    landscape: bool = False,
    revealed: bool = False,
) -> bytes:
    """A table as PDF: the same columns as an export, numbers right, fen as yuan, head on every page.

    `rows` and `totals` are mappings by column key or sequences in the order of `columns`; in
    `totals` a text (合计) may stand where the column holds numbers. Personal columns are
    shortened unless `revealed`. Text columns share the room that dates and numbers leave.
    """
    shape = shapers(columns, revealed=revealed)
    lines = [
        [as_shown(s(value), c) for s, c, value in zip(shape, columns, row, strict=True)]
        for row in aligned(columns, rows)
    ]
    summed = _totals(columns, totals)
    return render_pdf(
        "statement.typ",
        {
            "title": title,
            "number": number,
            "date": (on or clock.today()).isoformat(),
            "organisation": organisation,
            "facts": [[label, str(value)] for label, value in facts],
            "columns": _laid_out(columns, [*lines, summed or []], _ROOM[landscape]),
            "rows": lines,
            "totals": summed,
            "notes": list(notes),
            "signatures": list(signatures),
            "source": source,
            "landscape": landscape,
        },
    )


def font() -> str:
    """The Chinese face that papers are set in; Refused, with what to install, where there is none."""
    found = next((family for family in FAMILIES if family in _families()), "")
    if not found:
        raise Refused("paper.no_font", _("服务器上没有中文字体，未生成文件。"), remedy=_remedy())
    return found


@register("songhe")
def a_chinese_font_is_there(app_configs: Any, **kwargs: Any) -> list[CheckWarning]:
    """Say at the start, not at the first paper, that nothing can be printed."""
    if any(family in _families() for family in FAMILIES):
        return []
    return [CheckWarning("没有中文字体，不能生成 PDF", hint=_remedy(), id="songhe.W010")]


def _remedy() -> str:
    return (
        "请安装中文字体（Debian、Ubuntu：apt install fonts-noto-cjk），"
        "或把 Noto Sans SC 字体文件放入 PAPER_FONTS 设置所指的目录，然后重启服务。"
    )


def _rare(lacking: str, data: str) -> Refused:
    """The refusal that names the character, its number and the first place where it stands."""
    lacking = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), lacking)
    character = next((c for c in lacking if c in data), lacking[:1])
    place = re.search(rf'"([^"]*{re.escape(character)}[^"]*)"', data)
    return Refused(
        "paper.no_glyph",
        _("服务器上的字体里没有“%(place)s”中的“%(character)s”（%(code)s），未生成文件。")
        % {
            "place": place[1][:40] if place else lacking,
            "character": character,
            "code": f"U+{ord(character):04X}" if character else "",
        },
        remedy=_("请安装收录生僻字的字体（Debian、Ubuntu：apt install fonts-hanazono），然后重启服务。"),
    )


def _totals(columns: Sequence[Column], totals: Row | None) -> list[str] | None:
    if totals is None:
        return None
    [row] = aligned(columns, [totals])
    said = []
    for column, value in zip(columns, row, strict=True):
        shape = shapers([column], revealed=True)[0]
        said.append(value if isinstance(value, str) else as_shown(shape(value), column))
    return said


def _laid_out(columns: Sequence[Column], lines: Sequence[list[str]], room: int) -> list[dict[str, Any]]:
    """Title, side and width of each column. Text shares the room; the rest gets what its longest value needs."""
    longest = [_points(str(column.title)) for column in columns]
    for line in lines:
        for i, value in enumerate(line):
            longest[i] = max(longest[i], _points(value))
    fixed = [column.kind not in ("text", "choice") for column in columns]
    taken = sum(points for points, is_fixed in zip(longest, fixed, strict=True) if is_fixed)
    if not all(fixed) and taken > room * 0.75:
        # Too many numbers for the paper: everything shares, and long values take a second line.
        fixed = [False] * len(columns)
    return [
        {
            "title": str(column.title),
            "right": column.is_number,
            "width": points if is_fixed else 0,
            "share": min(points, 160),
        }
        for column, points, is_fixed in zip(columns, longest, fixed, strict=True)
    ]


def _points(text: str) -> float:
    """About how wide a text is at the table's 8.5 points, insets included."""
    return sum(8.5 if ord(c) > 0x2E7F else 4.9 for c in text) + 9


def _path(template: str) -> Path:
    own = TEMPLATES / template
    return own if own.exists() else PACKAGE / template


@cache
def _fonts() -> typst.Fonts:
    folder = getattr(settings, "PAPER_FONTS", "")
    return typst.Fonts(include_embedded_fonts=False, font_paths=[str(folder)] if folder else [])


@cache
def _families() -> frozenset[str]:
    return frozenset(_fonts().families())


@setting_changed.connect
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "PAPER_FONTS":
        _fonts.cache_clear()
        _families.cache_clear()
