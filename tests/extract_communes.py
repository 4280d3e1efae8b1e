"""Makes domain/communes.tsv out of the data of `vietnamadminunits` 1.0.4 (MIT). Done once; kept to be done again.

pip install --target FOLDER --no-deps vietnamadminunits==1.0.4
python -m tests.extract_communes FOLDER
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parent.parent / "domain" / "communes.tsv"
HEAD = """\
# Provinces and communes of Việt Nam as of 2025-07-01, with the names from before that are now part of them.
# Extracted from vietnamadminunits 1.0.4, Copyright (c) 2025 Tran Ngoc Minh Hieu, MIT: see communes.LICENSE.
# =code, name of today, names of the provinces from before | code, name, old communes as "district: commune; commune";
# ~ before an old commune: only a part of it came here.
"""


def main(folder: Path) -> None:
    data = folder / "vietnamadminunits" / "data"
    tables = sqlite3.connect(data / "dataset.db")
    converter = json.loads((data / "converter_2025.json").read_text("utf-8"))
    old_names = {
        f"{province_key}_{district_key}_{ward_key or ''}": (district, ward)
        for province_key, district_key, ward_key, district, ward in tables.execute(
            "SELECT provinceKey, districtKey, wardKey, district, ward FROM admin_units_legacy"
        )
    }
    old_provinces = dict(tables.execute("SELECT DISTINCT provinceKey, province FROM admin_units_legacy"))
    lines = [HEAD]
    provinces = tables.execute(
        "SELECT DISTINCT provinceCode, province, provinceKey FROM admin_units ORDER BY 1"
    ).fetchall()
    for code, province, key in provinces:
        before = [old_provinces[each] for each in converter["DICT_PROVINCE"][key] if each in old_provinces]
        lines.append(f"={code}\t{province}\t{'; '.join(before)}\n")
        came: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for ward_key, olds in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].get(key, {}).items():
            came[ward_key] += [_named(old_names, old, "") for old in olds if old in old_names]
        for old, parts in converter["DICT_PROVINCE_WARD_DIVIDED"].get(key, {}).items():
            for part in parts:
                if old in old_names:
                    came[part["newWardKey"]].append(_named(old_names, old, "~"))
        wards = "SELECT wardCode, ward, wardKey FROM admin_units WHERE provinceCode = ? ORDER BY 1"
        for ward_code, ward, ward_key in tables.execute(wards, (code,)):
            by_district: dict[str, list[str]] = defaultdict(list)
            for district, old in sorted(set(came[ward_key])):
                by_district[district].append(old)
            olds = "\t".join(f"{district}: {'; '.join(names)}" for district, names in by_district.items())
            lines.append(f"{ward_code}\t{ward}\t{olds}".rstrip() + "\n")
    TARGET.write_text("".join(lines), "utf-8")


def _named(names: dict[str, tuple[str, str | None]], key: str, mark: str) -> tuple[str, str]:
    district, ward = names[key]
    return district, mark + (ward or district)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
