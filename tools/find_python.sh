#!/bin/sh
# Prints the first Python of 3.11 or newer. Each candidate is run, not only looked up:
# version managers leave shims on PATH that exist and do not start.
for candidate in "$@" python3 python3.13 python3.12 python3.11 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done
echo "Songhe needs Python 3.11 or newer (tried: $* python3 python3.13 python3.12 python3.11)." >&2
echo "Install one, or name it: make demo PYTHON=/path/to/python3" >&2
exit 1
