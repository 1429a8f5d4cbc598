"""``songhe verify-events``: walk the hash chain of sealed events."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--seal", action="store_true", help="先封存尚未封存的事件")


def run(options: Namespace) -> int:
    from songhe.kernel import events

    if options.seal:
        events.seal()
    broken = list(events.verify())
    for problem in broken:
        print(problem)
    print(f"共 {len(broken)} 处不符")
    return 1 if broken else 0
