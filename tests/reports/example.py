"""A report as the province gets it, with everything that a renderer meets; the figures of 2021 among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from domain.figures import percent
from domain.periods import Period, PeriodKind
from domain.report import (
    Audience,
    Chart,
    ChartShape,
    Column,
    Fact,
    Heading,
    Hidden,
    Kind,
    Report,
    ReportState,
    Row,
    RowRole,
    Section,
    Span,
    Table,
)

HEADING = Heading(
    superior="Ủy ban nhân dân tỉnh Đồng Tháp",
    agency="Ủy ban nhân dân phường Cao Lãnh",
    number="12/BC-UBND",
    place="Cao Lãnh",
    dated_on=date(2026, 12, 15),
    title="BÁO CÁO",
    subject="Kết quả tư vấn cai nghiện ma túy và quản lý, hỗ trợ sau cai nghiện quý IV năm 2026",
    sent_to=("Ủy ban nhân dân tỉnh Đồng Tháp", "Công an tỉnh Đồng Tháp"),
    addressees=("Như trên", "Đảng ủy phường", "Lưu: VT, CAP"),
    signed_for="TM. ỦY BAN NHÂN DÂN",
    signer_title="CHỦ TỊCH",
    signer_name="",
)

_NOW_AND_BEFORE = (
    Column("label", "Nội dung", Kind.TEXT),
    Column("now", "Kỳ này", Kind.COUNT, Span.NOW, "Số lượt"),
    Column("before", "Kỳ trước", Kind.COUNT, Span.BEFORE, "Số lượt"),
    Column("year", "Từ đầu năm", Kind.COUNT, Span.YEAR, "Số lượt"),
    Column("share", "Tỷ lệ kỳ này", Kind.PERCENT, Span.NOW),
)

_TOPICS = (
    ("register", "Đăng ký cai nghiện tự nguyện tại gia đình, cộng đồng", 812, 640, 2890),
    ("facility", "Cai nghiện tại cơ sở công lập, tư nhân", 403, 377, 1502),
    ("methadone", "Điều trị thay thế bằng methadone", 318, 352, 1209),
    ("after", "Quản lý, hỗ trợ sau cai nghiện", 207, 164, 655),
    ("family", "Gia đình có người sử dụng trái phép chất ma túy", 96, 101, 388),
    ("crime", "Tố giác tội phạm", 4, 9, 21),
)

TOPICS = Table(
    "topics",
    "Lượt tư vấn theo nhóm nội dung",
    _NOW_AND_BEFORE,
    (
        *(Row(key, (label, now, before, year, percent(now, 1840))) for key, label, now, before, year in _TOPICS),
        Row("total", ("Tổng cộng", 1840, 1643, 6665, percent(1840, 1840)), RowRole.TOTAL),
    ),
    ("Câu hỏi trong trò chuyện được tính là lượt tư vấn, không có xã và người hỏi.",),
)

OF_2021 = Table(
    "year_2021",
    "Người sau cai nghiện được quản lý, tư vấn",
    (
        Column("label", "Chỉ tiêu", Kind.TEXT),
        Column("part", "Kết quả", Kind.COUNT),
        Column("whole", "Trên tổng số", Kind.COUNT),
        Column("share", "Tỷ lệ", Kind.PERCENT),
    ),
    tuple(
        Row(key, (label, part, whole, percent(part, whole)), level=level)
        for key, label, part, whole, level in (
            ("managed", "Người sau cai được quản lý", 1619, 1840, 0),
            ("counselled", "Trong đó: được tư vấn", 625, 1619, 1),
            ("work", "Có việc làm trên tổng số", 427, 1840, 0),
            ("work_managed", "Có việc làm trên số được quản lý", 427, 1619, 1),
            ("places", "Huyện có điểm tư vấn", 6, 12, 0),
            ("communes", "Xã có đội tình nguyện", 127, 143, 0),
        )
    ),
)

WAITING = Table(
    "waiting",
    "Yêu cầu gọi lại",
    _NOW_AND_BEFORE[:4],
    (
        Row("new", ("Yêu cầu mới", 37, 41, 160)),
        Row("answered", ("Đã gọi được", 34, 38, 149), level=1),
        Row("median", ("Thời gian chờ, trung vị", 95, 130, 101), kind=Kind.MINUTES),
        Row("p90", ("Thời gian chờ, 90% không quá", 1505, None, 1440), kind=Kind.MINUTES),
        Row(
            "day",
            ("Ngày có nhiều yêu cầu nhất", date(2026, 11, 2), date(2026, 8, 30), date(2026, 4, 7)),
            kind=Kind.DATE,
        ),
    ),
)

PLACES = Table(
    "places",
    "Theo xã, phường",
    (
        Column("label", "Xã, phường", Kind.TEXT),
        *(
            Column(f"{way}_{span}", title, Kind.COUNT, span, group)
            for way, group in (("calls", "Cuộc gọi"), ("visits", "Trực tiếp"), ("clients", "Người sau cai"))
            for span, title in ((Span.NOW, "Kỳ này"), (Span.BEFORE, "Kỳ trước"), (Span.YEAR, "Từ đầu năm"))
        ),
    ),
    (
        *(Row(f"commune-{n}", (f"Xã số {n}", *(n * 7 % (11 + i) for i in range(9)))) for n in range(1, 46)),
        Row(
            "total",
            ("Tổng cộng", *(sum(n * 7 % (11 + i) for n in range(1, 46)) for i in range(9))),
            RowRole.TOTAL,
        ),
    ),
)

PUBLIC = Table(
    "public",
    "Giới tính và độ tuổi",
    _NOW_AND_BEFORE[:3],
    (
        Row("female", ("Nữ", Hidden.SMALL, 12)),
        Row("male", ("Nam", Hidden.GUARD, 30)),
        Row("all", ("Tổng cộng", 44, 42), RowRole.TOTAL),
    ),
    ("<5: từ 1 đến 4; ×: không nêu vì sẽ làm lộ số nhỏ.",),
)

TOPIC_CHART = Chart(
    "topics", "Lượt tư vấn theo nhóm nội dung", ChartShape.BARS, "topics", "label", ("now", "before"), main=True
)


def example_report() -> Report:
    """A draft of a quarter, to the level above."""
    return Report(
        heading=HEADING,
        period=Period(PeriodKind.QUARTER, 2026, 4, date(2026, 9, 15), date(2026, 12, 14)),
        period_name="Quý IV năm 2026 (15/9/2026 - 14/12/2026)",
        scope_name="Phường Cao Lãnh",
        audience=Audience.SUPERIOR,
        version=1,
        state=ReportState.DRAFT,
        state_name="BẢN NHÁP – CHƯA KÝ",
        made_at=datetime(2026, 12, 15, 1, 0, tzinfo=UTC),
        due_on=date(2026, 12, 18),
        in_time=None,
        sections=(
            Section(
                "hotline",
                "Hoạt động tư vấn qua đường dây",
                (
                    "Trong kỳ, đường dây tiếp nhận 1.840 lượt tư vấn, tăng 197 lượt so với kỳ trước; "
                    "trong đó có 37 lượt tư vấn qua điện thoại.",
                ),
                (TOPICS, WAITING),
                (
                    TOPIC_CHART,
                    Chart("topics_year", "Từ đầu năm", ChartShape.COLUMNS, "topics", "label", ("year",)),
                ),
            ),
            Section("after", "Quản lý, hỗ trợ sau cai nghiện", (), (OF_2021, PLACES, PUBLIC), ()),
        ),
        facts=(
            Fact("period", "Kỳ báo cáo", "Quý IV năm 2026 (15/9/2026 - 14/12/2026)"),
            Fact("scope", "Phạm vi", "Phường Cao Lãnh"),
            Fact("version", "Phiên bản", "1, lập lúc 08:00 ngày 15/12/2026"),
            Fact("due", "Hạn gửi", "18/12/2026"),
        ),
        remarks=("Cơ sở cai nghiện công lập chưa gửi số liệu tháng 11 nên cột này còn trống.",),
        file_stem="bao-cao-2026-Q4-phuong-cao-lanh",
    )


def locked_report() -> Report:
    """The same, signed off: no draft mark, and with what differs from the version before."""
    return replace(
        example_report(),
        state=ReportState.LOCKED,
        state_name="",
        version=2,
        changes=("Lượt tư vấn: 1.838 thành 1.840 (bổ sung 2 lượt trực tiếp ngày 12/12/2026).",),
    )
