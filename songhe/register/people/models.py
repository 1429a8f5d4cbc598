"""The elder file 一人一档: the person, family, insurance, levels, stays and diagnoses."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from songhe.kernel import clock
from songhe.kernel.access.scoping import ScopedModel
from songhe.kernel.crypto import EncryptedText
from songhe.kernel.ids import uuid7
from songhe.kernel.intervals import PreventOverlap
from songhe.kernel.text import FirstCharacter, SortText


class Person(ScopedModel):
    """Person 长者: one row a person; identity number, phone and addresses are encrypted.

    ``area_code`` is where she lives (常住), ``hukou_area_code`` where she is registered
    (户籍); the two are different universes and never mixed. ``*_index`` columns are blind
    indexes of the whole value, ``*_tail`` of its last four digits, for search.
    """

    class Sex(models.TextChoices):
        """性别."""

        MALE = "m", "男"
        FEMALE = "f", "女"

    class Living(models.TextChoices):
        """居住情况 living situation."""

        ALONE = "alone", "独居"
        LONE = "lone", "孤老"
        ELDERS = "elders", "纯老家庭"
        FAMILY = "family", "与子女同住"
        INSTITUTION = "institution", "住养老机构"

    class Income(models.TextChoices):
        """收入类别 income class, as the subsidy rules divide people."""

        DIBAO = "dibao", "低保"
        LOW = "low", "低收入"
        MODEST = "modest", "低于企业平均养老金"
        GENERAL = "general", "一般"

    class Language(models.TextChoices):
        """语言 in which she is best spoken to."""

        SHANGHAINESE = "shanghainese", "沪语"
        MANDARIN = "mandarin", "普通话"
        DIALECT = "dialect", "其他方言"

    class Marital(models.TextChoices):
        """婚姻状况."""

        MARRIED = "married", "有配偶"
        WIDOWED = "widowed", "丧偶"
        DIVORCED = "divorced", "离婚"
        SINGLE = "single", "未婚"

    class Education(models.TextChoices):
        """文化程度."""

        NONE = "none", "未上过学"
        PRIMARY = "primary", "小学"
        JUNIOR = "junior", "初中"
        SENIOR = "senior", "高中及中专"
        COLLEGE = "college", "大专及以上"

    class Status(models.TextChoices):
        """档案状态."""

        LIVING = "living", "在册"
        DECEASED = "deceased", "已故"
        MOVED = "moved", "迁出"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = SortText("姓名", max_length=40)
    pinyin = SortText("拼音", max_length=240)
    initials = SortText("拼音首字母", max_length=40)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices)
    birth_date = models.DateField("出生日期")
    identity_number = EncryptedText("居民身份证号", purpose="identity")
    identity_index = models.CharField("身份证号索引", max_length=32)
    identity_tail = models.CharField("身份证号后四位索引", max_length=32)
    phone = EncryptedText("电话", purpose="phone", blank=True)
    phone_index = models.CharField("电话索引", max_length=32, blank=True)
    phone_tail = models.CharField("电话后四位索引", max_length=32, blank=True)
    hukou_area_code = models.CharField("户籍区划", max_length=12)
    hukou_address = EncryptedText("户籍地址", purpose="address", blank=True)
    area_code = models.CharField("常住区划", max_length=12)
    address = EncryptedText("常住地址", purpose="address", blank=True)
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    living = models.CharField("居住情况", max_length=12, choices=Living.choices)
    income = models.CharField("收入类别", max_length=8, choices=Income.choices, default=Income.GENERAL)
    language = models.CharField("语言", max_length=12, choices=Language.choices, default=Language.MANDARIN)
    sex_wish = models.CharField("护理员性别意愿", max_length=1, choices=Sex.choices, blank=True)
    marital = models.CharField("婚姻状况", max_length=12, choices=Marital.choices, blank=True)
    education = models.CharField("文化程度", max_length=12, choices=Education.choices, blank=True)
    status = models.CharField("档案状态", max_length=8, choices=Status.choices, default=Status.LIVING)
    death_date = models.DateField("死亡日期", null=True, blank=True)
    synthetic = models.BooleanField("模拟人员", default=False)
    remark = models.CharField("备注", max_length=300, blank=True)
    created_at = models.DateTimeField("建档时间", default=clock.now)
    updated_at = models.DateTimeField("更新时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "长者"
        ordering = ["pinyin", "id"]
        indexes = [
            models.Index(fields=["pinyin", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["initials", "pinyin", "id"]),
            models.Index(fields=["area_code", "pinyin", "id"]),
            # A surname alone, in the order of the list: the name index would first collect all the Wangs.
            models.Index(FirstCharacter("name"), "pinyin", "id", name="person_by_surname"),
            models.Index(fields=["hukou_area_code"]),
            models.Index(fields=["living", "pinyin", "id"]),
            models.Index(fields=["income", "pinyin", "id"]),
            models.Index(fields=["birth_date", "id"]),
            # Declared here and not with db_index, which on PostgreSQL would build each of them twice.
            models.Index(fields=["identity_tail"]),
            models.Index(fields=["phone_index"]),
            models.Index(fields=["phone_tail"]),
            # The few who have died, among hundreds of thousands.
            models.Index(fields=["death_date"], name="person_who_died", condition=Q(death_date__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_index"], name="person_identity_once", violation_error_message="该身份证号已建档"
            ),
            models.CheckConstraint(
                name="person_death_after_birth",
                condition=Q(death_date__isnull=True) | Q(death_date__gte=F("birth_date")),
                violation_error_message="死亡日期不能早于出生日期",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def age_on(self, day: date) -> int:
        """Completed years on a day."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))

    @property
    def age(self) -> int:
        """Completed years today, or at death."""
        return self.age_on(self.death_date or clock.today())

    @property
    def person_id(self) -> object:
        """So that a person row can stand where a row about a person is expected."""
        return self.pk


