"""Risks of care 照护风险: the words a plan chooses from.

The first nine are the risks that GB 38600—2019《养老机构服务安全基本规范》 asks an institution to
assess (recalled, the text was not at hand); the rest are usual in home care. A plan may add its own.
"""

RISKS = (
    "跌倒", "坠床", "压疮", "噎食", "误食", "烫伤", "走失", "自伤或伤人", "活动意外",
    "管路滑脱", "用药错误", "步态不稳", "独居无人应答",
)
