"""Collect the words of the screens into the English catalogue; what was translated stays translated.

Chinese is the message id. Found are, without a gettext binary and without extra packages:

- `gettext`, `ngettext`, `pgettext` and their lazy kin (also as `_`) in Python;
- `{% translate %}`, `{% blocktranslate %}` and `_("…")` in templates;
- Chinese text attributes of components (`<c-panel title="今日待办">`), of `{% include … with … %}`
  and of `"…"|tr`: the templates translate them when they draw them;
- labels that Python declares for the screens: states, steps, columns, filters, menu items, choices,
  form and model fields, tables of words (`PURPOSES = {"family_view": "…"}`), and everything that an app
  hangs up in its `apps.py`, `hangings.py` or `indicators.py`. They are plain text in the source and
  translated when they are drawn;
- what the programme says in sentences: refusals, remedies, reasons (see `tools/spoken.py`).

`python tools/collect_messages.py songhe/care/ltci` takes up the messages of one folder (without a path: of
all), drops those that nothing uses any more, and prints what waits for a translation.
`--check` writes nothing and fails when a message is not in the catalogue.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is run as a script too
from tools.spoken import from_policies, spoken  # noqa: E402

TARGET = ROOT / "songhe" / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
# The sample pages, the generated people, the command line and amounts in capitals 大写 speak Chinese only.
LEFT_OUT = ("/tests/", "/migrations/", "/styles/", "/management/", "/settings/", "conftest.py",
            "songhe/simulation/", "songhe/cli/", "songhe/web/gallery.py", "songhe/kernel/money.py",
            "songhe/kernel/saying.py")

FIRST_DAY = datetime(2026, 11, 21, tzinfo=UTC)

Message = str | tuple[str, str]
Found = tuple[str, Message, str | None]  # place, message (or singular and plural), context

CJK = re.compile(r"[㐀-鿿（）]")
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "_", "_t"}
PLURALS = {"ngettext", "ngettext_lazy"}
CONTEXTS = {"pgettext", "pgettext_lazy"}
LABELLED = {"label", "title", "help_text", "verbose_name", "search_label", "empty", "empty_help", "group", "unit",
            "waiting_for", "error_message", "empty_label", "sentence", "definition", "choices"}
SAID = LABELLED | {"help", "summary", "how_to", "needs"}
DECLARATIONS = {"State", "Step", "Col", "Filter", "Sort", "MenuItem", "Process", "Column", "Offer", "job", "links"}
# Where an app hangs up what it offers, every Chinese word is a label, whatever helper declares it.
HUNG_UP = ("/apps.py", "/hangings.py", "/indicators.py")
_TABLE = re.compile(r"_?[A-Z][A-Z_]+")
_REPR = r"u((?:'(?:[^'\\]|\\.)*')|(?:\"(?:[^\"\\]|\\.)*\"))"
_SHORT = re.compile(r"\b_\(\s*((?:'[^']*')|(?:\"[^\"]*\"))\s*\)")
_PSEUDO = re.compile(rf"\b(pgettext|ngettext|gettext)\({_REPR}(?:, {_REPR})?")
_COMPONENT = re.compile(r"<c-[\w.-]+((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.S)
_ATTRIBUTE = re.compile(r"(?<![\w:-])[a-z_]+=\"([^\"]*)\"")
_INCLUDE = re.compile(r"\{%-?\s*include\b(.*?)%\}", re.S)
_TR = re.compile(r"\{\{([^{}]*\|\s*tr\b[^{}]*)\}\}")
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def _text(node: ast.expr | None) -> str | None:
    """The Chinese text of a literal, or None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CJK.search(node.value):
        return node.value
    return None


def _literals(node: ast.AST) -> Iterator[str]:
    """Chinese literals inside a declaration: what is shown, neither keys of a table nor parts of composed text."""
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.expr) and (text := _text(node)):
        yield text
    inner: list[ast.AST] = list(node.values) if isinstance(node, ast.Dict) else list(ast.iter_child_nodes(node))
    for child in inner:
        yield from _literals(child)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _called(call: ast.Call, place: str) -> Iterator[Found]:
    """Messages of one call: gettext and kin, or a declaration with labels."""
    name = _name(call)
    texts = [_text(argument) for argument in call.args]
    if name in CALLS and texts and texts[0]:
        yield place, texts[0], None
    elif name in PLURALS and len(texts) > 1 and texts[0] and texts[1]:
        yield place, (texts[0], texts[1]), None
    elif name in CONTEXTS and len(texts) > 1 and texts[1] and isinstance(call.args[0], ast.Constant):
        yield place, texts[1], str(call.args[0].value)
    else:
        if name in DECLARATIONS:
            yield from ((place, text, None) for argument in call.args for text in _literals(argument))
        elif name.endswith(("Field", "ForeignKey", "Text")) and texts and texts[0]:
            yield place, texts[0], None
        for keyword in call.keywords:
            if keyword.arg in (SAID if name in DECLARATIONS else LABELLED):
                yield from ((place, text, None) for text in _literals(keyword.value))


def _choices(node: ast.ClassDef, place: str) -> Iterator[Found]:
    """Labels of a TextChoices class: `OPEN = "open", "待受理"`."""
    if not any("Choices" in ast.unparse(base) for base in node.bases):
        return
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple) and line.value.elts:
            if text := _text(line.value.elts[-1]):
                yield place, text, None


