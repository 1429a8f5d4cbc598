"""The checked-in table says what the code does."""

from pathlib import Path

from songhe.cli.access_table import PAGE, table


def test_the_checked_in_table_is_what_the_code_declares(settings):
    page = Path(settings.ROOT) / PAGE
    stored = page.read_text("utf-8") if page.exists() else ""
    assert stored == table(), "run: songhe access-table --write, and review the change"
