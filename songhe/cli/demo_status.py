"""``songhe demo-status``: what the demo holds, and whom to sign in as."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--warm", action="store_true", help="只装入程序，不显示")
    parser.add_argument("--address", default="http://127.0.0.1:8000", help="网站地址，只用于显示")


def run(options: Namespace) -> int:
    from songhe.simulation.demo import status

    if options.warm:
        return 0
    for line in status(options.address):
        print(line)
    return 0
