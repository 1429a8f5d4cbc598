"""``songhe access-table``: every address of the house and the roles whose screens it opens, as Markdown.

What each post really gets on each address is compared in every test run with tests/access_table.tsv.
"""

from argparse import ArgumentParser, Namespace


def add_arguments(parser: ArgumentParser) -> None:
    """No options: the table is long, and a shell knows how to search it."""


def table() -> str:
    """One row an address, one column a role. ● the role may open it, within its own rows; ○ any account that is
    signed in; · guarded by the library named; empty: 403.
    """
    from songhe.kernel.access.roles import Role
    from songhe.kernel.screens.rights import all_patterns, is_foreign

    roles = [role for role in Role if role != Role.SYSTEM]
    rows = set()
    for path, pattern in all_patterns():
        screen = getattr(pattern.callback, "screen", None)
        if screen is None:
            cells, name, methods = ["·"] * len(roles), is_foreign(pattern.callback), ""
        else:
            mark = "○" if screen.signed_in else "●"
            cells = [mark if screen.admits(role.value) else "" for role in roles]
            name, methods = f"`{screen.name}`", "/".join(screen.methods)
        rows.add(f"| `/{path}` | {name} | {methods} | " + " | ".join(cells) + " |")
    head = "| 网址 | 页面 | 方法 | " + " | ".join(role.label for role in roles) + " |"
    return "\n".join([head, "| --- | --- | --- |" + " :-: |" * len(roles), *sorted(rows)])


def run(options: Namespace) -> int:
    print(table())
    return 0
