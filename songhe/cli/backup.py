"""``songhe backup FILE``: database and media in one checked file, while the house is open."""

import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="备份文件，如 songhe-2026-11-21.tar.gz；不得已存在")


def run(options: Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    import songhe
    from songhe.cli.archive import Manifest, pack
    from songhe.cli.state import applied_migrations
    from songhe.cli.stores import store
    from songhe.kernel import clock
    from songhe.kernel.errors import Refused

    if options.file.exists():
        raise Refused("backup.exists", f"{options.file} 已存在", remedy="换一个文件名；备份不覆盖旧备份")
    source = store(connection.settings_dict)
    manifest = Manifest(
        version=songhe.__version__,
        made_at=clock.now().isoformat(timespec="seconds"),
        engine=source.engine,
        migrations=applied_migrations(),
        key_ids=sorted(settings.SONGHE_KEYS),
    )
    with tempfile.TemporaryDirectory(prefix=".songhe-backup-", dir=options.file.resolve().parent) as folder:
        copy = Path(folder) / "database"
        source.dump(copy)
        pack(options.file, manifest, copy, Path(settings.MEDIA_ROOT))
    size = options.file.stat().st_size / 1_000_000
    print(f"已备份 {len(manifest.files)} 个文件，{size:.1f} MB：{options.file}")
    print("字段密钥不在备份中，请另行妥善保管 (field keys are not in the backup)")
    return 0
