"""The house rules that no off-the-shelf linter knows.

Each rule is a function from a file to findings, printed as ``path:line: rule: what, why, what to do``.
``--write`` also regenerates docs/doctrine/unscoped.md, the list of every place that reads past the scopes.
"""

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
LIST = PurePosixPath("docs/doctrine/unscoped.md")
LONGEST = 500


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One file as the rules see it: its place in the repository and its text."""

    path: PurePosixPath
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts or self.path.name in ("conftest.py", "testing.py")

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts

    @property
    def is_product(self) -> bool:
        return self.is_python and self.path.parts[0] == "songhe" and not self.is_test

    @property
    def is_face(self) -> bool:
        """Modules that answer requests."""
        return self.is_product and (
            "views" in self.path.parts or self.path.stem.startswith(("views", "api", "forms"))
        )

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def found(self, line: int, rule: str, message: str) -> Finding:
        return Finding(str(self.path), line, rule, message)


def migration_imports(source: Source) -> Iterator[Finding]:
    if not (source.is_python and source.is_migration):
        return
    if "_auto_" in source.path.stem:
        yield source.found(1, "migration-name", "give the migration a name that says what it does")
    for node in source.walk():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name.startswith("songhe.") and name.endswith(".models") for name in names):
            yield source.found(node.lineno, "migration-models",
                               "a migration imports today's models; take apps.get_model(), the models of its own day")


# Models about places, posts and papers have no scopes: check() finds them. Any other name is taken as scoped.
PLAIN: set[str] = set()


def plain_models(sources: Iterable[Source]) -> set[str]:
    """Names of models that inherit no scope, directly or through another model."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for source in sources
        if source.is_product and (source.path.stem == "models" or "models" in source.path.parts)
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
    }

    def scoped(name: str) -> bool:
        return name == "ScopedModel" or any(scoped(base) for base in bases.get(name, ()))

    return {name for name in bases if not scoped(name)}


def bare_objects(source: Source) -> Iterator[Finding]:
    if not source.is_face:
        return
    for node in source.walk():
        if (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
                and node.attr not in ("visible_to", "unscoped") and _name(node.value.value) not in PLAIN):
            yield source.found(node.lineno, "bare-objects",
                               f".objects.{node.attr} reads past the scopes; use .objects.visible_to(post) or a query")


NAIVE = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
         ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime")}


def naive_time(source: Source) -> Iterator[Finding]:
    if not source.is_product or source.path == PurePosixPath("songhe/kernel/clock.py"):
        return
    for node in source.walk():
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
            if (owner, node.attr) in NAIVE:
                yield source.found(node.lineno, "own-clock",
                                   f"{owner}.{node.attr} passes the clock by; take clock.now() or clock.today()")


MONEY = re.compile(r"(^|_)(fen|yuan|amount|price|fee|subsidy|deposit|rent|balance)(_|$)")


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", getattr(node, "arg", ""))) or ""


def float_money(source: Source) -> Iterator[Finding]:
    # money.py alone works in decimals, between a percentage and the whole fen it rounds to.
    if not source.is_product or source.path == PurePosixPath("songhe/kernel/money.py"):
        return
    why = "money is whole fen (int); floats and decimals lose it"
    for node in source.walk():
        if isinstance(node, (ast.AnnAssign, ast.arg)) and node.annotation is not None:
            name = _name(node.target) if isinstance(node, ast.AnnAssign) else node.arg
            words = {_name(part) for part in ast.walk(node.annotation)}
            if MONEY.search(name) and words & {"float", "Decimal"}:
                yield source.found(node.lineno, "money-float", f"{name}: {why}")
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            if _name(node.value.func) in ("FloatField", "DecimalField", "float", "Decimal"):
                for target in node.targets:
                    if MONEY.search(_name(target)):
                        yield source.found(node.lineno, "money-float", f"{_name(target)}: {why}")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _name(node.left).endswith("fen"):
            yield source.found(node.lineno, "money-float", f"{_name(node.left)} / …: {why}; use // or money.share")


# Written apart so that this file passes its own rule.
MARKS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "NotImplemented" + "Error"]
UNFINISHED = re.compile(rf"\b({'|'.join(MARKS)})\b")


def unfinished(source: Source) -> Iterator[Finding]:
    if source.path.suffix not in (".py", ".html", ".js", ".mjs", ".css", ".yaml", ".typ", ".sh"):
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := UNFINISHED.search(line):
            yield source.found(number, "unfinished", f"{match[1]}: finish it or write it down where work is planned")


INLINE = [
    (re.compile(r"<style\b", re.I), "a style element"),
    (re.compile(r"\sstyle\s*=\s*[\"']", re.I), "a style attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "an event handler"),
    (re.compile(r"\shx-on\b", re.I), "an hx-on handler"),
    (re.compile(r"javascript:", re.I), "a javascript: address"),
    (re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(ld\+)?json)", re.I), "a script in the page"),
]
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|\{% comment.*?endcomment %\}", re.DOTALL)


def inline_code(source: Source) -> Iterator[Finding]:
    if source.path.suffix != ".html":
        return
    blank = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source.text)
    for pattern, what in INLINE:
        for match in pattern.finditer(blank):
            line = blank.count("\n", 0, match.start() + 1) + 1
            yield source.found(line, "inline", f"{what}: the content policy blocks it; use a class or a module")


