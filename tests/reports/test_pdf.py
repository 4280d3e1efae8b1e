"""Word into PDF: with LibreOffice where the machine has it, and what is said where it has not."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reports import pdf
from reports.formats import FORMATS
from tests.reports.example import example_report, locked_report
from texts import vietnamese

texts = vietnamese()
with_office = pytest.mark.skipif(pdf.find_office() is None, reason="LibreOffice is not installed")
with_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@with_office
@with_poppler
def test_pages_say_what_the_word_file_says(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(FORMATS["pdf"](example_report(), texts))
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    pages = said.split("\f")[:-1]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
    assert "87,99%" in said and "Nơi nhận:" in said
    assert all("BẢN NHÁP – CHƯA KÝ" in page for page in pages)
    assert [page.split()[0] for page in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]


@with_office
@with_poppler
def test_signed_report_shows_no_draft_mark_on_any_page(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(FORMATS["pdf"](locked_report(), texts))
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "NHÁP" not in said and "1.838 thành 1.840" in said


@with_office
def test_two_at_the_same_time_do_not_disturb_each_other() -> None:
    word = FORMATS["docx"](example_report(), texts)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(pdf.render, [word, word]))
    assert all(each.startswith(b"%PDF") for each in made)


@with_office
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pdf.render(FORMATS["docx"](example_report(), texts))
    assert list(tmp_path.glob("hotline-pdf-*")) == []


def test_machine_without_office_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    with pytest.raises(pdf.OfficeMissing) as missing:
        FORMATS["pdf"](example_report(), texts)
    assert "apt install libreoffice-writer" in texts(missing.value.text_key, **missing.value.data)


@pytest.mark.parametrize("script", ["sleep 60 & wait", "exit 1", "exit 0"])
def test_office_that_hangs_or_makes_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    office = tmp_path / "soffice"
    office.write_text(f"#!/bin/sh\n{script}\n")
    office.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(pdf.PdfFailed) as failed:
        pdf.render(b"word", time_limit=1)
    assert "1 giây" in texts(failed.value.text_key, **failed.value.data)
