"""``songhe restore FILE``: bring a backup back, into an empty database unless told otherwise."""

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--replace", action="store_true", help="目标数据库不为空时仍然恢复，原有数据将被替换")
    parser.add_argument("--verify", action="store_true", help="只校验备份文件，不恢复")


def put_media(source: Path, target: Path) -> None:
    """Swap the media folder in one step each way; the old one goes only when the new one stands."""
    fresh, old = target.with_name(target.name + ".new"), target.with_name(target.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, fresh)
    else:
        fresh.mkdir()
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def run(options: Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    from songhe.cli.archive import DATABASE, MEDIA, unpacked
    from songhe.cli.state import unapplied_migrations
    from songhe.cli.stores import store
    from songhe.kernel.errors import Refused

    if not options.file.is_file():
        raise Refused("backup.missing", f"没有这个文件：{options.file}")
    with unpacked(options.file) as (folder, manifest):
        print(f"备份完好：{manifest.made_at}，版本 {manifest.version}，{manifest.engine}，{len(manifest.files)} 个文件")
        if options.verify:
            return 0
        target = store(connection.settings_dict)
        if target.engine != manifest.engine:
            raise Refused("backup.engine", f"备份来自 {manifest.engine}，目标数据库是 {target.engine}",
                          remedy="恢复到同一种数据库")
        if missing := sorted(set(manifest.key_ids) - set(settings.SONGHE_KEYS)):
            raise Refused("backup.keys", f"缺少字段密钥 {'、'.join(missing)}，恢复后受保护字段将无法读取",
                          remedy="在 SONGHE_KEYS 中补上这些密钥后再恢复")
        connection.close()
        if target.tables() and not options.replace:
            raise Refused("backup.not_empty", "目标数据库不是空的，没有改动任何数据",
                          remedy="恢复到新的空数据库；确要替换现有数据时加 --replace")
        target.load(folder / DATABASE)
        put_media(folder / MEDIA, Path(settings.MEDIA_ROOT))
    pending = unapplied_migrations()
    print("已恢复。" + (f"备份早于本版本，请执行 songhe migrate（{len(pending)} 项）" if pending else ""))
    return 0
