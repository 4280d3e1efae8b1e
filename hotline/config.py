"""The settings: one frozen class per table of config.example.toml. A misspelt key stops the start, by name."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_origin

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from domain.errors import ConfigInvalid
from domain.opening import parse_hours
from domain.periods import USUAL_CUT
from domain.report_targets import Measure
from domain.rhythm import in_night, parse_minute, parse_night, parse_weekdays

DEFAULT_FILE = Path("config.toml")
_PREFIX = "HOTLINE_"
Campaign = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""What a link may carry (Telegram: core.telegram.org/bots/features#deep-linking)."""

Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.*-]+(:[0-9]+)?$")]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HotlineConfig(Section):
    agency: str = ""
    province: str = ""
    phone: str = ""
    hours: str = ""
    only_approved: bool = False
    campaigns: dict[Campaign, str] = Field(default_factory=dict)


class DatabaseConfig(Section):
    url: str = "sqlite+aiosqlite:///data/hotline.db"
    key_file: Path = Path("secret/hotline.key")


class CallbacksConfig(Section):
    opening_hours: str = "T2-CN 07:00-21:00"
    holidays: bool = True
    closed_on: tuple[date, ...] = ()
    open_on: tuple[date, ...] = ()
    most_per_hour: int = Field(default=120, ge=1)

    @field_validator("opening_hours")
    @classmethod
    def _readable(cls, text: str) -> str:
        parse_hours(text)
        return text


class VolunteersConfig(Section):
    digest_at: str = "08:00"
    quiet: str = "20:00-07:00"
    days_off: str = ""
    holidays: bool = False
    remind_again_after_days: int = Field(default=3, ge=1, le=60)
    tell_officer_after_days: int = Field(default=2, ge=0, le=60)
    late_after_hours: int = Field(default=12, ge=1, le=240)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        digest_at, quiet = parse_minute(self.digest_at), parse_night(self.quiet)
        parse_weekdays(self.days_off)
        if in_night(digest_at, *quiet):
            raise ValueError("digest_at lies in the quiet hours")
        return self


class TargetConfig(Section):
    measure: Measure
    percent: int = Field(ge=0, le=100)
    source: str = ""


class ReportsConfig(Section):
    cut_day: int = Field(default=USUAL_CUT, ge=1, le=31)
    due_working_days: int = Field(default=3, ge=1, le=60)
    remind_days: int = Field(default=1, ge=0, le=30)
    drafts: tuple[Literal["month", "quarter", "half", "nine_months", "year"], ...] = (
        "month",
        "quarter",
        "half",
        "nine_months",
        "year",
    )
    superior: str = ""
    place: str = ""
    sent_to: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    signed_for: str = ""
    signer_title: str = ""
    targets: tuple[TargetConfig, ...] = (
        TargetConfig(measure=Measure.MANAGED, percent=100),
        TargetConfig(measure=Measure.REACHED, percent=80),
        TargetConfig(measure=Measure.VOLUNTARY, percent=30),
    )
    units: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class CalendarConfig(Section):
    days_off: tuple[date, ...] = ()
    days_worked: tuple[date, ...] = ()


class FollowUpsConfig(Section):
    plans: Path | None = None
    officer_hour: int = Field(default=7, ge=0, le=23)
    days_ahead: int = Field(default=7, ge=0, le=60)


class BackupConfig(Section):
    dir: Path = Path("backup")


class WebConfig(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    embed_origins: tuple[Origin, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    public_metrics: bool = False
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/]+(/[^\s/]+)*)?$")


