"""Compile the English catalogue with Babel, so that no gettext binary is needed.

Chinese is the language of the source and needs no catalogue. A catalogue that has not
changed since it was compiled is left alone.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_catalogue(source: Path) -> int:
    """Write the .mo beside the .po; returns the number of entries that are not translated."""
    target = source.with_suffix(".mo")
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        with target.open("wb") as out:
            write_mo(out, catalogue)
    return sum(1 for message in catalogue if message.id and not message.string)


def main() -> int:
    errors = 0
    for source in sorted(ROOT.glob("songhe/**/locale/*/LC_MESSAGES/*.po")):
        missing = compile_catalogue(source)
        print(f"{source.relative_to(ROOT)}: {missing} untranslated")
        errors += bool(missing)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
