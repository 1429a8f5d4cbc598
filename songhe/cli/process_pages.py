"""``songhe process-pages``: the documentation page of every process, from its table.

The checked-in copies are docs/processes/*.md. A test compares them with the tables, so that a
changed step, role or time limit is always a visible change.
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="写入 docs/processes/")


def run(options: Namespace) -> int:
    from django.conf import settings

    from songhe.desk.cases.papers import pages

    for path, text in pages().items():
        if options.write:
            target = Path(settings.ROOT) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
            print(path)
        else:
            print(text)
    return 0
