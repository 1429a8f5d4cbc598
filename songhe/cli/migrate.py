"""``songhe migrate``: bring the database to the shape this version needs."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="只检查，有未执行的迁移时返回 1")
    parser.add_argument("--quiet", action="store_true")


def run(options: Namespace) -> int:
    from django.core.management import call_command

    if options.check:
        from songhe.cli.state import unapplied_migrations

        missing = unapplied_migrations()
        for name in missing:
            print(name)
        return 1 if missing else 0
    call_command("migrate", interactive=False, verbosity=0 if options.quiet else 1)
    return 0
