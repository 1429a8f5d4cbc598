"""The code lists 代码表 behind the small integer columns: position in the tuple = value in the column."""

from typing import NamedTuple


class Code(NamedTuple):
    """``code`` is stable and for programs, ``label`` is what an officer reads."""

    code: str
    label: str


# Values as in GB/T 2261.1 性别代码, the one exception to counting from 0; position 0 is 未知.
SEX = (Code("", "未知"), Code("m", "男"), Code("f", "女"))
MALE, FEMALE = 1, 2

LIVING = (
    Code("family", "与子女同住"),
    Code("elders", "纯老家庭"),
    Code("alone", "独居"),
    Code("lone", "孤老"),
    Code("institution", "住养老机构"),
)
WITH_FAMILY, ELDERS_ONLY, ALONE, LONE, INSTITUTION = range(5)

INCOME = (
    Code("general", "一般"),
    Code("dibao", "低保"),
    Code("low", "低收入"),
    Code("modest", "80周岁及以上且养老金低于企业平均"),
)
GENERAL, DIBAO, LOW, MODEST = range(4)

INSURANCE = (Code("employee", "职工医保"), Code("resident", "居民医保"), Code("none", "未参保"))
EMPLOYEE, RESIDENT, UNINSURED = range(3)

MARITAL = (
    Code("married", "有配偶"),
    Code("widowed", "丧偶"),
    Code("divorced", "离婚"),
    Code("single", "未婚"),
)
MARRIED, WIDOWED, DIVORCED, SINGLE = range(4)

EDUCATION = (
    Code("none", "未上过学"),
    Code("primary", "小学"),
    Code("junior", "初中"),
    Code("senior", "高中及中专"),
    Code("college", "大专及以上"),
)

# Where the person lives against where the person is registered 户籍.
SEPARATION = (
    Code("same", "人户一致"),
    Code("inside", "人户分离（区内）"),
    Code("outside", "人户分离（区外）"),
)
SAME, INSIDE, OUTSIDE = range(3)

CARE_FORM = (Code("none", "未享受"), Code("home", "居家照护"), Code("institution", "养老机构照护"))
NO_CARE, HOME_CARE, INSTITUTION_CARE = range(3)

# The eleven diseases of 上海市老年照护统一需求评估标准2.0; bit i of the column ``conditions``.
CONDITIONS = (
    Code("copd", "慢性阻塞性肺疾病"),
    Code("pneumonia", "肺炎"),
    Code("parkinson", "帕金森病"),
    Code("diabetes", "糖尿病"),
    Code("cerebral_haemorrhage", "脑出血"),
    Code("hypertension", "高血压"),
    Code("late_tumour", "晚期肿瘤"),
    Code("coronary", "冠心病"),
    Code("cerebral_infarction", "脑梗塞"),
    Code("leg_fracture", "下肢骨折"),
    Code("dementia", "老年痴呆"),
)

LANGUAGE = (Code("shanghainese", "沪语"), Code("mandarin", "普通话"), Code("dialect", "其他方言"))
SEX_WISH = (Code("", "不限"), Code("f", "女"), Code("m", "男"))

RELATION = (
    Code("spouse", "配偶"),
    Code("son", "儿子"),
    Code("daughter", "女儿"),
    Code("grandchild", "孙辈"),
    Code("sibling", "兄弟姐妹"),
    Code("nephew", "侄甥"),
    Code("child_in_law", "儿媳或女婿"),
)
SPOUSE, SON, DAUGHTER, GRANDCHILD, SIBLING, NEPHEW, CHILD_IN_LAW = range(7)

LIVES = (
    Code("same_home", "同住"),
    Code("same_district", "本区"),
    Code("same_city", "本市其他区"),
    Code("elsewhere", "外省市"),
    Code("abroad", "境外"),
)
SAME_HOME, SAME_DISTRICT, SAME_CITY, ELSEWHERE, ABROAD = range(5)

ORGANISATION_KIND = (
    Code("care_home", "养老机构"),
    Code("community", "社区养老服务组织"),
    Code("nursing_station", "护理站"),
    Code("assessor", "评估机构"),
    Code("insurer", "保险经办"),
)
CARE_HOME, COMMUNITY, NURSING_STATION, ASSESSMENT_AGENCY, INSURER = range(5)

