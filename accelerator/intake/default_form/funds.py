"""Capital, runway and rights: fields 19 to 21."""

from accelerator.intake.answers.currencies import CURRENCIES
from accelerator.intake.default_form.shapes import QuestionData, SectionData, both, choice
from accelerator.intake.models import QuestionKind as Kind

RIGHTS = [
    choice("patents", "Patents", "特許"),
    choice("trademarks", "Trademarks", "商標"),
    choice("copyrights", "Copyrights", "著作権"),
]
SOURCES = [
    ("own", "Own money", "自己資金"),
    ("equity", "Equity", "出資"),
    ("debt", "Loans", "借入"),
    ("grants", "Grants", "補助金・助成金"),
]


def _amounts() -> list[QuestionData]:
    questions = []
    for key, en, ja in SOURCES:
        amount = {"min": 0, "decimals": 2, "currency": "capital_currency"}
        questions += [
            QuestionData(
                f"capital_{key}",
                Kind.NUMBER,
                both(f"{en} since founding", f"{ja}（創業以来）"),
                required=True,
                limits=amount,
            ),
            QuestionData(
                f"capital_{key}_year",
                Kind.NUMBER,
                both(f"{en} in the last 12 months", f"{ja}（直近12か月）"),
                required=True,
                limits={**amount, "at_most": f"capital_{key}"},
            ),
        ]
    return questions


FUNDS = SectionData(
    "funds",
    both("Capital", "資金"),
    [
        QuestionData(
            "capital_currency",
            Kind.CHOICE,
            both("Currency of these amounts", "金額の通貨"),
            required=True,
            choices=[choice(code, code, code) for code in CURRENCIES],
            limits={"list": True},
        ),
        *_amounts(),
        QuestionData(
            "runway",
            Kind.NUMBER,
            both("Runway in months", "資金が持つ月数"),
            both("How long your money lasts at today's pace.", "今のペースで資金が続く月数です。"),
            limits={"min": 0, "max": 120},
        ),
        QuestionData(
            "rights",
            Kind.CHOICES,
            both("Registered rights", "登録した権利"),
            choices=RIGHTS,
            carried=True,
        ),
    ],
    both("Enter 0 where there was none.", "なかったものには0を入力してください。"),
)
