"""Word into PDF by LibreOffice, where the machine has it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from domain.errors import HotlineError

TIME_LIMIT_SECONDS = 120
"""The first start on a small server makes the profile and may take half a minute."""
_PROGRAMS = ("soffice", "libreoffice")
_USUAL_PLACES = (
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)


class OfficeMissing(HotlineError):
    text_key = "report_files.pdf_without_office"


class PdfFailed(HotlineError):
    """LibreOffice took too long or made nothing."""

    text_key = "report_files.pdf_failed"


def find_office() -> str | None:
    """The program, from the path or where installers put it."""
    on_path = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    return on_path or next((place for place in _USUAL_PLACES if Path(place).is_file()), None)


def render(docx: bytes, *, time_limit: int = TIME_LIMIT_SECONDS) -> bytes:
    """Raises OfficeMissing, PdfFailed.

    Each conversion has a profile of its own, because two at the same time would fail on one; it is gone afterwards.
    """
    office = find_office()
    if office is None:
        raise OfficeMissing
    with tempfile.TemporaryDirectory(prefix="hotline-pdf-") as folder:
        source, made = Path(folder, "report.docx"), Path(folder, "report.pdf")
        source.write_bytes(docx)
        command = [
            office,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf", "--outdir", folder),
            str(source),
        ]
        if not _finishes(command, time_limit) or not made.is_file():
            raise PdfFailed(seconds=time_limit)
        return made.read_bytes()


def _finishes(command: list[str], time_limit: int) -> bool:
    """False when it was stopped. `soffice` is a script that starts others: all of them are stopped."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 - a fixed program, and files that are ours
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as running:
        try:
            return running.wait(time_limit) == 0
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(running.pid, signal.SIGKILL)
            running.kill()
            return False
