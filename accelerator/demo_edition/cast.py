"""The people of the demonstration: one of each kind to sign in as, and those around them. Nobody here exists."""

from dataclasses import dataclass, field

from accelerator.accounts.models import Role


@dataclass(frozen=True)
class Part:
    """A person to be made. ``shown`` ones are offered on the sign-in page."""

    given: str
    family: str
    zone: str
    roles: tuple[Role, ...]
    native: str | None = None
    language: str = "en"
    shown: bool = False
    about: dict[str, str] = field(default_factory=dict)
    expertise: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """An address that can't exist (RFC 2606)."""
        return f"{self.given}.{self.family}@demo.example".lower().replace(" ", "-")


TEAM = (
    Part("Haruka", "Sato", "Asia/Tokyo", (Role.ADMIN,), "佐藤 遥", shown=True),
    Part("Riku", "Tanaka", "Asia/Tokyo", (Role.STAFF,), "田中 陸", "ja", shown=True),
)
PARTNERS = (Part("Yui", "Nakamura", "Asia/Tokyo", (Role.PARTNER,), "中村 唯", "ja", shown=True),)
REVIEWERS = (
    Part("Daniel", "Osei", "Asia/Tokyo", (Role.REVIEWER,), shown=True, expertise=("health", "social", "audio")),
    Part("Keiko", "Yamada", "Asia/Tokyo", (Role.REVIEWER,), "山田 恵子", "ja", expertise=("health", "transformation")),
    Part("Priya", "Menon", "Asia/Kolkata", (Role.REVIEWER,), expertise=("health", "commerce", "finance")),
    Part("Tomas", "Novak", "Europe/Prague", (Role.REVIEWER,), expertise=("remote", "education", "logistics")),
    Part("Grace", "Wanjiru", "Africa/Nairobi", (Role.REVIEWER,), expertise=("finance", "food", "health")),
    Part("Shinji", "Ota", "Asia/Tokyo", (Role.REVIEWER,), "太田 真司", "ja", expertise=("commerce", "tourism")),
    Part("Helen", "Brandt", "Europe/Berlin", (Role.REVIEWER,), expertise=("health", "remote")),
    Part("Luis", "Ortega", "America/Los_Angeles", (Role.REVIEWER,), expertise=("commerce", "education", "pets")),
    Part("Mina", "Kang", "Asia/Seoul", (Role.REVIEWER,), expertise=("audio", "tourism", "health")),
    Part("Oliver", "Grant", "Europe/London", (Role.REVIEWER,), expertise=("transformation", "finance", "health")),
    Part("Noriko", "Hara", "Asia/Tokyo", (Role.REVIEWER,), "原 典子", "ja", expertise=("social", "health", "food")),
    Part("Samuel", "Ade", "Africa/Lagos", (Role.REVIEWER,), expertise=("logistics", "finance", "commerce")),
    Part("Eva", "Lindqvist", "Europe/Stockholm", (Role.REVIEWER,), expertise=("education", "health", "remote")),
    Part(
        "Jun",
        "Matsui",
        "Asia/Tokyo",
        (Role.REVIEWER,),
        "松井 潤",
        "ja",
        expertise=("pets", "tourism", "transformation"),
    ),
)
MENTORS = (
    Part(
        "Maya",
        "Okafor",
        "America/Los_Angeles",
        (Role.MENTOR,),
        shown=True,
        expertise=("pricing", "health", "us"),
        about={"en": "Founder, two exits in health software", "ja": "創業者。医療ソフトで2回の売却を経験"},
    ),
    Part(
        "Kenta",
        "Fujii",
        "Asia/Tokyo",
        (Role.MENTOR,),
        "藤井 健太",
        "ja",
        expertise=("sales", "japan"),
        about={"en": "Sold to forty hospitals in Kansai", "ja": "関西の40病院へ導入した実績"},
    ),
    Part(
        "Sofia",
        "Marin",
        "Europe/Madrid",
        (Role.MENTOR,),
        expertise=("marketing", "customers"),
        about={"en": "Grew two marketplaces from zero", "ja": "マーケットプレイスを2社立ち上げ"},
    ),
    Part(
        "Arjun",
        "Das",
        "Asia/Kolkata",
        (Role.MENTOR,),
        expertise=("product", "technology"),
        about={"en": "Product lead for phones with little memory", "ja": "低性能端末向けの製品責任者"},
    ),
    Part(
        "Claire",
        "Dubois",
        "Europe/Paris",
        (Role.MENTOR,),
        expertise=("fundraising", "pitch"),
        about={"en": "Reads three hundred decks a year", "ja": "年に300の資料を読む投資家"},
    ),
    Part(
        "Hiro",
        "Nagata",
        "Asia/Tokyo",
        (Role.MENTOR,),
        "永田 博",
        "ja",
        expertise=("health", "legal"),
        about={"en": "Medical device approvals for fifteen years", "ja": "医療機器の承認に15年従事"},
    ),
    Part(
        "Ben",
        "Carter",
        "America/New_York",
        (Role.MENTOR,),
        expertise=("sales", "customers"),
        about={"en": "First salesperson of three companies", "ja": "3社で最初の営業を担当"},
    ),
    Part(
        "Amina",
        "Yusuf",
        "Africa/Nairobi",
        (Role.MENTOR,),
        expertise=("finance", "data"),
        about={"en": "Ran payments in eleven countries", "ja": "11か国の決済を運営"},
    ),
    Part(
        "Leo",
        "Tan",
        "Asia/Singapore",
        (Role.MENTOR,),
        expertise=("asia", "sales"),
        about={"en": "Opens doors in six countries", "ja": "東南アジア6か国の提携を支援"},
    ),
    Part(
        "Ingrid",
        "Solberg",
        "Europe/Oslo",
        (Role.MENTOR,),
        expertise=("product", "impact"),
        about={"en": "Service design with older people", "ja": "高齢者とのサービスデザイン"},
    ),
    Part(
        "Masato",
        "Ueno",
        "Asia/Tokyo",
        (Role.MENTOR,),
        "上野 雅人",
        "ja",
        expertise=("public", "japan"),
        about={"en": "Ran pilots inside a city hall", "ja": "市役所で実証実験を担当"},
    ),
    Part(
        "Rachel",
        "Stone",
        "America/Chicago",
        (Role.MENTOR,),
        expertise=("people", "us"),
        about={"en": "Built teams in nine time zones", "ja": "9つのタイムゾーンで組織づくり"},
    ),
)
INVESTORS = (
    Part(
        "Ines",
        "Duarte",
        "Europe/Lisbon",
        (Role.INVESTOR,),
        shown=True,
        about={"en": "Farol Ventures", "ja": "Farol Ventures"},
    ),
    Part(
        "Takeshi",
        "Ogawa",
        "Asia/Tokyo",
        (Role.INVESTOR,),
        "小川 武",
        "ja",
        about={"en": "Minato Capital", "ja": "みなとキャピタル"},
    ),
    Part("Laura", "Fischer", "Europe/Berlin", (Role.INVESTOR,), about={"en": "Elbe Seed", "ja": "Elbe Seed"}),
    Part(
        "Derek", "Moss", "America/Los_Angeles", (Role.INVESTOR,), about={"en": "Tidepool Fund", "ja": "Tidepool Fund"}
    ),
    Part("Hui", "Chen", "Asia/Taipei", (Role.INVESTOR,), about={"en": "Strait Partners", "ja": "Strait Partners"}),
    Part(
        "Akane",
        "Shimizu",
        "Asia/Tokyo",
        (Role.INVESTOR,),
        "清水 茜",
        "ja",
        about={"en": "Rokko Bank", "ja": "六甲銀行"},
    ),
)
EVERYBODY = (*TEAM, *PARTNERS, *REVIEWERS, *MENTORS, *INVESTORS)
