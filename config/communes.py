"""Make the table of communes anew, by hand, when INSEE has published another one.

`npm pack codes-postaux @etalab/decoupage-administratif`, unpack both below one folder as
`codes-postaux` and `decoupage-administratif`, then `python -m config.communes FOLDER`.
Both are MIT; their data is INSEE's, La Poste's and DGFiP's (Licence Ouverte 2.0).
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "webapp/core/normalising/communes.tsv.gz"
# Their postcodes are those of their arrondissements.
IN_ARRONDISSEMENTS = {"13055", "69123", "75056"}
IN_USE = ("commune-actuelle", "arrondissement-municipal")

Row = tuple[str, str, str, str]


def main(folder: Path) -> None:
    """Write one line for each postcode of each commune, and for each name it had before."""
    communes = json.loads(
        (folder / "decoupage-administratif/data/communes.json").read_text("utf-8")
    )
    postcodes = json.loads(
        (folder / "codes-postaux/codes-postaux.json").read_text("utf-8")
    )
    rows = sorted(set(_rows(communes, postcodes)))
    text = "\n".join("\t".join(row) for row in rows) + "\n"
    TABLE.write_bytes(gzip.compress(text.encode(), mtime=0))


def _rows(
    communes: list[dict[str, Any]], postcodes: list[dict[str, str]]
) -> Iterator[Row]:
    """Postcode, INSEE's code, name, and a former name of the place (or nothing)."""
    by_code = {one["code"]: one for one in communes if one["type"] in IN_USE}
    for code in by_code.keys() - IN_ARRONDISSEMENTS:
        for postcode in by_code[code].get("codesPostaux", ()):
            yield postcode, code, _name(by_code[code]["nom"]), ""
    for line in postcodes:
        if line["codeCommune"] in by_code:
            code = line["codeCommune"]
            yield line["codePostal"], code, _name(by_code[code]["nom"]), ""
    yield from _former(communes, by_code)


def _former(
    communes: list[dict[str, Any]], by_code: dict[str, dict[str, Any]]
) -> Iterator[Row]:
    for one in communes:
        now = by_code.get(one.get("chefLieu", ""), {})
        if one["type"] not in IN_USE and one["nom"] != now.get("nom"):
            for postcode in now.get("codesPostaux", ()):
                yield postcode, now["code"], _name(now["nom"]), one["nom"]


def _name(name: str) -> str:
    """An arrondissement of Paris is written "Paris" on a letter: its postcode tells it."""
    return name.split(maxsplit=1)[0] if name.endswith(" Arrondissement") else name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
