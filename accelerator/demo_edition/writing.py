"""What a synthetic applicant answers: every question of the default form, in its stored shape. Pure."""

from random import Random
from typing import Any

from accelerator.demo_edition.chosen import SECOND
from accelerator.demo_edition.crowd import Applicant
from accelerator.demo_edition.names import GOALS, MARKET, PILOT, PROBLEM, SOLUTION, TEAM, TRACTION, sentence
from accelerator.intake.answers.identifiers import is_corporate_number

TRACK_OF = {"health": "prevent", "pets": "prevent", "commerce": "recover", "tourism": "recover", "food": "recover"}
CURRENCY = {"JP": "JPY", "EE": "EUR", "DE": "EUR", "FR": "EUR", "GB": "GBP", "SG": "SGD"}
EVENINGS = [day * 48 + half for day in range(5) for half in range(36, 44)]  # 18:00 to 22:00, Monday to Friday


def answers_of(applicant: Applicant, dice: Random) -> dict[str, Any]:
    """The answers of an applicant, without the deck, which needs a stored file."""
    founded = dice.randint(2014, 2020)
    answers = (
        {
            "name": applicant.name,
            "one_line": applicant.line[:140],
            "country": applicant.country,
            "city": applicant.city,
            "website": f"https://{applicant.name.lower().replace(' ', '-')}.example",
            "founded": founded,
            "incorporated": "yes",
            "incorporated_on": f"{max(founded, dice.randint(2015, 2019))}-04-01",
            "legal_form": "KK" if applicant.country == "JP" else "Ltd",
            "sector": applicant.sector,
            "tags": dice.sample(["ai", "devices", "platform", "mobile", "language"], 2),
            "business_model": dice.sample(["subscription", "usage", "commission", "licence"], 1),
            "customer_type": dice.sample(["people", "small_firms", "large_firms", "public", "medical"], 2),
            "stage": applicant.stage,
            "track": TRACK_OF.get(applicant.sector, "distance"),
            "staff_full": dice.randint(0, 14),
            "staff_part": dice.randint(0, 5),
            "users": dice.randint(20, 4800),
            "users_definition": "People who used it in the last 30 days",
            "runway": dice.randint(4, 22),
            "rights": [],
            "pilot": "yes",
            "settling": dice.choice(["none", "considering", "planned"]),
            "attends": f"{applicant.given} {applicant.family}",
            "languages": ["ja", "en"] if applicant.country == "JP" else ["en"],
            "zone": applicant.zone,
            "hours": EVENINGS,
            "channel": applicant.channel,
            "declarations": ["age", "tenders", "forces", "field"],
            "consent_processing": ["given"],
            "founders": _founders(applicant, dice),
        }
        | _prose(dice)
        | _money(applicant, dice)
    )
    if applicant.country == "JP":
        answers["corporate_number"] = _corporate_number(applicant)
    if applicant.prefecture:
        answers["prefecture"] = applicant.prefecture
    if applicant.line_ja:
        answers["one_line_ja"] = applicant.line_ja
    if applicant.chosen and applicant.chosen.native_name:
        answers["native_name"] = applicant.chosen.native_name
    return {key: value for key, value in answers.items() if value != []}


def _prose(dice: Random) -> dict[str, Any]:
    texts = {
        "track_fit": GOALS,
        "problem": PROBLEM,
        "solution": SOLUTION,
        "market": MARKET,
        "traction": TRACTION,
        "why_team": TEAM,
        "goals": GOALS,
        "pilot_plan": PILOT,
    }
    return {key: sentence(parts, dice) for key, parts in texts.items()}


def _corporate_number(applicant: Applicant) -> str:
    """Thirteen digits with the right check digit, of a range that no registry gives out."""
    others = f"0000{Random(applicant.name).randrange(10**8):08}"
    return next(number for digit in range(1, 10) if is_corporate_number(number := f"{digit}{others}"))


def _founders(applicant: Applicant, dice: Random) -> list[dict[str, Any]]:
    share = dice.randint(40, 80)
    first = {
        "name": f"{applicant.given} {applicant.family}",
        "role": "CEO",
        "email": applicant.email,
        "equity": share,
        "full_time": True,
    }
    if applicant.name != SECOND.startup:
        return [first]
    second = {
        "name": f"{SECOND.given} {SECOND.family}",
        "role": SECOND.role,
        "email": SECOND.email,
        "equity": SECOND.equity,
        "full_time": True,
    }
    return [first, second]


def _money(applicant: Applicant, dice: Random) -> dict[str, Any]:
    currency = CURRENCY.get(applicant.country, "USD")
    unit = 1_000_000 if currency == "JPY" else 10_000
    money: dict[str, Any] = {"capital_currency": currency}
    for source, most in (("own", 4), ("equity", 30), ("debt", 6), ("grants", 5)):
        total = dice.randint(0, most) * unit
        money[f"capital_{source}"], money[f"capital_{source}_year"] = total, total // 2
    if applicant.stage in ("revenue", "scaling"):
        earned = dice.randint(1, 40) * unit // 10
        money["revenue_year"] = {"amount": earned * 8, "currency": currency}
        money["revenue_month"] = {"amount": earned, "currency": currency}
    return money


def deck(title: str) -> bytes:
    """A PDF of one page that says what it is: the demonstration holds no real deck."""
    text = (
        f"BT /F1 28 Tf 60 300 Td ({title}) Tj 0 -40 Td /F1 14 Tf (Synthetic deck of the demonstration) Tj ET".encode()
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 640 360]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    return (
        body + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    )
