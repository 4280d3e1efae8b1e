"""Settings: the example is complete, mistakes are named."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from domain.errors import ConfigInvalid
from hotline.calling import opening_hours
from hotline.config import Config, load_config

EXAMPLE = Path(__file__).parent.parent.parent / "config.example.toml"


def test_the_example_holds_every_key_with_its_default() -> None:
    assert load_config(EXAMPLE, {}) == Config()
    text = EXAMPLE.read_text("utf-8")
    for table, section in Config.model_fields.items():
        assert f"[{table}]" in text
        for key in section.annotation.model_fields:  # type: ignore[union-attr]
            assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{table}.{key}"
    assert set(tomllib.loads(text)) == set(Config.model_fields)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("[web]\nprot = 8080", "web.prot"),
        ("[wbe]\nport = 8080", "wbe"),
        ('[web]\nport = "many"', "web.port"),
        ("[web]\nport = 99999", "web.port"),
        ('[web]\nembed_origins = ["https://a.example; script-src *"]', "web.embed_origins"),
        ("[web\nport = 1", "line 1"),
    ],
)
def test_a_mistake_stops_the_start_and_is_named(tmp_path: Path, wrong: str, named: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(wrong)
    with pytest.raises(ConfigInvalid) as caught:
        load_config(file, {})
    assert named in str(caught.value.data["problems"])


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[web]\nport = 9000\nembed_origins = ["https://a.example"]')
    config = load_config(
        file, {"HOTLINE_WEB__PORT": "9001", "HOTLINE_WEB__EMBED_ORIGINS": "https://b.example, https://c.example"}
    )
    assert config.web.port == 9001
    assert config.web.embed_origins == ("https://b.example", "https://c.example")


def test_a_misspelt_variable_is_named() -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(None, {"HOTLINE_WEB__PROT": "1"})
    assert "web.prot" in str(caught.value.data["problems"])


def test_pairs_come_from_the_environment_too() -> None:
    environment = {"HOTLINE_ZALO_OA__TEMPLATES": "digest=123456, officer_list = 654321"}
    assert load_config(None, environment).zalo_oa.templates == {"digest": "123456", "officer_list": "654321"}


def test_free_weekdays_and_free_days_share_a_name_and_both_come_from_the_environment() -> None:
    environment = {"HOTLINE_VOLUNTEERS__DAYS_OFF": "T7 CN", "HOTLINE_CALENDAR__DAYS_OFF": "2027-02-04, 2027-02-05"}
    config = load_config(None, environment)
    assert config.volunteers.days_off == "T7 CN"
    assert config.calendar.days_off == (date(2027, 2, 4), date(2027, 2, 5))


def test_a_file_written_by_notepad_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf" + '[hotline]\r\nprovince = "Đồng Tháp"\r\n'.encode())
    assert load_config(file, {}).hotline.province == "Đồng Tháp"


def test_a_missing_file_that_was_asked_for_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid):
        load_config(tmp_path / "nowhere.toml", {})


def test_opening_hours_that_cannot_be_read_stop_the_start_and_are_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[callbacks]\nopening_hours = "T2-T6 sáng"\n', "utf-8")
    with pytest.raises(ConfigInvalid) as caught:
        load_config(file, {})
    assert "callbacks.opening_hours" in str(caught.value.data["problems"])


def test_days_that_are_different_can_come_from_the_environment(tmp_path: Path) -> None:
    environment = {"HOTLINE_CALLBACKS__CLOSED_ON": "2027-02-04, 2027-02-05", "HOTLINE_CALLBACKS__HOLIDAYS": "false"}
    file = tmp_path / "config.toml"
    file.write_text("", "utf-8")
    calling = load_config(file, environment).callbacks
    assert [day.isoformat() for day in calling.closed_on] == ["2027-02-04", "2027-02-05"]
    hours = opening_hours(calling)
    assert hours.spans(date(2027, 2, 4)) == ()
    assert hours.spans(date(2027, 2, 6)) != ()  # Tết, but this agency said that holidays do not matter
    assert opening_hours(calling.model_copy(update={"holidays": True})).spans(date(2027, 2, 6)) == ()


def test_campaigns_have_names_that_a_link_can_carry(tmp_path: Path) -> None:
    config = load_config(None, {"HOTLINE_HOTLINE__CAMPAIGNS": "to-roi-12=Tờ rơi tháng 12, ap_phich=Áp phích"})
    assert config.hotline.campaigns == {"to-roi-12": "Tờ rơi tháng 12", "ap_phich": "Áp phích"}
    file = tmp_path / "config.toml"
    file.write_text('[hotline]\ncampaigns = { "tờ rơi" = "Tờ rơi" }')
    with pytest.raises(ConfigInvalid) as caught:
        load_config(file, {})
    assert "hotline.campaigns" in str(caught.value.data["problems"])
