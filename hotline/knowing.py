"""What the hotline knows, and how it says and understands it: the same for every command, without aiogram."""

from __future__ import annotations

from dataclasses import dataclass

from domain.models import Agency
from hotline.config import Config
from knowledge.catalogue import load
from knowledge.fold import plain
from knowledge.menu import load_menu
from knowledge.understanding import Understanding
from services.questions import Questions
from texts import vietnamese


@dataclass(frozen=True, slots=True)
class Knowing:
    questions: Questions
    understanding: Understanding

    def is_danger(self, text: str) -> bool:
        return self.understanding.danger(text) is not None


def load_knowing(config: Config) -> Knowing:
    """Loads content and model; trains the model at the first start and after every change of content.

    Raises ContentError.
    """
    library = load(config.knowledge.dir, province_file(config.hotline.province))
    understanding = Understanding.load(library, config.knowledge.cache_dir)
    menu = load_menu(library.files.find("menu.toml"), set(library.entries))
    return Knowing(Questions(library, understanding, vietnamese(), agency_of(config), menu), understanding)


def agency_of(config: Config) -> Agency:
    asked = config.hotline
    return Agency(
        asked.agency, asked.province, asked.phone, asked.hours, asked.only_approved, frozenset(asked.campaigns)
    )


def province_file(province: str) -> str | None:
    """ "Đồng Tháp" is kept in local/dong-thap.toml; None when no province is configured."""
    return "-".join(plain(province).split()) or None