class TelegramConfig(Section):
    token: SecretStr = SecretStr("")
    api_base: str = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    messages_per_second: int = Field(default=30, ge=1, le=1000)

    @field_validator("token")
    @classmethod
    def _token_as_botfather_gives_it(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value() and not re.fullmatch(r"\d+:[\w-]+", token.get_secret_value(), re.ASCII):
            raise ValueError("not a token of @BotFather, which looks like 123456789:ABC-def...")
        return token

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.mode == "webhook":
            if not self.webhook_url.startswith(("https://", "http://")):
                raise ValueError("mode = webhook needs webhook_url, the public https address of this server")
            if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", self.webhook_secret.get_secret_value()):
                raise ValueError("mode = webhook needs webhook_secret: 16 to 256 of A-Z a-z 0-9 _ -")
        return self


class ZaloOaConfig(Section):
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    oa_secret_key: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    signature: Literal["enforce", "log"] = "enforce"
    buttons: bool = True
    button_shape: Literal["message", "template"] = "message"
    requests_per_minute: int = Field(default=2000, ge=0)
    templates: dict[str, str] = Field(default_factory=dict)
    api_base: str = "https://openapi.zalo.me"
    oauth_base: str = "https://oauth.zaloapp.com"
    business_base: str = "https://business.openapi.zalo.me"

    @model_validator(mode="after")
    def _account_is_complete(self) -> Self:
        missing = [name for name in ("app_secret", "oa_secret_key") if not getattr(self, name).get_secret_value()]
        if self.app_id and missing:
            raise ValueError(f"app_id is set, so these are needed too: {', '.join(missing)}")
        return self


class LimitsConfig(Section):
    messages_per_minute: int = Field(default=30, ge=0)


class KnowledgeConfig(Section):
    dir: Path | None = None
    cache_dir: Path = Path("data/cache")


class LogConfig(Section):
    level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    json_lines: bool = False


class Config(Section):
    hotline: HotlineConfig = HotlineConfig()
    database: DatabaseConfig = DatabaseConfig()
    callbacks: CallbacksConfig = CallbacksConfig()
    volunteers: VolunteersConfig = VolunteersConfig()
    reports: ReportsConfig = ReportsConfig()
    calendar: CalendarConfig = CalendarConfig()
    followups: FollowUpsConfig = FollowUpsConfig()
    backup: BackupConfig = BackupConfig()
    web: WebConfig = WebConfig()
    telegram: TelegramConfig = TelegramConfig()
    zalo_oa: ZaloOaConfig = ZaloOaConfig()
    limits: LimitsConfig = LimitsConfig()
    knowledge: KnowledgeConfig = KnowledgeConfig()
    log: LogConfig = LogConfig()


def load_config(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Config:
    """The file's settings, each overridden by HOTLINE_<TABLE>__<KEY>; without a file the defaults.

    Raises ConfigInvalid: names the file and every key that is wrong, never a value.
    """
    path = file or DEFAULT_FILE
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig")) if file or path.exists() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(where=path, problems=type(error).__name__) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(where=path, problems=str(error)) from None
    for table, key, value in _from_environment(environment):
        tables.setdefault(table, {})[key] = value
    try:
        return Config.model_validate(tables)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigInvalid(where=path, problems=problems) from None


def _from_environment(environment: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """HOTLINE_WEB__PORT=9000 and the like; lists are separated by commas, as are pairs: digest=123,officer_list=456."""
    found: list[tuple[str, str, Any]] = []
    for name, value in environment.items():
        if not name.startswith(_PREFIX) or "__" not in name:
            continue
        table, key = name.removeprefix(_PREFIX).lower().split("__", 1)
        parts, kind = [part.strip() for part in value.split(",") if part.strip()], _kind_of(table, key)
        if kind is dict:
            found.append((table, key, dict(_pair(part) for part in parts)))
        else:
            found.append((table, key, parts if kind is tuple else value))
    return found


def _kind_of(table: str, key: str) -> object:
    """`tuple` or `dict` where the value has several parts; else, and for an unknown key, something else."""
    section = Config.model_fields.get(table)
    field = getattr(section.annotation, "model_fields", {}).get(key) if section else None
    return get_origin(field.annotation) if field else None


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip()
