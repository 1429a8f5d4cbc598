"""``manage.py worker``: carry out jobs and keep the schedule."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from songhe.kernel.jobs.running import is_inline
from songhe.kernel.jobs.worker import work


class Command(BaseCommand):
    """Runs until it is told to stop."""

    help = "执行后台任务并按时启动定时任务；Ctrl+C 或 SIGTERM 停止（先做完手头的任务）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="队列清空后退出")
        parser.add_argument("--interval", type=float, default=1.0, help="空闲时查看队列的间隔（秒）")

    def handle(self, *args: Any, batch: bool, interval: float, **options: Any) -> None:
        if is_inline():
            self.stderr.write("任务在提交时当场执行（TASKS 设置为即时方式），不需要后台服务。")
            return
        self.stdout.write("后台服务已启动，正在等待任务。")
        work(interval=interval, batch=batch)
        self.stdout.write("后台服务已停止。")