OCCUPATION = (
    Code("carer", "养老护理员"),
    Code("nurse", "护士"),
    Code("assessor", "评估员"),
    Code("coordinator", "协调员"),
    Code("manager", "负责人"),
    Code("clerk", "经办员"),
    Code("auditor", "稽核员"),
)
CARER, NURSE, ASSESSOR, COORDINATOR, MANAGER, CLERK, AUDITOR = range(7)

STAFF_CLASS = (
    Code("", "不提供服务"),
    Code("carer_health", "养老护理员（健康照护）"),
    Code("carer_medical", "养老护理员（医疗照护）"),
    Code("nurse", "执业护士"),
)
NO_CLASS, CARER_HEALTH, CARER_MEDICAL, REGISTERED_NURSE = range(4)

GRADE = (
    Code("", "无"),
    Code("初级", "五级/初级工"),
    Code("中级", "四级/中级工"),
    Code("高级", "三级/高级工"),
)
NO_GRADE, JUNIOR_GRADE, MIDDLE_GRADE, SENIOR_GRADE = range(4)

ASSESSOR_CLASS = (Code("", "无"), Code("A", "A类"), Code("B", "B类"))

# Bit i of the column ``skills``.
SKILLS = (
    Code("bathing", "助浴"),
    Code("transfer", "移位与翻身"),
    Code("dementia", "认知障碍照护"),
    Code("pressure_care", "压疮预防护理"),
    Code("tube_feeding", "鼻饲护理"),
    Code("catheter", "留置尿管护理"),
    Code("rehabilitation", "生活自理能力训练"),
)

CERTIFICATE_KIND = (
    Code("carer_grade", "养老护理员职业技能等级证书"),
    Code("ltci_training", "长护险护理服务培训合格证"),
    Code("health", "健康证明"),
    Code("nurse", "护士执业证书"),
    Code("assessor_a", "A类评估员证书"),
    Code("assessor_b", "B类评估员证书"),
    Code("physician", "医师执业证书"),
)
GRADE_CERT, TRAINING_CERT, HEALTH_CERT, NURSE_CERT, ASSESSOR_A_CERT, ASSESSOR_B_CERT, PHYSICIAN_CERT = range(
    7
)

APPLICATION_KIND = (
    Code("first", "首次评估"),
    Code("renewal", "期末评估"),
    Code("change", "状态评估"),
    Code("green", "绿色通道"),
)
FIRST, RENEWAL, CHANGE, GREEN = range(4)

APPLICATION_FATE = (
    Code("assessed", "完成评估"),
    Code("refused", "不予受理"),
    Code("withdrawn", "撤回"),
    Code("stopped", "因住院、死亡等终止"),
)

# Outcomes of an assessment are levels 0 … 6, or this one 建议至相关医疗机构就诊.
OUTCOME_HOSPITAL = 7

VISIT_OUTCOME = (
    Code("done", "已服务"),
    Code("elder_absent", "长者不在"),
    Code("elder_refused", "长者拒绝"),
    Code("carer_missed", "护理员未到"),
)
DONE, ELDER_ABSENT, ELDER_REFUSED, CARER_MISSED = range(4)

PLACE = (Code("on_site", "在围栏内"), Code("missing", "无定位"), Code("off_site", "在围栏外"))
ON_SITE, NO_PLACE, OFF_SITE = range(3)

# What audit looks for; position 0 is an honest visit.
MISTAKE = (
    Code("", "无"),
    Code("overlap", "同一护理员时段重叠"),
    Code("impossible_travel", "路程时间不可能"),
    Code("ghost", "人未到场而打卡"),
    Code("over_budget", "超出每周时数"),
    Code("short_stay", "实际时长明显不足"),
    Code("identical_duration", "时长雷同"),
    Code("in_hospital", "住院期间服务"),
    Code("after_death", "死亡后服务"),
    Code("shared_device", "多人共用设备"),
    Code("mock_location", "虚拟定位"),
    Code("wrong_class", "人员类别不符"),
    Code("no_signature", "缺长者签名"),
    Code("duplicate", "重复申报"),
)
