"""``songhe load-district putuo``: areas, boundaries, sites and published figures of one district."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="districts/ 下的文件夹名，如 putuo")
    parser.add_argument("--verbose", action="store_true", help="逐行列出新增、变更与拒收")


def run(options: Namespace) -> int:
    from songhe.register.loading import load_district

    def report(line: object) -> None:
        if options.verbose:
            print(f"  {line}")

    print(load_district(options.name, report, progress=lambda part: print(f"  {part}", flush=True)))
    return 0
