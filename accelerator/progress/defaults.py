"""The milestones and numbers that a new edition begins with, in both languages. Pure data; staff may change them."""

from dataclasses import dataclass
from datetime import date

Texts = dict[str, str]


@dataclass(frozen=True)
class MilestoneDefault:
    """A milestone; ``at`` is its share of the way from the programme's start (0) to Demo Day (1)."""

    at: float
    title: Texts
    detail: Texts

    def due_on(self, starts_on: date, demo_day_on: date) -> date:
        """The day it is due in an edition with these dates."""
        return starts_on + (demo_day_on - starts_on) * self.at


def _milestone(days: int, title: tuple[str, str], detail: tuple[str, str]) -> MilestoneDefault:
    # Days after the start of a programme of 66 days, the length of the 2020 edition in Kobe.
    return MilestoneDefault(days / 66, _both(title), _both(detail))


def _both(texts: tuple[str, str]) -> Texts:
    return {"en": texts[0], "ja": texts[1]}


MILESTONES = (
    _milestone(
        0,
        ("Kick-off", "キックオフ"),
        (
            "Everybody has met, the goals of the programme are written down.",
            "全員の顔合わせを終え、プログラムの目標を書き出します。",
        ),
    ),
    _milestone(
        11,
        ("20 customer interviews", "顧客インタビュー20件"),
        (
            "Twenty talks with people who have the problem, with what you learned from them.",
            "課題を持つ20人に話を聞き、学んだことをまとめます。",
        ),
    ),
    _milestone(
        25,
        ("Pricing test", "価格テスト"),
        ("A price that was put to customers, and how they answered.", "顧客に価格を示し、その反応を記録します。"),
    ),
    _milestone(
        39,
        ("Pilot site agreed", "実証先の合意"),
        ("A first place that will try the product, agreed in writing.", "最初に製品を試す実証先と、書面で合意します。"),
    ),
    _milestone(
        53,
        ("Pitch, final", "ピッチ完成"),
        (
            "The pitch in its final form, timed and seen by two mentors.",
            "ピッチを完成させ、時間を計り、メンター2人に見てもらいます。",
        ),
    ),
    _milestone(
        66,
        ("Demo Day", "Demo Day"),
        (
            "The pitch on stage, and the list of whom you want to meet.",
            "ステージでピッチを行い、会いたい相手を一覧にします。",
        ),
    ),
)


@dataclass(frozen=True)
class MetricDefault:
    """A number of the dictionary. ``unit`` is count, months, or ``money`` for the startup's own currency."""

    code: str
    unit: str
    label: Texts
    definition: Texts


METRICS = (
    MetricDefault(
        "USERS_ACT",
        "count",
        _both(("Active users", "アクティブユーザー")),
        _both(
            (
                "People who used the product in the last 30 days, by your own rule.",
                "直近30日間に製品を使った人の数です。数え方は自社の基準によります。",
            )
        ),
    ),
    MetricDefault(
        "CUST_PAY",
        "count",
        _both(("Paying customers", "有料顧客")),
        _both(("Customers who pay, at the end of the day.", "その日の終わりの時点で支払いのある顧客の数です。")),
    ),
    MetricDefault(
        "REV_M",
        "money",
        _both(("Monthly revenue", "月間売上")),
        _both(
            (
                "Revenue earned in the last 30 days, without grants and investment.",
                "直近30日間の売上です。補助金と投資は含みません。",
            )
        ),
    ),
    MetricDefault(
        "RUNWAY",
        "months",
        _both(("Runway", "資金の残り期間")),
        _both(
            (
                "Cash at the end of the day, divided by the mean net cash out of a month over the last three "
                "months. Leave it empty while more comes in than goes out.",
                "その日の終わりの現預金を、直近3か月の平均の純支出（月額）で割った月数です。収入が支出を上回る間は空欄にします。",
            )
        ),
    ),
    MetricDefault(
        "EMP_FT",
        "count",
        _both(("Full-time staff", "フルタイムの従業員")),
        _both(
            (
                "People employed for 32 hours a week or more at the end of the day, without founders.",
                "その日の終わりの時点で週32時間以上働く従業員の数です。創業者は含みません。",
            )
        ),
    ),
)
