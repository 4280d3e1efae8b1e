"""`hotline ask` and `hotline knowledge …` as other programs and editors use them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner

from hotline.ask import ask
from hotline.knowledge_cli import app

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()
asking = Typer()
asking.command()(ask)
KEYS = ["kind", "topic", "choices", "score", "confirm", "ms"]


def test_a_batch_gives_one_object_per_line_in_order(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_bytes("\ufeffđăng ký cai tại nhà ở đâu\r\n\r\nnó không thở nữa, tím tái rồi\ngia vang hom nay".encode())
    result = RUNNER.invoke(asking, ["--batch", str(file), "--json"])
    assert result.exit_code == 0, result.output
    readings = [json.loads(line) for line in result.stdout.splitlines()]
    assert [list(reading) for reading in readings] == [KEYS] * 4
    assert [reading["kind"] for reading in readings] == ["answer", "none", "urgent", "none"]
    assert readings[0]["topic"] == "home.register"


def test_a_batch_may_come_from_standard_input() -> None:
    result = RUNNER.invoke(asking, ["--batch", "-", "--json"], input=b"cai o dau\n\xff\xfe\n")
    assert len(result.stdout.splitlines()) == 2


def test_an_answer_is_printed_with_its_legal_basis() -> None:
    result = RUNNER.invoke(asking, ["đăng ký cai tại nhà ở đâu, nộp cho ai"])
    assert "Căn cứ" in result.stdout
    assert "120/2025" in result.stdout


def test_asking_imports_neither_aiogram_nor_the_database() -> None:
    code = "import sys; sys.argv = ['ask', 'cai o dau']\n" + (
        "import typer; from hotline.ask import ask\n"
        "app = typer.Typer(); app.command()(ask)\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print('HEAVY', sorted(loaded & {'aiogram', 'sqlalchemy', 'aiohttp', 'sklearn', 'scipy'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_check_passes_on_shipped_content_and_fails_after_the_law_changed() -> None:
    assert RUNNER.invoke(app, ["check", "--on", "2026-11-22"]).exit_code == 0
    before = RUNNER.invoke(app, ["check", "--on", "2026-06-01"])
    assert before.exit_code == 1
    assert "120/2025/QH15" in before.stdout


def test_evaluate_prints_figures_by_style(tmp_path: Path) -> None:
    file = tmp_path / "few.tsv"
    file.write_text("question\ttopic\talso\tstyle\ncai o dau\tvoluntary.forms\thome.register\tshort\n", "utf-8")
    first = RUNNER.invoke(app, ["evaluate", str(file)])
    assert first.exit_code == 0, first.output
    assert "short" in first.stdout
    assert RUNNER.invoke(app, ["evaluate", str(file)]).stdout == first.stdout


def test_evaluate_fails_below_the_least_acceptable_and_names_what_fell(tmp_path: Path) -> None:
    asked, least = tmp_path / "few.tsv", tmp_path / "least.toml"
    asked.write_text("cai o dau\tno.topic\t\tshort\n", "utf-8")
    least.write_text("helped = 90.0\nwrong = 100.0\n", "utf-8")
    below = RUNNER.invoke(app, ["evaluate", str(asked), "--at-least", str(least)])
    assert below.exit_code == 1
    assert "helped" in below.stderr
    assert "wrong" not in below.stderr
    least.write_text("helped = 0\n", "utf-8")
    assert RUNNER.invoke(app, ["evaluate", str(asked), "--at-least", str(least)]).exit_code == 0
    least.write_text("helpd = 0\n", "utf-8")
    assert RUNNER.invoke(app, ["evaluate", str(asked), "--at-least", str(least)]).exit_code == 2


def test_a_broken_evaluation_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.tsv"
    file.write_text("only one column\n", "utf-8")
    assert RUNNER.invoke(app, ["evaluate", str(file)]).exit_code == 2


def test_worklist_lists_topics_of_a_document() -> None:
    assert "home.register" in RUNNER.invoke(app, ["worklist", "163/2026/NĐ-CP"]).stdout
    assert RUNNER.invoke(app, ["worklist", "0/0"]).exit_code == 1


def test_worklist_without_a_document_lists_what_a_doctor_has_to_sign() -> None:
    result = RUNNER.invoke(app, ["worklist"])
    assert result.exit_code == 0
    assert "urgent.suicide" in result.stdout
    assert "home.register" not in result.stdout
