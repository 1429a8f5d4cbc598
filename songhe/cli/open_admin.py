"""``songhe open-admin wangwei --name 王伟``: the first administrator of an installation.

Everybody else is given an account and a post on the screens, by her. The password is asked for twice on
the terminal; a script hands it over as the first line of the standard input, never as an argument, which
other users of the machine could read.
"""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("username", help="用户名：小写字母、数字、点和连字符，3 位以上")
    parser.add_argument("--name", required=True, help="本人姓名，会出现在办理记录中")
    parser.add_argument("--area", default="", metavar="CODE", help="管辖的区，六位代码；只装入一个区的不用写")


def run(options: Namespace) -> int:
    from songhe.kernel.access import actions
    from songhe.kernel.access.forms import AccountForm
    from songhe.kernel.areas import queries as areas
    from songhe.kernel.errors import Refused

    form = AccountForm({"username": options.username, "name": options.name})
    if not form.is_valid():
        field, faults = next(iter(form.errors.items()))
        raise Refused("account.form", f"{form[field].label}：{faults[0]}", field=field)
    area = district(options.area)
    post = actions.open_first_admin(**form.cleaned_data, password=asked(), area_code=area)
    print(f"已开设系统管理员 {post.account.username}（{post.account.name}），管辖 {areas.name_of(area)}。")
    print("请登录网站，先设置两步验证，再在「账号与岗位」里开设其他账号。")
    return 0


def district(asked_for: str) -> str:
    """The six digits of the district, which has to be loaded: an administrator gives posts inside it only."""
    from songhe.kernel.areas.models import Area
    from songhe.kernel.errors import Refused

    codes = sorted(code[:6] for code in Area.objects.filter(kind=Area.Kind.DISTRICT).values_list("code", flat=True))
    if not codes:
        raise Refused("area.none", "还没有装入任何一个区的数据，请先执行 songhe load-district，如 songhe load-district putuo")
    if not asked_for and len(codes) == 1:
        return codes[0]
    if asked_for not in codes:
        raise Refused("area.which", f"请用 --area 写明管辖哪个区，可写：{'、'.join(codes)}", field="area")
    return asked_for


def asked() -> str:
    """The password: typed twice without showing, or the first line of what is piped in."""
    from songhe.kernel.errors import Refused

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("密码（至少 10 位，输入时不显示）：")
    if password != getpass("再输入一次："):
        raise Refused("account.twice", "两次输入的密码不一样，没有开设账号，请重新执行", field="password")
    return password