def _assigned(node: ast.stmt, place: str) -> Iterator[Found]:
    """Labels that are assigned: a table of words in capitals, or an attribute of an importer."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = {getattr(target, "id", "") for target in targets}
    value = getattr(node, "value", None)
    table = any(_TABLE.fullmatch(name) for name in names) and isinstance(value, (ast.Dict, ast.List, ast.Tuple))
    if value is not None and (table or names & {"title", "about", "how_to", "verbose_name", "verbose_name_plural"}):
        yield from ((place, text, None) for text in _literals(value) if table or text == _text(value))


def _hung_up(source: str, place: str) -> Iterator[Found]:
    """Everything Chinese in the file but its docstrings."""
    for node in ast.parse(source).body:
        for part in ast.walk(node):
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                part.value = ast.Constant("")
        yield from ((place, text, None) for text in _literals(node))


def from_python(source: str, place: str) -> Iterator[Found]:
    """Every message of a Python file."""
    if place.endswith(HUNG_UP):
        yield from _hung_up(source, place)
    tree = ast.parse(source)
    yield from ((place, text, None) for text in spoken(tree, place))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _called(node, place)
        elif isinstance(node, ast.ClassDef):
            yield from _choices(node, place)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assigned(node, place)


def from_template(source: str, place: str) -> Iterator[Found]:
    """Every message of a template: tags, component attributes, include arguments, `|tr` literals."""
    pseudo = templatize(source)
    yield from ((place, ast.literal_eval(text), None) for text in _SHORT.findall(pseudo))
    for kind, first, second in _PSEUDO.findall(pseudo):
        one, two = ast.literal_eval(first), ast.literal_eval(second) if second else ""
        if kind == "ngettext":
            yield place, (one, two), None
        elif kind == "pgettext":
            yield place, two, one
        else:
            yield place, one, None
    attributes = (text for tag in _COMPONENT.findall(source) for text in _ATTRIBUTE.findall(tag))
    literals = (
        one or two
        for part in (*_INCLUDE.findall(source), *_TR.findall(source))
        for one, two in _LITERAL.findall(part)
    )
    for text in (*attributes, *literals):
        if CJK.search(text) and "{{" not in text and "{%" not in text:
            yield place, text, None


def collect(root: Path = ROOT) -> list[Found]:
    """All messages of the product, in a stable order."""
    found: list[Found] = []
    for path in sorted((root / "songhe").rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.suffix not in (".py", ".html", ".txt") or any(part in place for part in LEFT_OUT):
            continue
        if path.suffix == ".py":
            found += from_python(path.read_text("utf-8"), place)
        elif "/templates/" in place:
            found += from_template(path.read_text("utf-8"), place)
    source = "".join(path.read_text("utf-8") for path in sorted((root / "songhe").rglob("*.py")) if "/tests/" not in path.as_posix())
    return found + [("policies", text, None) for text in from_policies(root / "policies", source)]


def catalogue(found: list[Found]) -> Catalog:
    """A fresh catalogue of the messages, each with the files that use it."""
    fresh = Catalog(locale="en", charset="utf-8")
    for place, message, context in found:
        fresh.add(message, locations=[(place, None)], context=context)
    return fresh


def merged(fresh: Catalog, old: Catalog | None, folders: tuple[str, ...] = ("songhe",)) -> Catalog:
    """Fresh messages of the folders and those known before, with their old translations; nothing is guessed."""
    result = Catalog(
        locale="en", charset="utf-8", project="songhe", fuzzy=False, header_comment="# English words of Songhe's screens.",
        version="1", last_translator="Songhe", language_team="English", msgid_bugs_address="none",
        # Dates that change with every run would hide what changed.
        creation_date=FIRST_DAY, revision_date=FIRST_DAY,
    )
    for message in fresh:
        if not message.id:
            continue
        known = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context) if old else None
        if known is None and not any(place.startswith(folders) for place, _ in message.locations):
            continue
        string = known.string if known is not None and not known.fuzzy else None
        if string is not None and isinstance(message.id, str) != isinstance(string, str):
            string = None
        places = sorted({(place, None) for place, _ in message.locations})
        result.add(message.id, string, locations=places, context=message.context)
    return result


def waiting(catalog: Catalog) -> list[str]:
    """Message ids without a translation."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalog
        if message.id and not (message.string if isinstance(message.string, str) else all(message.string or ("",)))
    ]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="*", default=["songhe", "policies"], help="where new messages are taken from")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when messages are missing")
    parser.add_argument("--all", action="store_true", help="print every message that waits, not only the first 40")
    options = parser.parse_args(argv)
    if not settings.configured:
        settings.configure()  # templatize reads the default settings
    old = read_po(TARGET.open("rb"), locale="en") if TARGET.exists() else None
    result = merged(catalogue(collect()), old, tuple(options.folders))
    if options.check:
        absent = [m.id for m in result if m.id and (old is None or old.get(m.id if isinstance(m.id, str) else m.id[0], m.context) is None)]
        for message in absent:
            print("not in the catalogue:", message)
        return 1 if absent else 0
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("wb") as out:
        write_po(out, result, sort_output=True, include_lineno=False, width=110, omit_header=False)
    left = waiting(result)
    print(f"{len(result)} messages, {len(left)} without a translation")
    for message in left if options.all else left[:40]:
        print(" ", message.replace("\n", "⏎"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
