"""What the startup does and how far it is: fields 8 to 17."""

from accelerator.intake.default_form.shapes import QuestionData, SectionData, both, choice
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

EARNING = {"question": "stage", "in": ["revenue", "scaling"]}
STAGES = [
    choice("idea", "An idea", "アイデア"),
    choice("prototype", "A prototype", "試作品"),
    choice("launched", "In use by people who do not pay yet", "無償で利用されている"),
    choice("revenue", "Earning money", "売上がある"),
    choice("scaling", "Growing fast with paying customers", "有償の顧客が急速に増えている"),
]
MODELS = [
    choice("subscription", "Subscription", "定額課金"),
    choice("sale", "Sale of goods", "物販"),
    choice("usage", "Fee per use", "従量課金"),
    choice("commission", "Commission or marketplace", "手数料・マーケットプレイス"),
    choice("licence", "Licence", "ライセンス"),
    choice("advertising", "Advertising", "広告"),
    choice("service", "Services", "受託・サービス"),
    choice("other", "Other", "その他"),
]
CUSTOMERS = [
    choice("people", "People", "個人"),
    choice("small_firms", "Small firms", "中小企業"),
    choice("large_firms", "Large firms", "大企業"),
    choice("public", "Cities and public bodies", "自治体・公的機関"),
    choice("medical", "Hospitals and carers", "医療・介護の事業者"),
    choice("other", "Other", "その他"),
]
TAGS = [
    choice("ai", "AI and data", "AI・データ"),
    choice("devices", "Devices and sensors", "機器・センサー"),
    choice("robots", "Robots", "ロボット"),
    choice("biotech", "Biotechnology", "バイオ"),
    choice("platform", "Platform", "プラットフォーム"),
    choice("mobile", "Mobile app", "スマートフォンアプリ"),
    choice("language", "Speech and language", "音声・言語"),
    choice("imaging", "Pictures and video", "画像・映像"),
    choice("blockchain", "Blockchain", "ブロックチェーン"),
    choice("community", "Community", "コミュニティ"),
    choice("other", "Something else", "その他"),
]

BUSINESS = SectionData(
    "business",
    both("Business", "事業"),
    [
        QuestionData(
            "sector",
            Kind.SECTOR,
            both("Sector", "分野"),
            required=True,
            role=QuestionRole.SECTOR,
            carried=True,
        ),
        QuestionData(
            "sector_other",
            Kind.SHORT,
            both("Which other sector?", "その他の分野"),
            required=True,
            limits={"max": 60},
            shown_if={"question": "sector", "in": ["other"]},
            carried=True,
        ),
        QuestionData(
            "tags",
            Kind.CHOICES,
            both("What it is built on", "使っている技術"),
            choices=TAGS,
            limits={"max_choices": 3},
            carried=True,
        ),
        QuestionData(
            "business_model",
            Kind.CHOICES,
            both("How you earn or will earn money", "収益の得かた"),
            required=True,
            choices=MODELS,
            limits={"max_choices": 3},
            carried=True,
        ),
        QuestionData(
            "customer_type",
            Kind.CHOICES,
            both("Who pays", "顧客の種類"),
            required=True,
            choices=CUSTOMERS,
            limits={"max_choices": 3},
            carried=True,
        ),
        QuestionData(
            "stage",
            Kind.CHOICE,
            both("How far along is it?", "事業の段階"),
            required=True,
            choices=STAGES,
            role=QuestionRole.STAGE,
        ),
        QuestionData(
            "track",
            Kind.TRACK,
            both("Track", "テーマ"),
            required=True,
            role=QuestionRole.TRACK,
            about="tracks",
        ),
        QuestionData(
            "track_fit",
            Kind.LONG,
            both("How you fit the track", "テーマとの関わり"),
            required=True,
            limits={"max": 600},
            about="tracks",
        ),
    ],
)

PRODUCT = SectionData(
    "product",
    both("Problem and solution", "課題と解決策"),
    [
        QuestionData(
            "problem",
            Kind.LONG,
            both("The problem, and who has it", "課題と、それを抱えている人"),
            required=True,
            limits={"min": 50, "max": 800},
            role=QuestionRole.PROBLEM,
            carried=True,
        ),
        QuestionData(
            "solution",
            Kind.LONG,
            both("Your solution", "解決策"),
            both(
                "Say what is new, and what people use today instead.",
                "新しい点と、今使われている代わりの方法も書いてください。",
            ),
            required=True,
            limits={"min": 50, "max": 1000},
            role=QuestionRole.SOLUTION,
            carried=True,
        ),
        QuestionData(
            "market",
            Kind.LONG,
            both("The market, and how you reach it", "市場と、そこへの届けかた"),
            required=True,
            limits={"max": 800},
            carried=True,
        ),
    ],
)

TRACTION = SectionData(
    "traction",
    both("Traction", "実績"),
    [
        QuestionData(
            "traction",
            Kind.LONG,
            both("What you have reached so far", "これまでの実績"),
            both(
                "Monthly figures for the last 3 to 6 months help most.",
                "直近3〜6か月の月ごとの数値があると役立ちます。",
            ),
            required=True,
            limits={"max": 800},
        ),
        QuestionData(
            "revenue_year",
            Kind.MONEY,
            both("Revenue, last calendar year", "前年（暦年）の売上"),
            both("Enter 0 if none.", "なければ0を入力してください。"),
            limits={"min": 0},
            shown_if=EARNING,
        ),
        QuestionData(
            "revenue_month",
            Kind.MONEY,
            both("Revenue, last month", "先月の売上"),
            both("Enter 0 if none.", "なければ0を入力してください。"),
            limits={"min": 0},
            shown_if=EARNING,
        ),
        QuestionData(
            "users",
            Kind.NUMBER,
            both("Users or customers", "利用者または顧客の数"),
            limits={"min": 0, "with": "users_definition"},
        ),
        QuestionData(
            "users_definition",
            Kind.SHORT,
            both("Whom you count", "数えかた"),
            both("Such as: people who used it in the last 30 days.", "例：直近30日間に利用した人"),
            limits={"max": 120},
        ),
        QuestionData(
            "staff_full",
            Kind.NUMBER,
            both("Full-time staff on 31 December last year", "昨年12月31日現在の常勤の人数"),
            both("Without founders.", "創業者を除きます。"),
            required=True,
            limits={"min": 0, "max": 10000},
        ),
        QuestionData(
            "staff_part",
            Kind.NUMBER,
            both("Part-time staff on that day", "同日の非常勤の人数"),
            both("Without founders.", "創業者を除きます。"),
            required=True,
            limits={"min": 0, "max": 10000},
        ),
    ],
)
