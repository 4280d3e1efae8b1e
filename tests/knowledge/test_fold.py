"""However it was typed, it is the same question."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.files import ContentFiles
from knowledge.fold import Folder
from knowledge.lexicon import load_lexicon
from knowledge.parsing import Findings

FOLDER: Folder = load_lexicon(ContentFiles(), Findings()).folder


@pytest.mark.parametrize(
    "typed",
    [
        "Đăng ký cai nghiện ở đâu",
        "dang ky cai nghien o dau",
        "DANG KY CAI NGHIEN O DAU???",
        "ddawng kys cai nghieenj owr ddaau",
        "d9a8ng ky1 cai nghie65n o73 d9a6u",
        "dang ky cainghien o dau",
        "đăng ký cai nghi\u1ec7n ở đâu",
        "dang ky c\u0430i nghi\u0435n o dau",
        "da\u200bng ky cai ng\u00adhien o dau",
        "dky cai nghien o dauuuu",
    ],
)
def test_spellings_of_one_question_fold_to_the_same_words(typed: str) -> None:
    assert FOLDER.fold(typed) == "dang ky cai nghien o dau"


def test_abbreviations_are_written_out() -> None:
    assert FOLDER.fold("ko dc z, ck e chơi đá") == "khong duoc vay chong em choi da"


def test_a_word_with_tone_marks_is_no_abbreviation() -> None:
    assert FOLDER.fold("uống nước hồng") == "uong nuoc hong"
    assert FOLDER.fold("hông biết") == "khong biet"


def test_swapped_letters_are_put_right() -> None:
    assert FOLDER.fold("nghein bao lau") == "nghien bao lau"


@given(st.text(max_size=300))
def test_any_text_folds_to_small_ascii_letters_and_digits(text: str) -> None:
    assert all(letter == " " or (letter.isascii() and letter.isalnum()) for letter in FOLDER.fold(text))


@given(st.text(alphabet="aăâđeêioôơuưyáàảãạấầẩẫậnghthkc 0123456789.?!-", max_size=120))
def test_composed_and_decomposed_letters_fold_alike(text: str) -> None:
    assert FOLDER.sentences(unicodedata.normalize("NFD", text)) == FOLDER.sentences(unicodedata.normalize("NFC", text))
