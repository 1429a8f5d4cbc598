"""``python -m bench [--only id]``; see the harness."""

import argparse
import sys

from . import figures, harness  # noqa: F401 - figures declare themselves

parser = argparse.ArgumentParser(description=harness.__doc__)
parser.add_argument("--only", default="", help="id of a figure, or the part before its dot")
sys.exit(harness.main(parser.parse_args().only))
