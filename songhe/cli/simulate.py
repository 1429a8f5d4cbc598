"""``songhe simulate``: make the synthetic people and live their days through the real actions."""

from argparse import ArgumentParser, Namespace

DAYS_A_MONTH = 30


def add_arguments(parser: ArgumentParser) -> None:
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--days", type=int, help="推演天数；不写则从上月一日推演到昨天，并排好未来七天")
    length.add_argument("--months", type=int, help="推演月数（每月 30 天）")
    parser.add_argument("--scale", type=int, default=10, help="抽样比例 1/N，默认 10；1 为全部人口")
    parser.add_argument("--seed", type=int, default=1, help="随机种子；同一种子结果相同")


def run(options: Namespace) -> int:
    from songhe.cli.progress import Progress
    from songhe.simulation.demo import build

    days = options.days if options.months is None else options.months * DAYS_A_MONTH
    progress = Progress()
    result = build(scale=options.scale, seed=options.seed, days=days, progress=progress)
    progress.close()
    if result is not None:
        print(result)
    return 0
