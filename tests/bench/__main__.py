"""Every measurement, one after the other: `python -m tests.bench`. Loopback only.

`--people` is the size of the campaigns, `--most` that of the largest audience frozen; small
ones show that the measurements work. With `--million`, a million events in the ledger and the
pages at a million contacts too: 5 GB of disk. The peers are apart: pip fetches them.
"""

import argparse

from tests.bench import (
    audience,
    building,
    campaign,
    cleaning,
    files,
    finding,
    hits,
    importing,
    ledger,
    matching,
    million,
    proofs,
    purchases,
    segments,
    smtp_client,
    waiting,
)


def main():
    sizes = _sizes()
    audiences = [n for n in audience.PEOPLE if n < sizes.most] + [sizes.most]
    # From the parts to the whole, then what happens beside and after it.
    _measure(building)
    _measure(smtp_client)
    _measure(campaign, sizes.people)
    _measure(audience, *audiences)
    _measure(waiting, sizes.people)
    _measure(hits)
    _measure(ledger)
    _measure(importing, 1_000_000 if sizes.million else importing.ROWS)
    _measure(proofs)
    _measure(cleaning)
    _measure(matching, 20_000)
    _measure(files)
    if sizes.million:
        _measure(million)
        _measure(purchases, million.PEOPLE)
        _measure(finding)
        _measure(segments)


def _measure(what, *sizes):
    print(f"\n{what.__doc__.splitlines()[0]}", flush=True)
    what.main(*sizes)


def _sizes():
    parser = argparse.ArgumentParser("python -m tests.bench")
    parser.add_argument("--people", type=int, default=campaign.COUNT)
    parser.add_argument("--most", type=int, default=max(audience.PEOPLE))
    parser.add_argument("--million", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
