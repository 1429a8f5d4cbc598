"""What the programme says to a person in sentences: refusals, remedies, reasons, and their parts.

They are plain Chinese where they are raised and stored, and are translated where they are shown
(`songhe/kernel/saying.py`), so that a reason written down in one language is read in another. Here they are
found in the source: every Chinese text inside a function, and the error messages of constraints. A sentence
with values becomes a message with numbered places: `f"最多 {MOST} 条"` is 「最多 {0} 条」; a part that only
sometimes stands in a sentence (`f"{'，明天' if late else ''}"`) is a message of its own.

The policy library speaks too: the reasons why a claim is not paid, and the values that stand as reasons.

Left alone is what no screen shows: patterns, keys, comparisons, log and database remarks, command-line reports.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CJK = re.compile(r"[㐀-鿿（）]")
# Command-line reports, faults of policy files, printed papers, keepers of the archive: read by no screen.
SILENT = (
    "/papers.py", "/invariants.py", "/erasing.py", "/filing.py", "/shred.py", "/paper.py", "/logs.py", "/pinyin.py",
    "kernel/policy/files.py", "kernel/checks.py", "kernel/events/chain.py", "register/loading/", "engines/scoring/loader.py",
)
# Calls whose texts are not spoken: patterns, remarks for reviewers, accounts, faults of the programme's own tables.
QUIET = {
    "compile", "unscoped", "Violation", "Column", "Page", "NewAccount", "NewPosting", "open_account", "Shredder",
    "CheckWarning", "startswith", "endswith", "removeprefix", "removesuffix", "partition", "split",
    "replace", "strip", "PolicyError", "InstrumentError", "_require", "writerow",
}
GETTEXT = {"gettext", "gettext_lazy", "gettext_noop", "_", "_t", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
_SENTENCE = re.compile("[，。]")
_CONSTRAINTS = {"UniqueConstraint", "CheckConstraint", "PreventOverlap"}


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _pieces(node: ast.expr) -> list[str | None]:
    """The literal parts of a composed text; None where a value stands."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [piece for part in node.values for piece in _pieces(part)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _pieces(node.left) + _pieces(node.right)
    return [None]


def template(node: ast.expr) -> str | None:
    """The message of a text: 「最多 {0} 条」; None for what is no Chinese text. Neighbouring values are one."""
    pieces = _pieces(node)
    if not any(piece and CJK.search(piece) for piece in pieces):
        return None
    made, places = "", 0
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if piece is not None:
            made += piece
        elif before is not None:
            made += f"{{{places}}}"
            places += 1
    return made


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in the places of a composed text."""
    if isinstance(node, ast.FormattedValue):
        yield node.value
    elif isinstance(node, (ast.JoinedStr, ast.BinOp)):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.Constant, ast.operator)):
                yield from _values(child)
    else:
        yield node


def _inside(node: ast.AST) -> Iterator[str]:
    """Chinese texts in a part of a function."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Call) and _name(node) in QUIET | GETTEXT:
        inner: list[ast.AST] = [node.func]  # `Model.objects.unscoped("…").filter(…)` goes on
    elif isinstance(node, ast.Dict):
        inner = list(node.values)
    elif isinstance(node, ast.Compare):
        return
    elif isinstance(node, ast.Subscript):
        inner = [node.value] if isinstance(node.value, ast.Dict) else []
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        inner = [] if node.name == "__str__" else list(node.body)
    elif isinstance(node, ast.expr) and (found := template(node)) is not None:
        yield found
        inner = list(_values(node)) if not isinstance(node, ast.Constant) else []
    else:
        inner = list(ast.iter_child_nodes(node))
    for child in inner:
        yield from _inside(child)


def spoken(tree: ast.AST, place: str) -> Iterator[str]:
    """Every sentence, and part of one, that the file says to a person."""
    if any(part in place for part in SILENT):
        return
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _inside(node)
            if place.endswith("/jobs.py"):  # what a job returns is shown under its keys
                tables = (part for part in ast.walk(node) if isinstance(part, ast.Dict))
                yield from (text for table in tables for key in table.keys if key and (text := template(key)))
            # Remedies that several refusals share stand as defaults.
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    yield from _inside(default)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Constant, ast.BinOp)):
            # A sentence that several refusals share stands as a constant; single words are keys more often.
            found = template(node.value)
            if found is not None and _SENTENCE.search(found):
                yield found
        elif isinstance(node, ast.Call) and _name(node) in _CONSTRAINTS:
            yield from (text for keyword in node.keywords if "message" in (keyword.arg or "") for text in _inside(keyword.value))
        else:
            yield from spoken(node, place)


def from_policies(folder: Path, source: str) -> Iterator[str]:
    """What the policy files say: reasons of settlement, titles of the values the source asks for, and their units."""
    from songhe.kernel.policy.values import say

    for path in sorted(folder.glob("*/*.yaml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        for reason in body.get("reasons", ()):
            yield from (reason[part] for part in ("title", "provider", "family", "remedy"))
        for entry in body.get("entries", ()):
            if f'"{entry["key"]}"' not in source:
                continue
            yield entry["title"]
            unit = re.sub(r"^[\d.]+", "{0}", say(0, entry.get("unit", "")))
            yield from [unit] if CJK.search(unit) else []
            yield from (text for value in entry.get("values", ()) if (text := _how_known(value)))


def _how_known(value: dict[str, Any]) -> str:
    """What stands for a paper where none was seen: 「凭业务记忆，未见原文」."""
    citation = value.get("citation") or {}
    return "" if citation.get("source") else str(citation.get("document", ""))