class Relative(ScopedModel):
    """Relative 家属: family or guardian 监护人, and what each may see and do.

    What a relative may do also needs the elder's consent (``family_view``, ``family_act``).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relatives", verbose_name="长者")
    name = models.CharField("姓名", max_length=40)
    relation = models.CharField("关系", max_length=20)
    phone = EncryptedText("电话", purpose="phone", blank=True)
    phone_index = models.CharField("电话索引", max_length=32, blank=True)
    lives_with = models.BooleanField("同住", default=False)
    is_guardian = models.BooleanField("监护人", default=False)
    is_emergency = models.BooleanField("紧急联系人", default=False)
    may_view = models.BooleanField("可查看", default=False)
    may_act = models.BooleanField("可代办", default=False)
    position = models.PositiveSmallIntegerField("顺序", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "家属"
        ordering = ["person_id", "position", "id"]
        indexes = [models.Index(fields=["phone_index"])]

    def __str__(self) -> str:
        return f"{self.name}（{self.relation}）"


class Cover(ScopedModel):
    """Insurance cover 医保参保: kind and period. Periods of one person never overlap."""

    class Kind(models.TextChoices):
        """险种."""

        EMPLOYEE = "employee", "职工医保"
        RESIDENT = "resident", "居民医保"
        ELSEWHERE = "elsewhere", "外地医保"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="covers", verbose_name="长者")
    kind = models.CharField("险种", max_length=12, choices=Kind.choices)
    pension_claimed = models.BooleanField("已办理领取养老金", default=True)
    starts = models.DateField("起")
    ends = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "医保参保"
        ordering = ["person_id", "starts"]
        # Besides the overlap constraint's own index, which answers look-ups two hundred times slower.
        indexes = [models.Index(fields=["person", "starts"])]
        constraints = [
            PreventOverlap(name="cover_no_overlap", keys=["person"], message="该时段已有参保记录，请先调整原记录的止日")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class CareLevel(ScopedModel):
    """Care level 照护等级: under one scheme, for a period; never converted between schemes.

    ``shanghai`` 0–6 is the city's official outcome and is recorded; ``national`` 0–5 and
    ``gbt42195`` 0–4 are computed here with reasons. Periods of one scheme never overlap.
    """

    class Scheme(models.TextChoices):
        """等级体系."""

        SHANGHAI = "shanghai", "上海统一需求评估（0–6）"
        NATIONAL = "national", "国家长护失能等级（0–5）"
        GBT42195 = "gbt42195", "老年人能力评估（0–4）"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="levels", verbose_name="长者")
    scheme = models.CharField("等级体系", max_length=12, choices=Scheme.choices)
    level = models.SmallIntegerField("等级")
    label = models.CharField("等级名称", max_length=40)
    starts = models.DateField("生效日")
    ends = models.DateField("失效日", null=True, blank=True)
    official = models.BooleanField("官方结论", default=False)
    case_id = models.UUIDField("评估办件", null=True, blank=True)
    reasons = models.JSONField("理由", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "照护等级"
        ordering = ["person_id", "scheme", "-starts"]
        indexes = [
            models.Index(fields=["person", "scheme", "starts"]),
            models.Index(fields=["scheme", "level", "starts"]),
            models.Index(fields=["scheme", "ends"]),
        ]
        constraints = [
            PreventOverlap(
                name="level_no_overlap", keys=["person", "scheme"], message="该时段已有同一体系的照护等级，不能重叠"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Stay(ScopedModel):
    """Stay 住院、入住、外出: a period in which the person is not served at home.

    Half-open ``[starts, ends)``; an open end means that she is still there. Stays of one
    person never overlap.
    """

    class Kind(models.TextChoices):
        """类别."""

        HOSPITAL = "hospital", "住院"
        INSTITUTION = "institution", "入住养老机构"
        AWAY = "away", "暂离本市"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stays", verbose_name="长者")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    organisation_id = models.UUIDField("机构", null=True, blank=True)
    organisation_name = models.CharField("机构名称", max_length=120, blank=True)
    starts = models.DateTimeField("起")
    ends = models.DateTimeField("止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "住院与入住"
        ordering = ["person_id", "-starts"]
        indexes = [models.Index(fields=["kind", "ends"]), models.Index(fields=["person", "starts"])]
        constraints = [
            PreventOverlap(name="stay_no_overlap", keys=["person"], message="该时段已有住院、入住或外出记录，不能重叠")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts:%Y-%m-%d}"


class Diagnosis(ScopedModel):
    """Diagnosis 诊断: a disease that the assessment asks for. Shown to medical posts only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="diagnoses", verbose_name="长者")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=60)
    since = models.DateField("确诊日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "诊断"
        ordering = ["person_id", "name"]

    def __str__(self) -> str:
        return self.name
