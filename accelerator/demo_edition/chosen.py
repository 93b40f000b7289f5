"""The seventeen startups of the cohort. Their numbers by sector and origin are reported; names and lines are synthetic."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chosen:
    """A startup of the cohort: sector key, country (ISO 3166-1), prefecture (ISO 3166-2), city, founder, lines."""

    name: str
    sector: str
    country: str
    prefecture: str | None
    city: str
    zone: str
    founder: tuple[str, str, str | None]  # given, family, as written at home
    line: str
    line_ja: str
    native_name: str | None = None


@dataclass(frozen=True)
class SecondFounder:
    """Somebody who founded one of the chosen startups too, and has confirmed it."""

    startup: str
    given: str
    family: str
    native: str
    email: str
    role: str
    equity: int  # per cent


SECOND = SecondFounder("Kurage Health", "Haruto", "Mori", "森 陽斗", "haruto.mori@kurage-health.example", "CTO", 15)
CHOSEN = (
    Chosen(
        "Kurage Health",
        "health",
        "JP",
        "JP-28",
        "Kobe",
        "Asia/Tokyo",
        ("Aoi", "Morita", "森田 葵"),
        "Home oxygen monitoring that a ward nurse can watch for fifty patients at once.",
        "病棟の看護師が一度に50人を見守れる、在宅の酸素モニタリングです。",
        "クラゲヘルス",
    ),
    Chosen(
        "Lumen Triage",
        "health",
        "IN",
        None,
        "Bengaluru",
        "Asia/Kolkata",
        ("Ananya", "Rao", None),
        "A phone-camera triage kit that sorts fever patients in under two minutes, without a lab.",
        "検査室なしで、発熱患者を2分以内に振り分けるスマートフォン用トリアージキットです。",
    ),
    Chosen(
        "Northbreath",
        "health",
        "EE",
        None,
        "Tallinn",
        "Europe/Tallinn",
        ("Kadri", "Lepik", None),
        "A lung check over any home phone line: breathe, count, and be called back if it matters.",
        "家の電話だけで受けられる肺のチェックです。必要なときだけ折り返します。",
    ),
    Chosen(
        "Suture Labs",
        "health",
        "US",
        None,
        "San Diego",
        "America/Los_Angeles",
        ("Marcus", "Bell", None),
        "Remote wound care: patients photograph, nurses compare, visits happen only when needed.",
        "遠隔の創傷ケアです。患者が撮り、看護師が比べ、必要なときだけ訪問します。",
    ),
    Chosen(
        "Hibari Care",
        "health",
        "JP",
        "JP-27",
        "Osaka",
        "Asia/Tokyo",
        ("Ren", "Ishida", "石田 蓮"),
        "Infection-safe visiting rounds for care homes, planned by contact history.",
        "接触履歴から計画する、介護施設の感染に強い巡回です。",
        "ひばりケア",
    ),
    Chosen(
        "Momo Nursing",
        "health",
        "JP",
        "JP-13",
        "Tokyo",
        "Asia/Tokyo",
        ("Yui", "Kimura", "木村 結衣"),
        "Shift swaps for nurses that keep qualification rules and rest hours by themselves.",
        "資格要件と休息時間を自動で守る、看護師のシフト交換です。",
        "ももナーシング",
    ),
    Chosen(
        "Palpate",
        "health",
        "GB",
        None,
        "Leeds",
        "Europe/London",
        ("Imogen", "Clarke", None),
        "A glove that lets a specialist feel what a rural nurse feels during an examination.",
        "地方の看護師が触れた感触を専門医に伝える手袋です。",
    ),
    Chosen(
        "Vitalis Loop",
        "health",
        "SG",
        None,
        "Singapore",
        "Asia/Singapore",
        ("Wei Ling", "Tan", None),
        "Discharge plans that patients follow by voice in five languages.",
        "5言語の音声で進められる退院後プランです。",
    ),
    Chosen(
        "Kirana Link",
        "commerce",
        "ID",
        None,
        "Jakarta",
        "Asia/Jakarta",
        ("Dewi", "Santoso", None),
        "Neighbourhood shops take orders by chat and share one delivery rider.",
        "近所の店がチャットで注文を受け、一人の配達員を分け合います。",
    ),
    Chosen(
        "Ichiba Cloud",
        "commerce",
        "JP",
        "JP-40",
        "Fukuoka",
        "Asia/Tokyo",
        ("Sota", "Hayashi", "林 颯太"),
        "Wholesale market auctions that restaurants can join from their kitchens.",
        "飲食店が厨房から参加できる卸売市場のせりです。",
        "市場クラウド",
    ),
    Chosen(
        "Tomoni",
        "social",
        "JP",
        "JP-26",
        "Kyoto",
        "Asia/Tokyo",
        ("Hana", "Ueda", "上田 花"),
        "Pairs isolated elders with students for one call a week, and tells the ward when it is missed.",
        "孤立した高齢者と学生を週1回の電話で結び、途切れたら地域に知らせます。",
        "ともに",
    ),
    Chosen(
        "Deskless",
        "remote",
        "DE",
        None,
        "Hamburg",
        "Europe/Berlin",
        ("Jonas", "Weber", None),
        "Shift handover for people who work without a desk, on one screen and by voice.",
        "机のない職場の引き継ぎを、一つの画面と音声で行います。",
    ),
    Chosen(
        "Hankoless",
        "transformation",
        "JP",
        "JP-13",
        "Tokyo",
        "Asia/Tokyo",
        ("Daichi", "Ono", "小野 大地"),
        "Moves paper approvals with seals online, step by step, with the same order of signers.",
        "押印の紙回覧を、同じ承認順のまま段階的にオンラインへ移します。",
        "ハンコレス",
    ),
    Chosen(
        "Classwave",
        "education",
        "VN",
        None,
        "Da Nang",
        "Asia/Ho_Chi_Minh",
        ("Linh", "Tran", None),
        "Live lessons that keep working on a 2G connection, with the board as text.",
        "2G回線でも続くライブ授業です。板書は文字で届きます。",
    ),
    Chosen(
        "Soundleaf",
        "audio",
        "DK",
        None,
        "Aarhus",
        "Europe/Copenhagen",
        ("Freja", "Holm", None),
        "Turns any article into a calm ten-minute listen in the reader's own voice settings.",
        "どんな記事も、好みの声で聴ける10分の音声にします。",
    ),
    Chosen(
        "Wayfold",
        "tourism",
        "TH",
        None,
        "Chiang Mai",
        "Asia/Bangkok",
        ("Niran", "Suwan", None),
        "Lets guides run small live tours for people who can't travel, and paid trips later.",
        "旅に出られない人のための少人数ライブツアーです。",
    ),
    Chosen(
        "Pawprint Vet",
        "pets",
        "TW",
        None,
        "Taichung",
        "Asia/Taipei",
        ("Mei", "Lin", None),
        "Video triage for pets that tells owners whether the night clinic is worth the trip.",
        "夜間診療に行くべきかを判断する、ペットのビデオ相談です。",
    ),
)

SECTORS = {
    "health": {"en": "Health Tech", "ja": "ヘルステック"},
    "commerce": {"en": "E-commerce", "ja": "Eコマース"},
    "social": {"en": "Social Tech", "ja": "ソーシャルテック"},
    "remote": {"en": "Remote Work", "ja": "リモートワーク"},
    "transformation": {"en": "Business Transformation Tool", "ja": "業務改革ツール"},
    "education": {"en": "Online Education", "ja": "オンライン教育"},
    "audio": {"en": "Audio Tech", "ja": "オーディオテック"},
    "tourism": {"en": "Tourism Tech", "ja": "観光テック"},
    "pets": {"en": "Pet Tech", "ja": "ペットテック"},
    "finance": {"en": "Fintech", "ja": "フィンテック"},
    "food": {"en": "Food Tech", "ja": "フードテック"},
    "logistics": {"en": "Logistics", "ja": "物流"},
}
