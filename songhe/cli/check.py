"""``songhe check``: look at every invariant of the house; what holds is said in one last line."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--only", action="append", default=[], metavar="KEY", help="只核对一项，可重复")
    parser.add_argument("--list", action="store_true", help="列出全部核对项")


def run(options: Namespace) -> int:
    from songhe.kernel import checks

    if options.list:
        for invariant in checks.every():
            print(f"{invariant.key:<32} {invariant.title}")
        return 0
    violations = checks.run_all(only=options.only)
    for violation in violations:
        print(violation)
    print(f"共 {len(violations)} 处不符")
    return 1 if violations else 0
