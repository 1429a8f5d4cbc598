"""``songhe verify-events``: walk the hash chain of sealed events."""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--seal", action="store_true", help="先封存尚未封存的事件")


def run(options: Namespace) -> int:
    from songhe.cli.progress import Progress
    from songhe.kernel.events import chain

    progress = Progress()
    if options.seal:
        chain.seal(progress=lambda done: progress(done, message="封存"))
    broken = chain.verify(lambda done: progress(done, message="验证"))
    progress.close()
    for problem in broken:
        print(f"封存 {problem.position}：{problem.message}")
    print(f"共 {len(broken)} 处不符")
    return 1 if broken else 0
