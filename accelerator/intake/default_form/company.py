"""Who applies, and where: fields 1 to 7."""

from accelerator.intake.default_form.shapes import QuestionData, SectionData, both, choice
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

IN_JAPAN = {"question": "country", "in": ["JP"]}
INCORPORATED = {"question": "incorporated", "in": ["yes"]}

COMPANY = SectionData(
    "company",
    both("Company", "会社"),
    [
        QuestionData(
            "name",
            Kind.SHORT,
            both("Company or team name", "会社名またはチーム名"),
            both("As you want it printed.", "公表するときの表記で入力してください。"),
            required=True,
            limits={"max": 120, "fold": True},
            audience=Audience.MASKED,
            role=QuestionRole.NAME,
            carried=True,
        ),
        QuestionData(
            "native_name",
            Kind.SHORT,
            both("Name in Japanese", "日本語の名称"),
            limits={"max": 120, "fold": True},
            audience=Audience.MASKED,
            role=QuestionRole.NATIVE_NAME,
            carried=True,
        ),
        QuestionData(
            "one_line",
            Kind.SHORT,
            both("What you do, in one line", "事業を一行で"),
            both("For someone who knows business but not your field.", "分野の外の人にも伝わるように書いてください。"),
            required=True,
            limits={"max": 140},
            role=QuestionRole.ONE_LINE,
            carried=True,
        ),
        QuestionData(
            "one_line_ja",
            Kind.SHORT,
            both("The same line in Japanese", "事業を一行で（日本語）"),
            both(
                "If you have one. We print it in the Japanese report.",
                "あれば入力してください。日本語の報告書に載せます。",
            ),
            limits={"max": 140},
            role=QuestionRole.ONE_LINE_JA,
            carried=True,
        ),
        QuestionData(
            "website",
            Kind.URL,
            both("Website or demo", "ウェブサイトまたはデモ"),
            limits={"max": 300},
            audience=Audience.MASKED,
            role=QuestionRole.WEBSITE,
            carried=True,
        ),
        QuestionData(
            "linkedin",
            Kind.URL,
            both("LinkedIn page", "LinkedInのページ"),
            limits={"max": 300},
            audience=Audience.MASKED,
            carried=True,
        ),
    ],
)

PLACE = SectionData(
    "place",
    both("Head office", "本社"),
    [
        QuestionData(
            "country",
            Kind.COUNTRY,
            both("Country of the head office", "本社のある国・地域"),
            required=True,
            role=QuestionRole.COUNTRY,
            carried=True,
        ),
        QuestionData(
            "prefecture",
            Kind.PREFECTURE,
            both("Prefecture", "都道府県"),
            required=True,
            shown_if=IN_JAPAN,
            role=QuestionRole.PREFECTURE,
            carried=True,
        ),
        QuestionData(
            "city",
            Kind.SHORT,
            both("City", "市区町村"),
            required=True,
            limits={"max": 80},
            role=QuestionRole.CITY,
            carried=True,
        ),
        QuestionData(
            "countries",
            Kind.COUNTRIES,
            both("Other countries where you operate", "ほかに事業を行っている国・地域"),
            limits={"max_choices": 30},
            carried=True,
        ),
        QuestionData(
            "founded",
            Kind.NUMBER,
            both("Year founded", "創業年"),
            both("The year in which work began, like 2018.", "事業を始めた年を西暦で入力してください。例：2018"),
            required=True,
            limits={"min": 1900, "max": "this year"},
            role=QuestionRole.FOUNDED,
            carried=True,
        ),
        QuestionData(
            "incorporated",
            Kind.CHOICE,
            both("Is it incorporated?", "法人化していますか"),
            required=True,
            choices=[choice("yes", "Yes", "はい"), choice("no", "Not yet", "まだです")],
            audience=Audience.STAFF,
            role=QuestionRole.INCORPORATED,
            carried=True,
        ),
        QuestionData(
            "incorporated_on",
            Kind.DATE,
            both("Date of incorporation", "設立年月日"),
            required=True,
            limits={"max": "today"},
            shown_if=INCORPORATED,
            audience=Audience.STAFF,
            carried=True,
        ),
        QuestionData(
            "legal_form",
            Kind.SHORT,
            both("Legal form", "法人の種類"),
            both("Such as Inc., Ltd, GmbH, 株式会社.", "例：株式会社、合同会社"),
            required=True,
            limits={"max": 60},
            shown_if=INCORPORATED,
            audience=Audience.STAFF,
            carried=True,
        ),
        QuestionData(
            "corporate_number",
            Kind.SHORT,
            both("Corporate number (法人番号)", "法人番号"),
            both("13 digits.", "13桁の数字です。"),
            required=True,
            limits={"check": "corporate_number"},
            shown_if={**IN_JAPAN, "and": INCORPORATED},
            audience=Audience.STAFF,
            role=QuestionRole.CORPORATE_NUMBER,
            carried=True,
        ),
    ],
)
