"""Files, history, declarations and consents: fields 30 to 36."""

from accelerator.intake.default_form.shapes import QuestionData, SectionData, both, choice
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

CHANNELS = [
    choice("alumni", "A startup that took part before", "過去の参加企業"),
    choice("partner", "A partner of the programme", "協力団体"),
    choice("event", "An event", "イベント"),
    choice("person", "Somebody I know", "知人"),
    choice("press", "Press", "報道"),
    choice("social", "Social media", "SNS"),
    choice("search", "Search", "検索"),
    choice("other", "Other", "その他"),
]
DECLARATIONS = [
    choice("age", "All founders are of legal age.", "創業者は全員成年です。"),
    choice("tenders", "We are not barred from public tenders.", "公共の入札への参加を禁じられていません。"),
    choice("forces", "We have no links with organised crime.", "反社会的勢力との関わりはありません。"),
    choice("field", "Our field is not an excluded one.", "事業は対象外の分野ではありません。"),
]

FILES = SectionData(
    "files",
    both("Pitch deck and video", "資料と動画"),
    [
        QuestionData(
            "deck",
            Kind.FILE,
            both("Pitch deck", "ピッチ資料"),
            both("PDF, up to 20 MB and 30 pages.", "PDF、20 MB・30ページまで。"),
            required=True,
            limits={"mb": 20, "pages": 30},
            role=QuestionRole.DECK,
        ),
        QuestionData(
            "video",
            Kind.URL,
            both("Link to a video", "動画のリンク"),
            both("Up to 3 minutes.", "3分以内の動画です。"),
            limits={"max": 300},
        ),
        QuestionData(
            "accelerators",
            Kind.LONG,
            both(
                "Earlier accelerators, and earlier applications here",
                "これまでに参加したアクセラレーターと、過去の応募",
            ),
            limits={"max": 400},
        ),
        QuestionData(
            "channel",
            Kind.CHOICE,
            both("How did you hear of us?", "このプログラムをどこで知りましたか"),
            choices=CHANNELS,
            audience=Audience.STAFF,
            role=QuestionRole.CHANNEL,
        ),
    ],
)

AGREEMENTS = SectionData(
    "agreements",
    both("Declarations and consent", "確認と同意"),
    [
        QuestionData(
            "declarations",
            Kind.DECLARATION,
            both("We declare", "次のとおり確認します"),
            required=True,
            choices=DECLARATIONS,
            audience=Audience.STAFF,
            role=QuestionRole.DECLARATIONS,
        ),
        QuestionData(
            "consent_processing",
            Kind.CONSENT,
            both("Use of your answers", "回答の利用"),
            required=True,
            choices=[
                choice(
                    "given",
                    "You may use our answers to run this call.",
                    "この募集を行うために回答を利用することに同意します。",
                )
            ],
            role=QuestionRole.CONSENT_PROCESSING,
            audience=Audience.STAFF,
        ),
        QuestionData(
            "consent_hosts",
            Kind.CONSENT,
            both("Sharing with those who run the programme", "運営する団体との共有"),
            both(
                "The programme team shares your answers with each of them.",
                "事務局が、回答をそれぞれの団体と共有します。",
            ),
            required=True,
            audience=Audience.STAFF,
            role=QuestionRole.CONSENT_HOSTS,
            about="hosts",
        ),
    ],
)
