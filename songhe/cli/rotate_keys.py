"""``songhe rotate-keys``: re-encrypt every protected field under the active key (the first of SONGHE_KEYS).

The house stays open meanwhile, and an interrupted run is simply started again. Remove the old
key from the settings only after this command has said that it is done, and keep it with the backups
that were made under it.
"""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--batch", type=int, default=1000, help="每批行数，默认 1000；每批一个事务")


def run(options: Namespace) -> int:
    from django.conf import settings

    from songhe.cli.progress import Progress
    from songhe.kernel.crypto import encrypted_models, rotate

    total = 0
    for model in encrypted_models():
        progress, done = Progress(indent="  "), 0
        for count in rotate(model, options.batch):
            done += count
            progress(done, message=str(model._meta.verbose_name))
        progress.close()
        total += done
    print(f"已用密钥 {settings.SONGHE_ACTIVE_KEY} 重新加密 {total:,} 行")
    return 0
