"""Founders and how they will take part: fields 22 to 29."""

from accelerator.intake.default_form.shapes import QuestionData, SectionData, both, choice
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

LANGUAGES = [
    choice("en", "English", "英語"),
    choice("ja", "Japanese", "日本語"),
    choice("zh", "Chinese", "中国語"),
    choice("ko", "Korean", "韓国語"),
    choice("es", "Spanish", "スペイン語"),
    choice("fr", "French", "フランス語"),
    choice("vi", "Vietnamese", "ベトナム語"),
    choice("id", "Indonesian", "インドネシア語"),
    choice("other", "Another", "その他"),
]

TEAM = SectionData(
    "team",
    both("Founders", "創業者"),
    [
        QuestionData(
            "founders",
            Kind.FOUNDERS,
            both("Founders", "創業者"),
            both(
                "One to six people. Reviewers do not see their addresses, and in a blind round no names either.",
                "1人から6人まで入力してください。連絡先は審査員に表示されません。匿名の審査ではお名前も表示されません。",
            ),
            required=True,
            limits={"rows": 6},
            role=QuestionRole.FOUNDERS,
            carried=True,
        ),
        QuestionData(
            "why_team",
            Kind.LONG,
            both("Why this team", "このチームでできる理由"),
            required=True,
            limits={"max": 800},
            carried=True,
        ),
        QuestionData(
            "consent_statistics",
            Kind.CONSENT,
            both("Statistics about founders", "創業者についての統計"),
            both(
                "Nobody who decides sees these answers; they are printed only in sums of five or more.",
                "選考に関わる人には表示されません。5人以上の合計としてのみ使います。",
            ),
            choices=[choice("given", "We answer a few questions for statistics", "統計のための質問に答えます")],
            role=QuestionRole.CONSENT_STATISTICS,
            audience=Audience.STAFF,
        ),
        QuestionData(
            "founder_statistics",
            Kind.FOUNDERS,
            both("About each founder", "創業者ひとりずつについて"),
            both("Leave out whatever you like.", "答えたくない項目は空けておいてください。"),
            limits={"rows": 6, "columns": "statistics"},
            shown_if={"question": "consent_statistics", "in": ["given"]},
            audience=Audience.STATISTICS,
        ),
    ],
)

PROGRAMME = SectionData(
    "programme",
    both("The programme", "プログラム"),
    [
        QuestionData(
            "goals",
            Kind.LONG,
            both("What you want, and your goals for the programme", "期待することと、期間中の目標"),
            required=True,
            limits={"max": 600},
        ),
        QuestionData(
            "pilot",
            Kind.CHOICE,
            both("Do you want to run a pilot with a partner here?", "協力団体と実証実験を行いたいですか"),
            required=True,
            choices=[choice("yes", "Yes", "はい"), choice("no", "No", "いいえ")],
        ),
        QuestionData(
            "pilot_plan",
            Kind.LONG,
            both("With whom, and which data or site you need", "相手と、必要なデータや場所"),
            required=True,
            limits={"max": 600},
            shown_if={"question": "pilot", "in": ["yes"]},
        ),
        QuestionData(
            "settling",
            Kind.CHOICE,
            both("Do you intend to set up here?", "この地域に拠点を置く予定はありますか"),
            choices=[
                choice("none", "No", "ありません"),
                choice("considering", "We are considering it", "検討しています"),
                choice("planned", "It is planned", "予定しています"),
            ],
        ),
        QuestionData(
            "settling_on", Kind.DATE, both("When", "予定の時期"), shown_if={"question": "settling", "in": ["planned"]}
        ),
    ],
)

PARTICIPATION = SectionData(
    "participation",
    both("Taking part", "参加"),
    [
        QuestionData(
            "attends",
            Kind.LONG,
            both("Who attends", "参加する人"),
            both("One to three people, one a line.", "1人から3人まで、1行に1人ずつ入力してください。"),
            required=True,
            limits={"max": 300, "lines": 3},
            audience=Audience.STAFF,
        ),
        QuestionData(
            "languages",
            Kind.CHOICES,
            both("Languages you can work in", "使える言語"),
            required=True,
            choices=LANGUAGES,
            audience=Audience.STAFF,
        ),
        QuestionData(
            "zone",
            Kind.ZONE,
            both("Your time zone", "タイムゾーン"),
            required=True,
            audience=Audience.STAFF,
            carried=True,
        ),
        QuestionData(
            "hours",
            Kind.HOURS,
            both("Hours you are free each week", "毎週空いている時間"),
            both(
                "In your own time zone, at least 4 hours a week.",
                "ご自身のタイムゾーンで、週に4時間以上選んでください。",
            ),
            required=True,
            limits={"min": 4},
            audience=Audience.STAFF,
        ),
    ],
)