def long_file(source: Source) -> Iterator[Finding]:
    lines = source.text.count("\n")
    if source.is_python and not source.is_migration and lines > LONGEST:
        yield source.found(LONGEST, "long-file", f"{lines} lines; split it by topic (at most {LONGEST})")


PLACES = [
    (re.compile(r"(?<![\w.$}])/(?:work/(?:main|shared)|root|farm|home/[a-z]\w*|Users/\w+)/"), "a path of one machine"),
    (re.compile(r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror\.com|registry\.yarnpkg\.com"
                r"|mirrors?\.[a-z]+\.(?:edu\.cn|com)/(?:pypi|npm))"), "the host of a package registry"),
    (re.compile(r"\.\./shared\b"), "a folder outside the repository"),
]


def places(source: Source) -> Iterator[Finding]:
    if source.path == PurePosixPath("tools/house_rules.py") or source.path.name == "test_house_rules.py":
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        for pattern, what in PLACES:
            if pattern.search(line):
                yield source.found(number, "place", f"{what} does not belong in the repository")


RULES: list[Callable[[Source], Iterator[Finding]]] = [
    migration_imports, bare_objects, naive_time, float_money, unfinished, inline_code, long_file, places,
]


@dataclass(frozen=True, order=True)
class Opening:
    """One place that reads past the scopes, and why it may."""

    path: str
    where: str
    what: str
    reason: str


def _constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module names at its top."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _reason(call: ast.Call, constants: dict[str, str]) -> str:
    """The reason, literal or a constant of the folder; empty when there is none or when it is computed."""
    given = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "reason"), None)
    if isinstance(given, ast.Name | ast.Attribute):
        return constants.get(ast.unparse(given), "").strip()
    return given.value.strip() if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


def openings(source: Source, beside: Iterable[Source] = ()) -> Iterator[Opening | Finding]:
    """Every call of ``.unscoped(reason)`` outside tests and migrations; `beside`: modules of the same folder."""
    if not source.is_product or source.is_migration:
        return

    constants = _constants(source.tree)
    for other in beside:
        constants |= {f"{other.path.stem}.{name}": text for name, text in _constants(other.tree).items()}

    def visit(node: ast.AST, where: str) -> Iterator[Opening | Finding]:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            inside = f"{where}.{child.name}".lstrip(".") if named else where
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr == "unscoped":
                reason = _reason(child, constants)
                if reason:
                    yield Opening(str(source.path), inside or "module", ast.unparse(child.func.value), reason)
                else:
                    yield source.found(child.lineno, "unscoped-reason",
                                       "unscoped() needs its reason as a literal text or a constant of its folder")
            yield from visit(child, inside)

    # The manager that defines the method passes a variable reason on; everybody else states one.
    if source.path != PurePosixPath("songhe/kernel/access/scoping.py"):
        yield from visit(source.tree, "")


def as_page(found: list[Opening]) -> str:
    """The checked-in list."""
    rows = [f"| `{o.path}` | `{o.where}` | `{o.what}` | {o.reason.replace('|', '／')} |" for o in sorted(set(found))]
    return "\n".join([
        "# Reads past the scopes",
        "",
        "Every query of the product goes through `visible_to(post)`. These places say `unscoped(reason)` instead.",
        "The list is generated by `python tools/house_rules.py --write` and compared in every test run, so that a",
        "new line here is seen in review.",
        "",
        "| file | function | query | reason |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ])


def listed(root: Path) -> list[Path]:
    """Files of the repository: tracked, or new and not ignored. Without git, everything but the leavings."""
    git = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True,
                         check=False)
    if git.returncode == 0:
        return [root / name for name in git.stdout.splitlines() if (root / name).is_file()]
    leavings = {".venv", "var", "node_modules", "__pycache__", ".git"}
    return [p for p in root.rglob("*") if p.is_file() and not leavings & set(p.relative_to(root).parts)]


def sources(root: Path) -> Iterator[Source]:
    for path in sorted(listed(root)):
        if path.stat().st_size > 3_000_000:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        yield Source(PurePosixPath(path.relative_to(root).as_posix()), text)


def _parsing(everything: list[Source]) -> Iterator[Source]:
    for source in everything:
        try:
            if source.is_python and source.tree:
                yield source
        except SyntaxError:
            continue  # said once, by check()


def check(root: Path, write: bool = False) -> list[Finding]:
    """All findings in a folder, in the order of the files."""
    findings: list[Finding] = []
    found: list[Opening] = []
    everything = list(sources(root))
    parsed = list(_parsing(everything))
    folders: dict[PurePosixPath, list[Source]] = {}
    for source in parsed:
        folders.setdefault(source.path.parent, []).append(source)
    PLAIN.clear()
    PLAIN.update(plain_models(parsed))
    for source in everything:
        try:
            for rule in RULES:
                findings.extend(rule(source))
            for item in openings(source, folders.get(source.path.parent, ())):
                (found if isinstance(item, Opening) else findings).append(item)  # type: ignore[arg-type]
        except SyntaxError as error:
            findings.append(source.found(error.lineno or 1, "syntax", str(error.msg)))
    page, target = as_page(found), root / LIST
    if write:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, "utf-8")
    elif not target.exists() or target.read_text("utf-8") != page:
        findings.append(Finding(str(LIST), 1, "unscoped-list",
                                "does not match the code; run python tools/house_rules.py --write and review it"))
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"regenerate {LIST}")
    options = parser.parse_args()
    findings = check(ROOT, options.write)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
