"""``python -m songhe.cli`` is ``songhe``."""

import sys

from . import main

sys.exit(main())
