"""Every measurement, one after the other: `python -m tests.bench`. Loopback only, some minutes.

With `--million`, the pages at a million contacts too: 5 GB of disk.
"""

import sys

from tests.bench import (
    building,
    campaign,
    hits,
    ledger,
    million,
    proofs,
    smtp_client,
)


def main():
    measurements = [building, smtp_client, campaign, hits, ledger, proofs]
    if "--million" in sys.argv:
        measurements.append(million)
    for measurement in measurements:
        print(f"\n{measurement.__doc__.splitlines()[0]}")
        measurement.main()


if __name__ == "__main__":
    main()
