"""What every moment stands on: people, the programme, the edition with sectors, hosts and reported figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock, scope
from accelerator.core.db import add, session
from accelerator.demo_edition import facts
from accelerator.demo_edition.cast import EVERYBODY, PARTNERS, Part
from accelerator.demo_edition.chosen import CHOSEN, SECOND, SECTORS
from accelerator.demo_edition.crowd import Applicant
from accelerator.demo_edition.moments import Moment
from accelerator.programmes.models import Edition, Host, HostMember, Mode, Programme, Sector
from accelerator.reporting.operations import ReportedLine, record_reported

PRESS = {"en": "Japanese press, 2017 to 2020", "ja": "2017年から2020年の国内報道"}
INTERVIEW = {"en": "JETRO interview, published 12 October 2020", "ja": "ジェトロのインタビュー（2020年10月12日公開）"}


def make_people(password_hash: str) -> dict[str, int]:
    """The cast; ``{address: id}``. All of them share one password of this installation."""
    now = clock.system_now()
    rows = [_person(part, password_hash, now) for part in EVERYBODY]
    ids = session().scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows).all()
    return {part.email: number for part, number in zip(EVERYBODY, ids, strict=True)}


def _person(part: Part, password_hash: str, now: datetime) -> dict[str, Any]:
    return {
        "email": part.email,
        "given_name": part.given,
        "family_name": part.family,
        "native_name": part.native,
        "family_first": part.native is not None,
        "language": part.language,
        "zone": part.zone,
        "password_hash": password_hash,
        "confirmed_at": now,
        "created_at": now,
        "synthetic": True,
        "is_site_admin": Role.ADMIN in part.roles,
    }


def make_founders(applicants: list[Applicant], password_hash: str) -> list[int]:
    """One account per applicant, and a second founder, the same at all moments; ids in the order of ``applicants``.

    The first of the chosen is made first: that is the founder whom visitors are offered to sign in as.
    """
    now = clock.system_now()
    order = sorted(applicants, key=lambda applicant: applicant.chosen is not CHOSEN[0])
    rows = [
        {
            "email": applicant.email,
            "given_name": applicant.given,
            "family_name": applicant.family,
            "native_name": applicant.native,
            "family_first": applicant.country == "JP",
            "language": "en",
            "zone": applicant.zone,
            "password_hash": password_hash,
            "confirmed_at": now,
            "created_at": now,
            "synthetic": True,
            "is_site_admin": False,
        }
        for applicant in order
    ]
    person_ids = session().scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows).all()
    second = {
        "email": SECOND.email,
        "given_name": SECOND.given,
        "family_name": SECOND.family,
        "native_name": SECOND.native,
    }
    add(Person(**{**rows[0], **second}))  # of the first of the chosen, in the same city
    ids = {applicant.number: person_id for applicant, person_id in zip(order, person_ids, strict=True)}
    return [ids[applicant.number] for applicant in applicants]


def make_edition(moment: Moment, loaded_at: datetime) -> Edition:
    """The programme and edition of one moment, its clock set to that moment."""
    programme = add(
        Programme(
            slug=f"500-kobe-{moment.stage}",
            name={"en": "500 Kobe Accelerator", "ja": "500 Kobe Accelerator"},
            host={"en": "City of Kobe and 500 Startups", "ja": "神戸市・500 Startups"},
            since=2016,
            home_country="JP",
            created_at=loaded_at,
        )
    )
    theme = facts.facts()["theme"]
    return add(
        Edition(
            programme=programme,
            slug=moment.slug,
            name={"en": "Kobe 2020", "ja": "神戸 2020"},
            theme={"en": theme, "ja": "新型コロナウイルス対応の新技術（COVID-19 Emerging Technology）"},
            about=ABOUT,
            place={"en": "Kobe", "ja": "神戸"},
            zone=facts.ZONE,
            mode=Mode.ONLINE,
            places=facts.facts()["selected"]["total"],
            announced_on=facts.reported_day("announced"),
            opens_at=facts.CALL_OPENS,
            closes_at=facts.CALL_CLOSES,
            decisions_on=facts.reported_day("selected"),
            starts_on=facts.reported_day("start"),
            coaching_ends_on=facts.reported_day("coaching_end"),
            demo_day_on=facts.reported_day("demo_day"),
            demo_moment=moment.name | {f"about_{key}": text for key, text in moment.about.items()},
            ahead_seconds=int((moment.at - loaded_at).total_seconds()),
            created_at=loaded_at,
        )
    )


ABOUT = {
    "en": "Two months of online one-to-one mentoring for startups whose technology helps with life and work under "
    "COVID-19, ending with an online Demo Day. No equity is taken.",
    "ja": "新型コロナウイルス下の暮らしと仕事に役立つ技術を持つスタートアップのための、2か月間のオンライン個別メンタリングです。"
    "最後にオンラインのDemo Dayを行います。株式の取得はありません。",
}


def furnish(edition: Edition, people: dict[str, int]) -> dict[str, int]:
    """Sectors, hosts and roles of the cast; returns ``{sector key: id}``."""
    with scope.choose(edition.scope):
        keys = list(SECTORS)
        rows = [{"edition_id": edition.id, "key": key, "name": SECTORS[key]} for key in keys]
        ids = session().scalars(insert(Sector).returning(Sector.id, sort_by_parameter_order=True), rows).all()
        session().execute(
            insert(Host), [{"edition_id": edition.id, "position": n, **host} for n, host in enumerate(HOSTS)]
        )
        city = session().scalars(select(Host.id).where(Host.edition_id == edition.id).order_by(Host.position)).first()
        session().execute(
            insert(HostMember),
            [{"edition_id": edition.id, "host_id": city, "person_id": people[part.email]} for part in PARTNERS],
        )
        session().execute(
            insert(Membership),
            [
                {
                    "person_id": people[part.email],
                    "edition_id": edition.id,
                    "role": role,
                    "created_at": edition.created_at,
                }
                for part in EVERYBODY
                for role in part.roles
            ],
        )
    # Roles are remembered for the length of a session, which here sees four editions being made.
    session().info.pop("roles", None)
    return dict(zip(keys, ids, strict=True))


HOSTS = (
    {
        "name": {"en": "City of Kobe", "ja": "神戸市"},
        "part": {"en": "Host", "ja": "主催"},
        "shares_data": True,
        "reads_applications": True,
    },
    {
        "name": {"en": "500 Startups", "ja": "500 Startups"},
        "part": {"en": "Co-host", "ja": "共催"},
        "shares_data": True,
        "reads_applications": True,
    },
    {
        "name": {"en": "JETRO", "ja": "ジェトロ"},
        "part": {"en": "Partner", "ja": "協力"},
        "shares_data": False,
        "reads_applications": False,
    },
)
LABELS = {
    "past_companies": {"en": "Companies in the four years before", "ja": "過去4年間の参加企業"},
    "past_raised": {"en": "Funds raised by them", "ja": "その調達額"},
    "cluster_collaborations": {
        "en": "Collaborations with the Biomedical Innovation Cluster",
        "ja": "神戸医療産業都市との協業",
    },
    "located_in_kobe": {"en": "Companies that decided to locate in Kobe", "ja": "神戸への進出を決めた企業"},
    "applications": {"en": "Applications", "ja": "応募"},
    "applications_home": {"en": "Applications from Japan", "ja": "国内からの応募"},
    "applications_abroad": {"en": "Applications from abroad", "ja": "海外からの応募"},
    "selected": {"en": "Selected", "ja": "採択"},
    "selected_home": {"en": "Selected from Japan", "ja": "国内の採択"},
    "selected_abroad": {"en": "Selected from abroad", "ja": "海外の採択"},
    "selected_health": {"en": "Selected in Health Tech", "ja": "ヘルステックの採択"},
}
SERIES = {
    "apps": "applications",
    "japan": "applications_home",
    "overseas": "applications_abroad",
    "selected": "selected",
    "selected_japan": "selected_home",
    "selected_overseas": "selected_abroad",
    "health": "selected_health",
}


def report_figures(edition: Edition, day: date, *, actor: Person) -> None:
    """Write down what others had reported by that day: what was published later is not known yet."""
    for line in reported_lines():
        if line.as_of is None or line.as_of <= day:
            record_reported(edition, line, actor=actor)


def reported_lines() -> list[ReportedLine]:
    """Every reported figure that this edition's own rows can't be counted for; what is null stays away."""
    past = facts.facts()["past_four_years"]
    interview, as_of = INTERVIEW, date(2020, 10, 12)
    rows = [
        _figure("past_companies", past["companies"], "count", as_of, interview),
        _figure("past_raised", past["raised"]["at_least"], past["raised"]["currency"], as_of, interview, lower=True),
        _figure("cluster_collaborations", past["cluster_collaborations"], "count", as_of, interview),
        _figure("located_in_kobe", past["locating_in_kobe"], "count", as_of, interview),
    ]
    for year in facts.facts()["series"]:
        if year["year"] == 2020:
            continue  # counted from the applications themselves
        rows += [
            _figure(code, year[name], "count", None, PRESS, year=year["year"])
            for name, code in SERIES.items()
            if year.get(name) is not None
        ]
    return rows


def _figure(
    code: str,
    value: int,
    unit: str,
    as_of: date | None,
    source: dict[str, str],
    *,
    lower: bool = False,
    year: int | None = None,
) -> ReportedLine:
    return ReportedLine(code, LABELS[code], value, source, unit=unit, year=year, as_of=as_of, lower_bound=lower)
