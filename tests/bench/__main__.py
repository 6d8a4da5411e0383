"""Every measurement, one after the other: `python -m tests.bench`. Loopback only, some minutes."""

from tests.bench import building, campaign, hits, smtp_client


def main():
    for measurement in (building, smtp_client, campaign, hits):
        print(f"\n{measurement.__doc__.splitlines()[0]}")
        measurement.main()


if __name__ == "__main__":
    main()
