"""Loading, overlaying, checking and signing the content."""

from __future__ import annotations

import shutil
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from domain.knowledge import Confidence, ContentError
from knowledge import review
from knowledge.catalogue import KnowledgeBase, load
from knowledge.files import SHIPPED, ContentFiles

TODAY = date(2026, 11, 22)
ANSWER = """+++
legal_basis = [ { document = "120/2025/QH15", article = "Điều 31" } ]
verified_on = 2026-11-22
review_by = 2027-05-22
confidence = "likely"
related = ["home.documents"]
+++
Anh/chị lên Công an cấp xã.

## Chi tiết
Mang theo căn cước.
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    for folder in ("answers", "phrasings", "near_misses", "local"):
        (tmp_path / folder).mkdir()
    return tmp_path


def problems_of(overlay: Path, on: date = TODAY) -> set[tuple[str, str, int | None]]:
    return {(problem.key, problem.file, problem.line) for problem in review.check(ContentFiles(overlay), on)}


def test_shipped_content_has_no_errors() -> None:
    assert [str(found) for found in review.check(ContentFiles(), TODAY) if not found.warning] == []


def test_every_topic_has_an_answer(base: KnowledgeBase) -> None:
    assert base.entries.keys() == base.topics.keys()


def test_a_file_of_the_agency_replaces_the_shipped_one(overlay: Path) -> None:
    (overlay / "answers" / "home.register.md").write_text(ANSWER, "utf-8")
    base = load(overlay)
    entry = base.entries["home.register"]
    assert (entry.text, entry.details) == ("Anh/chị lên Công an cấp xã.", "Mang theo căn cước.")
    assert entry.confidence is Confidence.LIKELY
    assert base.entries.keys() == load().entries.keys()
    assert base.content_hash != load().content_hash


def test_contacts_of_the_province_are_loaded(overlay: Path) -> None:
    (overlay / "local" / "dong-thap.toml").write_text(
        'province = "Đồng Tháp"\npolicy = "Có."\n[[contact]]\nname = "Trung tâm A"\nphone = "1"\nhours = "sáng"\n',
        "utf-8",
    )
    local = load(overlay, "dong-thap").local
    assert (local.province, local.policy, local.contacts[0].name, local.contacts[0].hours) == (
        "Đồng Tháp",
        "Có.",
        "Trung tâm A",
        "sáng",
    )
    assert load(overlay, "nowhere").local.contacts == ()


def test_everything_broken_is_told_at_once_with_file_and_line(overlay: Path) -> None:
    (overlay / "answers" / "home.register.md").write_text(ANSWER.replace('"likely"', "likely"), "utf-8")
    (overlay / "answers" / "home.cost.md").write_text(ANSWER.replace("120/2025/QH15", "1/1999/XX"), "utf-8")
    (overlay / "answers" / "no.topic.md").write_text(ANSWER, "utf-8")
    (overlay / "answers" / "home.duties.md").write_text("Không có phần đầu", "utf-8")
    with pytest.raises(ContentError) as raised:
        load(overlay)
    found = {(problem.key, problem.file, problem.line) for problem in raised.value.problems}
    assert ("toml_broken", "answers/home.register.md", 5) in found
    assert ("document_unknown", "answers/home.cost.md", None) in found
    assert ("topic_unknown", "answers/no.topic.md", None) in found
    assert ("front_matter_missing", "answers/home.duties.md", 1) in found
    assert "home.register.md:5" in str(raised.value)


def test_an_answer_is_flagged_when_its_document_is_no_longer_in_force(overlay: Path) -> None:
    (overlay / "answers" / "home.register.md").write_text(ANSWER.replace("120/2025/QH15", "73/2021/QH14"), "utf-8")
    assert ("basis_not_in_force", "answers/home.register.md", None) in problems_of(overlay)
    assert ("basis_not_in_force", "answers/home.register.md", None) not in problems_of(overlay, date(2026, 6, 30))
    base = load(overlay)
    assert not base.in_force(base.entries["home.register"], TODAY)
    assert base.in_force(base.entries["home.register"], date(2026, 6, 30))


def test_an_overdue_review_is_a_warning(overlay: Path) -> None:
    found = [
        problem for problem in review.check(ContentFiles(overlay), date(2027, 6, 1)) if problem.key == "review_overdue"
    ]
    assert found
    assert all(problem.warning for problem in found)


def test_check_finds_what_would_embarrass_us(overlay: Path) -> None:
    (overlay / "answers" / "home.register.md").write_text(
        ANSWER.replace("cấp xã.", "cấp xã. {name} " + "a" * 600), "utf-8"
    )
    urgent = (SHIPPED / "answers" / "urgent.suicide.md").read_text("utf-8")
    (overlay / "answers" / "urgent.suicide.md").write_text(
        urgent.replace("Gọi 115", "Bình tĩnh rồi gọi 115 khi cần thiết"), "utf-8"
    )
    (overlay / "phrasings" / "home.cost.txt").write_text("Có mất tiền không?\nco mat tien ko\n", "utf-8")
    (overlay / "near_misses" / "mine.txt").write_text("mệt muốn chết\tno.topic\n", "utf-8")
    (overlay / "phrasings" / "home.duties.txt").write_text(unicodedata.normalize("NFD", "phải làm gì\n"), "utf-8")
    found = {key for key, _, _ in problems_of(overlay)}
    assert {
        "answer_too_long",
        "placeholder_unknown",
        "number_not_first",
        "phrasings_few",
        "phrasing_twice",
        "topic_unknown",
        "not_composed",
    } <= found


def test_phrasings_are_not_copied_from_the_questions_that_measure(overlay: Path) -> None:
    (overlay / "phrasings" / "home.cost.txt").write_text("ban oi cai o nha ton bao nhieu\n", "utf-8")
    (overlay / "kept.tsv").write_text("Bạn ơi, cai ở nhà tốn bao nhiêu?\thome.cost\t\tclean\n", "utf-8")
    found = review.check(ContentFiles(overlay), TODAY, not_to_copy=overlay / "kept.tsv")
    assert [(problem.file, problem.line) for problem in found if problem.key == "phrasing_copied"] == [
        ("phrasings/home.cost.txt", 1)
    ]


def test_signing_changes_two_lines_and_nothing_else(overlay: Path) -> None:
    source = overlay / "answers" / "home.register.md"
    source.write_bytes(ANSWER.replace("\n", "\r\n").encode())
    review.approve(ContentFiles(overlay), "home.register", 'Bà "Lan", Công an tỉnh', TODAY)
    review.approve(ContentFiles(overlay), "home.register", "Ông Nam", TODAY)
    lines = source.read_bytes().split(b"\r\n")
    added = ['approved_by = "Ông Nam"'.encode(), b"approved_on = 2026-11-22"]
    assert [line for line in lines if line not in added] == ANSWER.encode().split(b"\n")
    entry = load(overlay).entries["home.register"]
    assert (entry.approved_by, entry.approved_on, entry.approved) == ("Ông Nam", TODAY, True)


def test_a_shipped_answer_is_signed_in_the_overlay(overlay: Path) -> None:
    before = (SHIPPED / "answers" / "home.cost.md").read_bytes()
    target = review.approve(ContentFiles(overlay), "home.cost", "Bà Lan", TODAY)
    assert target == overlay / "answers" / "home.cost.md"
    assert (SHIPPED / "answers" / "home.cost.md").read_bytes() == before
    assert load(overlay).content_hash == load().content_hash, "an approval must not cost a new training"


def test_a_text_on_danger_waits_for_a_doctor_besides_the_agency(overlay: Path) -> None:
    files = ContentFiles(overlay)
    assert {entry.topic for entry in review.unsigned(load(overlay))} == {
        "urgent.child",
        "urgent.overdose",
        "urgent.psychosis",
        "urgent.suicide",
    }
    review.approve(files, "urgent.child", "Bà Lan, Công an tỉnh", TODAY)
    assert not load(overlay).entries["urgent.child"].approved
    assert ("doctor_missing", "answers/urgent.child.md", None) in problems_of(overlay)
    review.approve(files, "urgent.child", "BS. Nam, bệnh viện tỉnh", TODAY, as_doctor=True)
    entry = load(overlay).entries["urgent.child"]
    assert (entry.signed_by_doctor, entry.signed_by_doctor_on) == ("BS. Nam, bệnh viện tỉnh", TODAY)
    assert (entry.approved, entry.approved_by) == (True, "Bà Lan, Công an tỉnh")
    assert ("doctor_missing", "answers/urgent.child.md", None) not in problems_of(overlay)


def test_a_doctor_signs_nothing_but_danger(overlay: Path) -> None:
    review.approve(ContentFiles(overlay), "home.cost", "Bà Lan", TODAY)
    entry = load(overlay).entries["home.cost"]
    assert (entry.awaits_doctor, entry.approved) == (False, True)


RULES = """
idioms = [{idioms}]
[[topic]]
id = "{topic}"
sure = [{sure}]
"""


@pytest.mark.parametrize(
    ("sure", "found"),
    [
        ('"không thở", "tím|tái ... môi"', None),
        ('"sđt ... chết"', "pattern_words"),
        ('"môi ||| tím"', "pattern_words"),
        ('"?! tím"', "pattern_words"),
        ('"... tím"', "pattern_ends"),
        ('"tím ..."', "pattern_ends"),
        ('""', "pattern_ends"),
        ('"khoai|củ tím"', None),
        ('"khoai tím"', "pattern_impossible"),
        ('"tím tái", "tim tai"', "pattern_twice"),
    ],
)
def test_a_rule_that_can_never_be_met_is_found(overlay: Path, sure: str, found: str | None) -> None:
    rules = RULES.format(idioms='"khoai tím"', topic="urgent.overdose", sure=sure)
    (overlay / "urgent.toml").write_text(rules, "utf-8")
    keys = {key for key, file, _ in problems_of(overlay) if file.endswith("urgent.toml")}
    assert keys == ({found} if found else set())


@pytest.mark.parametrize(("topic", "found"), [("home.cost", "rules_topic"), ("urgent.gone", "topic_unknown")])
def test_rules_are_about_topics_of_danger(overlay: Path, topic: str, found: str) -> None:
    (overlay / "urgent.toml").write_text(RULES.format(idioms="", topic=topic, sure='"tím tái"'), "utf-8")
    assert found in {key for key, file, _ in problems_of(overlay) if file.endswith("urgent.toml")}


def test_signing_an_unknown_topic_is_refused(overlay: Path) -> None:
    with pytest.raises(review.TopicUnknown):
        review.approve(ContentFiles(overlay), "no.topic", "Bà Lan", TODAY)


def test_worklist_names_the_articles_to_read_again(base: KnowledgeBase) -> None:
    found = {entry.topic: articles for entry, articles in review.worklist(base, "163/2026/NĐ-CP")}
    assert "home.register" in found
    assert all(found.values())
    assert review.worklist(base, "none such") == []


def test_content_is_found_wherever_the_package_lies(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "knowledge", ignore=shutil.ignore_patterns("__pycache__", "evaluation"))
    assert load(shipped=tmp_path / "knowledge").content_hash == load().content_hash
