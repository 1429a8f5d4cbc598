"""The cast 演员表: named people of the demo and of every test. Synthetic, each with one line.

沈桂芳 lives in 曹杨新村街道; 陆敏 is her daughter. 王秀英 cares for her, employed by the
provider that 李芸 coordinates. 吴强 works for the neighbouring street, 赵琴 for another
provider, 高芳 is a stranger's daughter: these three must see nothing of her.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from songhe.kernel.access.models import Account, Consent, Post
from songhe.kernel.access.posts import system
from songhe.kernel.access.roles import Role
from songhe.kernel.areas import queries as area_queries
from songhe.kernel.areas.models import Area
from songhe.kernel.crypto import blind_index
from songhe.kernel.identity import Sex, make_synthetic_identity
from songhe.kernel.pinyin import pinyin
from songhe.register.agreements.models import Agreement
from songhe.register.people.models import Cover, Person, Relative
from songhe.register.sites.models import Organisation
from songhe.register.workforce.models import Certificate, Shift, Worker

DISTRICT = "310107"
CAOYANG = "310107005"
CHANGSHOU = "310107015"
PASSWORD = "songhe-2026"  # noqa: S105 - printed on the demo's start page, opens nothing real
SINCE = date(2017, 1, 1)
AREAS = [
    ("310000000000", "上海市", "city", 121.4737, 31.2304),
    ("310107000000", "普陀区", "district", 121.3873, 31.2598),
    ("310107005000", "曹杨新村街道", "town", 121.40312, 31.24107),
    ("310107005001", "北岭园居委会", "committee", 121.4031, 31.2411),
    ("310107005002", "南梅园居委会", "committee", 121.4041, 31.2401),
    ("310107015000", "长寿路街道", "town", 121.428835, 31.243459),
    ("310107015001", "普雄居委会", "committee", 121.4288, 31.2435),
]


@dataclass
class Cast:
    """Posts by the part they play, and the rows they stand for."""

    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    relatives: dict[str, Relative] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Post:
        try:
            return self.__dict__["posts"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def shen(self) -> Person:
        """沈桂芳, the elder whose way through the house every walk follows."""
        return self.people["shen"]


#: part, user name, name, role, title, organisation, area. One line each; the README prints it.
PARTS = [
    ("bureau", "chenli", "陈立", Role.BUREAU, "养老服务科科长", "bureau", DISTRICT),
    ("street", "zhoujie", "周洁", Role.STREET, "曹杨新村街道受理窗口", "street", CAOYANG),
    ("neighbour_street", "wuqiang", "吴强", Role.STREET, "长寿路街道受理窗口", "other_street", CHANGSHOU),
    ("advisor", "tangyun", "唐云", Role.ADVISOR, "养老顾问", "street", CAOYANG),
    ("agency", "panwei", "潘伟", Role.AGENCY, "评估机构负责人", "agency", DISTRICT),
    ("other_agency", "luogang", "罗刚", Role.AGENCY, "评估机构负责人", "other_agency", DISTRICT),
    ("assessor", "sunping", "孙萍", Role.ASSESSOR, "评估员（A 类）", "agency", DISTRICT),
    ("assessor_b", "liuhai", "刘海", Role.ASSESSOR, "评估员（B 类，医师）", "agency", DISTRICT),
    ("coordinator", "liyun", "李芸", Role.COORDINATOR, "护理机构协调员", "provider", DISTRICT),
    ("other_coordinator", "fengyan", "冯燕", Role.COORDINATOR, "护理机构协调员", "other_provider", DISTRICT),
    ("carer", "wangxiuying", "王秀英", Role.CARER, "养老护理员", "provider", DISTRICT),
    ("other_carer", "zhaoqin", "赵琴", Role.CARER, "养老护理员", "other_provider", DISTRICT),
    ("nurse", "xuli", "徐丽", Role.NURSE, "执业护士", "provider", DISTRICT),
    ("home", "hujing", "胡静", Role.HOME, "养老院院长", "care_home", DISTRICT),
    ("doctor", "malin", "马琳", Role.DOCTOR, "家庭医生", "health_centre", CAOYANG),
    ("insurer", "qianwei", "钱伟", Role.INSURER, "长护险经办", "insurer", DISTRICT),
    ("auditor", "hejing", "何静", Role.AUDITOR, "长护险稽核", "insurer", DISTRICT),
    ("elder", "shenguifang", "沈桂芳", Role.ELDER, "", "", ""),
    ("daughter", "lumin", "陆敏", Role.FAMILY, "沈桂芳之女", "", ""),
    ("neighbour", "daijianguo", "戴建国", Role.ELDER, "", "", ""),
    ("stranger", "gaofang", "高芳", Role.FAMILY, "戴建国之女", "", ""),
    ("volunteer", "linxiao", "林晓", Role.VOLUNTEER, "老伙伴志愿者", "street", CAOYANG),
    ("admin", "weimin", "魏民", Role.ADMIN, "系统管理员", "bureau", DISTRICT),
]
_ORGANISATIONS = [
    ("bureau", "普陀区民政局", "office", "310107000000", False),
    ("street", "曹杨新村街道办事处", "office", "310107005000", False),
    ("other_street", "长寿路街道办事处", "office", "310107015000", False),
    ("agency", "示例·曹杨评估中心", "assessor", "310107005000", False),
    ("other_agency", "示例·长寿评估中心", "assessor", "310107015000", False),
    ("provider", "示例·曹杨护理站", "nursing_station", "310107005000", True),
    ("other_provider", "示例·长寿社区养老服务社", "community", "310107015000", True),
    ("care_home", "示例·曹杨养老院", "care_home", "310107005000", True),
    ("health_centre", "示例·曹杨社区卫生服务中心", "health_centre", "310107005000", False),
    ("insurer", "示例·长护险经办中心", "insurer", "310107000000", False),
]
_WORKERS = [
    ("assessor", "孙萍", "f", "agency", "assessor", "", "A"),
    ("assessor_b", "刘海", "m", "agency", "assessor", "", "B"),
    ("carer", "王秀英", "f", "provider", "carer", "carer_medical", ""),
    ("other_carer", "赵琴", "f", "other_provider", "carer", "carer_medical", ""),
    ("nurse", "徐丽", "f", "provider", "nurse", "nurse", ""),
]


def build(password: str | None = None) -> Cast:
    """Make the cast, or find it again; a password makes the accounts able to sign in."""
    cast = Cast()
    _areas()
    for key, name, kind, area, provider in _ORGANISATIONS:
        cast.organisations[key] = Organisation.objects.get_or_create(
            source_id=f"cast:{key}",
            defaults={
                "name": name, **_spelled(name), "kind": kind, "area_code": area, "synthetic": True,
                "is_ltci_provider": provider, "source": "演示", "starts": SINCE, "lng": 121.4035, "lat": 31.2415,
            },
        )[0]
    _agreements(cast)
    for key, name, sex, org, occupation, staff_class, assessor_class in _WORKERS:
        cast.workers[key] = _worker(cast, key, name, sex, org, occupation, staff_class, assessor_class)
    cast.people["shen"] = _person("沈桂芳", "f", date(1944, 3, 12), 1, "310107005001", "alone")
    cast.people["dai"] = _person("戴建国", "m", date(1950, 8, 2), 2, "310107015001", "elders")
    cast.relatives["daughter"] = _relative(cast.people["shen"], "陆敏", "女儿")
    cast.relatives["stranger"] = _relative(cast.people["dai"], "高芳", "女儿")
    holders = {
        **{k: w.pk for k, w in cast.workers.items()},
        "elder": cast.people["shen"].pk, "neighbour": cast.people["dai"].pk,
        "daughter": cast.relatives["daughter"].pk, "stranger": cast.relatives["stranger"].pk,
    }
    for part, username, name, role, title, org, area in PARTS:
        cast.posts[part] = _post(cast, username, name, role, title, org, area, holders.get(part), password)
    cast.posts["system"] = system()
    return cast


def _spelled(name: str) -> dict[str, str]:
    """Pinyin and its initials, which a search box finds a name by."""
    sound = pinyin(name)
    return {"pinyin": sound.full, "initials": sound.initials}


def _areas() -> None:
    Area.objects.bulk_create(
        [
            Area(code=code, name=name, kind=kind, centre_lng=lng, centre_lat=lat, source="演示",
                 code_status="unverified" if kind == "committee" else "official")
            for code, name, kind, lng, lat in AREAS
        ],
        ignore_conflicts=True,
    )
    area_queries.forget()


def _agreements(cast: Cast) -> None:
    opened = Agreement.objects.unscoped("building the cast")
    for key in ("provider", "other_provider", "care_home"):
        opened.get_or_create(
            number=f"DEMO-{key}", kind="ltci",
            defaults={
                "party_a": cast.organisations["insurer"], "party_b": cast.organisations[key], "starts": SINCE,
                "area_code": cast.organisations[key].area_code,
            },
        )


def _worker(
    cast: Cast, key: str, name: str, sex: str, org: str, occupation: str, staff_class: str, assessor_class: str
) -> Worker:
    opened = Worker.objects.unscoped("building the cast")
    worker, made = opened.get_or_create(
        name=name, organisation=cast.organisations[org],
        defaults={
            **_spelled(name), "sex": sex, "phone": "13900000001", "occupation": occupation,
            "staff_class": staff_class, "assessor_class": assessor_class, "synthetic": True, "starts": SINCE,
            "area_code": cast.organisations[org].area_code, "lng": 121.4036, "lat": 31.2412,
            "grade": "中级" if occupation == "carer" else "",
        },
    )
    if made:
        kinds = {"carer": "养老护理员职业技能等级证书", "nurse": "护士执业证书", "assessor": "评估员培训合格证"}
        Certificate.objects.unscoped("building the cast").create(
            worker=worker, kind=kinds[occupation], number=f"DEMO-{key}", starts=SINCE, ends=date(2030, 1, 1),
            grade=worker.grade,
        )
        Shift.objects.bulk_create(
            [Shift(worker=worker, weekday=d, starts=time(8), ends=time(18)) for d in range(7)]
        )
    return worker


def _person(name: str, sex: str, birth: date, serial: int, area: str, living: str) -> Person:
    number = make_synthetic_identity(birth, Sex.MALE if sex == "m" else Sex.FEMALE, 490 + serial)
    spelled = pinyin(name)
    phone = f"1380000{serial:04d}"
    opened = Person.objects.unscoped("building the cast")
    person, made = opened.get_or_create(
        identity_index=blind_index(number, "identity"),
        defaults={
            "name": name, "pinyin": spelled.full, "initials": spelled.initials, "sex": sex, "birth_date": birth,
            "identity_number": number, "identity_tail": blind_index(number[-4:], "identity_tail"),
            "phone": phone, "phone_index": blind_index(phone, "phone"),
            "phone_tail": blind_index(phone[-4:], "phone_tail"),
            "hukou_area_code": area, "area_code": area, "hukou_address": "曹杨路 505 弄 3 号 201 室",
            "address": "曹杨路 505 弄 3 号 201 室", "lng": 121.4031 + serial / 10_000, "lat": 31.2411,
            "living": living, "synthetic": True,
        },
    )
    if made:
        Cover.objects.bulk_create([Cover(person=person, kind="employee", starts=SINCE)])
    return person


def _relative(person: Person, name: str, relation: str) -> Relative:
    relative, made = Relative.objects.unscoped("building the cast").get_or_create(
        person=person, name=name,
        defaults={"relation": relation, "phone": "13700000001", "is_emergency": True, "may_view": True, "may_act": True},
    )
    if made:
        Consent.objects.bulk_create(
            [
                Consent(person_id=person.pk, purpose=purpose, recipient_id=relative.pk, recipient_name=name,
                        data=["all"], given_by=person.name, starts=SINCE)
                for purpose in ("family_view", "family_act")
            ]
        )
    return relative


def _post(
    cast: Cast, username: str, name: str, role: Role, title: str, org: str, area: str,
    holder: UUID | None, password: str | None,
) -> Post:
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = Account.objects.create_user(username, password, name=name)
    organisation = cast.organisations.get(org)
    post, _ = Post.objects.get_or_create(
        account=account, role=role,
        defaults={
            "title": title, "area_code": area, "holder_id": holder, "starts": SINCE,
            "organisation_id": organisation.pk if organisation else None,
            "organisation_name": organisation.name if organisation else "",
        },
    )
    post.account = account
    return post
