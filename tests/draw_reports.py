"""Draws the pictures of reports in README.vi.md: the first page in Word, a sheet in Excel with its chart.

    python -m tests.draw_reports

Needs LibreOffice and pdftoppm. The contacts are made up; what is written about them is what the program writes.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops

from db.opening import KeySource, open_database
from domain.report import Report
from reports import pdf
from reports.formats import FORMATS
from tests.drawing import FOLDER
from tests.report_example import example_report, fill, records
from texts import vietnamese

_DOTS_PER_INCH, _MARGIN = 80, 30
_SHEET = 3
"""The page of the workbook with consultations by the way they came, and their chart."""


async def made_up_report(folder: Path) -> Report:
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'h.db'}", KeySource(folder / "h.key"))
    await fill(database, records(1400))
    report = await example_report(database)
    await database.close()
    return replace(report, heading=replace(report.heading, sent_to=("Công an tỉnh Đồng Tháp",)))


def draw(folder: Path, form: str, made: bytes, page: int, name: str) -> None:
    office = pdf.find_office()
    assert office is not None, "LibreOffice is not installed"
    source = folder / f"report.{form}"
    source.write_bytes(made)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    in_vietnamese = {**os.environ, "LC_ALL": "vi_VN.UTF-8"}  # 1.840 and 87,99%, as on an officer's computer
    subprocess.run(command, check=True, capture_output=True, env=in_vietnamese)
    drawing = ["pdftoppm", "-png", "-singlefile", "-r", str(_DOTS_PER_INCH), "-f", str(page)]
    subprocess.run([*drawing, str(source.with_suffix(".pdf")), str(folder / name)], check=True)
    picture = Image.open(folder / f"{name}.png").convert("RGB")
    if form == "xlsx":
        picture = picture.crop((0, 0, picture.width, picture.height * 9 // 10))  # without the number of the page
        _, upper, _, lower = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
        picture = picture.crop((0, max(upper - _MARGIN, 0), picture.width, lower + _MARGIN))
    picture.quantize(32).save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, texts = Path(name), vietnamese()
        report = asyncio.run(made_up_report(folder))
        draw(folder, "docx", FORMATS["docx"](report, texts), 1, "report-word")
        draw(folder, "xlsx", FORMATS["xlsx"](report, texts), _SHEET, "report-excel")


if __name__ == "__main__":
    main()
