"""The roster of people after rehabilitation, as a commune sends it: rows of codes, dates and grounds, no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.clients import LegalGround
from domain.contact_records import Sex
from domain.errors import HotlineError
from domain.places import Commune, folded
from domain.sheets import holds_long_number

COLUMNS = ("code", "commune", "ground", "start", "end", "decision", "decided", "volunteer", "sex", "birth_year")
REQUIRED = frozenset({"code", "commune", "ground", "start"})

_FAMILY_NAMES = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dao doan vuong trinh truong dinh "
    "lam phung mai to ta ha luong luu chau cao thach kim son danh tang la quach nghiem thai tong kieu giang "
    "ong lo vi ma sung thao vang hau lau chao ban trieu nong be hua hoa mua quang cam dieu rmah ksor siu y h"
)
_SURNAMES = frozenset(_FAMILY_NAMES.split())
_PERSONAL_HEADINGS = (
    "ho ten", "ho va ten", "ten", "ten goi", "ten khac", "bi danh", "nguoi than", "than nhan", "cha", "me", "vo chong",
    "dien thoai", "so dien thoai", "sdt", "dt", "di dong", "phone", "zalo", "telegram", "facebook", "email",
    "cccd", "cmnd", "cmtnd", "can cuoc", "so can cuoc", "so dinh danh", "dinh danh", "ma dinh danh", "ho chieu",
    "bhyt", "so bhxh", "ngay sinh", "ngay thang nam sinh", "dia chi", "noi o", "cho o", "thuong tru", "tam tru",
    "ho khau", "so nha", "name", "full name", "id",
)  # fmt: skip


class RosterUnreadable(HotlineError):
    """Neither Excel nor CSV, or without the headings of the template."""

    text_key = "roster.unreadable"


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One client as written down; None and empty strings where nothing is. `line`: the row's number in the file."""

    line: int
    code: str
    commune: Commune
    ground: LegalGround
    start: date
    end: date | None = None
    decision: str = ""
    decided: date | None = None
    volunteer: str = ""
    sex: Sex | None = None
    birth_year: int | None = None


def heading_is_personal(heading: str) -> bool:
    """Whether a column says of itself that it holds names, phone numbers, identity numbers or addresses."""
    text = folded(heading)
    return any(text == each or f" {each} " in f" {text} " for each in _PERSONAL_HEADINGS if each != "ten") or text in {
        "ten",
        "ten nguoi",
    }


def looks_personal(cell: str) -> bool:
    """A phone number, an identity card, or what reads like the name of a person."""
    return holds_long_number(cell) or looks_like_name(cell)


def looks_like_name(cell: str) -> bool:
    """Two to five words of letters, the first of which is a Vietnamese family name."""
    words = cell.split()
    if not 2 <= len(words) <= 5 or not all(word.replace(".", "").isalpha() for word in words):
        return False
    return folded(words[0]) in _SURNAMES
