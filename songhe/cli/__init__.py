"""The ``songhe`` command line.

A command is one small module of this package with ``add_arguments(parser)`` and
``run(options) -> int`` (the exit code). The table below is the list of them; only the module
that is asked for is imported, so that ``songhe check`` does not pay for gunicorn.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

COMMANDS = {
    "serve": "启动网站 (web server)",
    "worker": "启动后台任务与定时任务 (background worker)",
    "migrate": "升级数据库结构 (database migrations)",
    "load-district": "装入一个区的街镇、机构、设施数据 (load a district's data)",
    "open-admin": "开设第一位系统管理员 (the first administrator of an empty database)",
    "simulate": "生成合成人口并按日推演 (synthetic people and their days)",
    "settle": "长护险月度结算 (monthly settlement)",
    "check": "核对全部不变量，应为 0 处不符 (check every invariant)",
    "verify-events": "验证事件哈希链 (verify the event hash chain)",
    "backup": "备份数据库与附件 (back up database and files)",
    "restore": "从备份恢复 (restore a backup)",
    "rotate-keys": "用当前密钥重新加密受保护字段 (re-encrypt with the active key)",
    "access-table": "打印网址与岗位权限表 (table of URLs and roles)",
    "process-pages": "打印各流程的说明页 (documentation page of every process)",
    "run-due": "执行到期的定时任务 (run what is due)",
    "demo-status": "显示演示库概况与登录账号 (state of the demo and its sign-ins)",
}


def usage() -> str:
    """The help page, one line a command."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return "用法 usage: songhe <command> [options]\n\n" + "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 found something wrong, 2 refused or misused."""
    words = list(sys.argv[1:] if argv is None else argv)
    name, rest = (words[0], words[1:]) if words else ("--help", [])
    if name in ("-h", "--help", "help"):
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"没有这个命令 unknown command: {name}\n\n{usage()}", file=sys.stderr)
        return 2
    module = importlib.import_module(f".{name.replace('-', '_')}", __package__)
    parser = argparse.ArgumentParser(prog=f"songhe {name}", description=COMMANDS[name])
    module.add_arguments(parser)
    options = parser.parse_args(rest)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "songhe.web.settings.dev")
    if hasattr(module, "before_setup"):
        module.before_setup(options)
    import django

    django.setup()
    from songhe.kernel.errors import SongheError

    try:
        return int(module.run(options))
    except SongheError as refusal:
        remedy = getattr(refusal, "remedy", "")
        print(f"不予办理 refused: {refusal}" + (f"。{remedy}" if remedy else ""), file=sys.stderr)
        return 2
