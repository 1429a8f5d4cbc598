"""The synthetic people 模拟人口 of a district: pure generation, no database, the same by seed.

Nobody here exists. What is published is met; what is assumed is stated (``calibrate``).
"""

from .assume import AssumptionRow
from .calibrate import CalibrationRow, Lived, assumption_table, compare
from .certificates import Certificates
from .decode import conditions_of, decoded
from .district import Committee, District, Town, read_district
from .events import Assumptions
from .organisations import Organisations
from .people import People, Population, generate
from .published import Fact, Published, published, read_facts
from .relatives import Relatives
from .staff import Staff, Workers, generate_staff, shifts

__all__ = [
    "AssumptionRow",
    "Assumptions",
    "CalibrationRow",
    "Certificates",
    "Committee",
    "District",
    "Fact",
    "Lived",
    "Organisations",
    "People",
    "Population",
    "Published",
    "Relatives",
    "Staff",
    "Town",
    "Workers",
    "assumption_table",
    "compare",
    "conditions_of",
    "decoded",
    "generate",
    "generate_staff",
    "published",
    "read_district",
    "read_facts",
    "shifts",
]
