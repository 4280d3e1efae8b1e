"""Every kind of file that a report can become, by the end of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.errors import HotlineError
from domain.report import Report
from texts import Texts

Render = Callable[[Report, Texts], bytes]


class NoMainChart(HotlineError):
    text_key = "report_files.no_main_chart"


def _docx(report: Report, texts: Texts) -> bytes:
    from reports.word.document import render

    return render(report, texts)


def _xlsx(report: Report, texts: Texts) -> bytes:
    from reports.excel.document import render

    return render(report, texts)


def _csv(report: Report, texts: Texts) -> bytes:
    from reports.csv import render

    return render(report, texts)


def _pdf(report: Report, texts: Texts) -> bytes:
    """Raises OfficeMissing, PdfFailed."""
    from reports import pdf

    return pdf.render(_docx(report, texts))


def _png(report: Report, texts: Texts) -> bytes:
    """Raises NoMainChart."""
    from reports.charts import render

    main = next((chart for section in report.sections for chart in section.charts if chart.main), None)
    if main is None:
        raise NoMainChart
    return render(report, main, texts)


FORMATS: Mapping[str, Render] = {"docx": _docx, "xlsx": _xlsx, "csv": _csv, "pdf": _pdf, "png": _png}
"""Each loads its library when it is first used: a start without reports pays nothing."""
