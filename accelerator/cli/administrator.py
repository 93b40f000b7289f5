"""``flask administrator``: names who runs the installation, without a mail server and without a password on the way."""

from dataclasses import dataclass

import click
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import inspect

from accelerator.accounts import queries as people
from accelerator.accounts.models import LinkPurpose, Person, Role
from accelerator.accounts.operations import links, roles
from accelerator.accounts.operations.links import LIVES
from accelerator.accounts.operations.people import Names, name_administrator
from accelerator.core import db, i18n, scope
from accelerator.core.errors import Refused
from accelerator.core.text import mail_address
from accelerator.core.times import day_in, span, zone_named
from accelerator.notifications.texts import absolute
from accelerator.programmes import queries
from accelerator.programmes.operations import plan


@dataclass(frozen=True)
class Scheme:
    """A programme to be made, in both languages."""

    slug: str
    name: dict[str, str]
    host: dict[str, str]
    country: str
    since: int


@click.command("administrator")
@click.argument("email")
@click.option("--name", help='Given and family name, like "Haruka Sato"; needed for a new account.')
@click.option("--language", type=click.Choice(list(i18n.LANGUAGES)), default="en", help="Of a new account (en).")
@click.option("--zone", default="UTC", help="City or zone of a new account, like Kobe (UTC).")
@click.option("--edition", "edition_slug", help="Make the person an admin of this edition, too.")
@click.option("--programme", "programme_slug", help="Make a programme with this short name; what is missing is asked.")
@click.option("--programme-name", "name_en", help="Its name in English.")
@click.option("--programme-name-ja", "name_ja", help="Its name in Japanese.")
@click.option("--host", "host_en", help="Its host in English, like City of Kobe.")
@click.option("--host-ja", "host_ja", help="Its host in Japanese.")
@click.option("--country", default="JP", help="Its home country, two letters (JP).")
@click.option("--since", type=int, help="The year of its first edition (this year).")
def administrator(
    email: str,
    name: str | None,
    language: str,
    zone: str,
    edition_slug: str | None,
    programme_slug: str | None,
    name_en: str | None,
    name_ja: str | None,
    host_en: str | None,
    host_ja: str | None,
    country: str,
    since: int | None,
) -> None:
    """Let EMAIL run this installation, and print a link that works once: it sets a password and signs in.

    Safe to repeat: an account that exists is kept as it is, and a link that was printed before ends.
    """
    if not inspect(db.engine()).has_table(Person.__tablename__):
        raise click.ClickException("the database has no tables yet; run first: flask --app wsgi migrate upgrade")
    address, place = _address(email), _zone(zone)
    names = _names(name, address)
    scheme = None
    if programme_slug:
        scheme = Scheme(
            programme_slug,
            {"en": _asked(name_en, "Name in English"), "ja": _asked(name_ja, "Name in Japanese")},
            {"en": _asked(host_en, "Host in English"), "ja": _asked(host_ja, "Host in Japanese")},
            country.upper(),
            since or day_in(place).year,
        )
    try:
        with i18n.speaking("en", "UTC"), db.transaction():
            person = name_administrator(address, names, language=language, zone=place)
            if scheme is not None:
                _make(scheme, person)
            if edition_slug:
                _join(edition_slug, person)
            path, programmes_there = links.print_link(person), queries.programme_count()
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    _tell(person, path, programmes_there)


def _address(email: str) -> str:
    address = mail_address(email)
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.ClickException("enter an address like name@example.org") from error
    return address


def _zone(typed: str) -> str:
    zone = zone_named(typed)
    if zone is None:
        raise click.ClickException(f"{typed} is no city or zone known here; try Kobe or Europe/Tallinn")
    return zone


def _names(name: str | None, address: str) -> Names:
    given, _space, family = (name or "").strip().rpartition(" ")
    if given.strip() and family:
        return Names(given.strip(), family)
    with db.reading():
        known = people.person_by_email(address)
    if known is None or name:
        raise click.ClickException('say who it is: --name "Given Family"')
    return Names(known.given_name, known.family_name)


def _asked(given: str | None, question: str) -> str:
    return given or str(click.prompt(question)).strip()


def _make(scheme: Scheme, person: Person) -> None:
    plan.create_programme(
        scheme.slug, name=scheme.name, host=scheme.host, since=scheme.since, home_country=scheme.country, actor=person
    )
    click.echo(f"Made the programme {scheme.name['en']}.")


def _join(edition_slug: str, person: Person) -> None:
    edition = queries.edition_by_slug(edition_slug)
    if edition is None:
        known = ", ".join(edition.slug for edition in queries.editions()) or "none yet"
        raise click.ClickException(f"there is no edition {edition_slug}; known are: {known}")
    with scope.choose(edition.scope):
        roles.give_role(person, edition.id, Role.ADMIN, actor=None)
    click.echo(f"{person.name} is an admin of {edition.name['en']}.")


def _tell(person: Person, path: str, programmes_there: int) -> None:
    with i18n.speaking("en", "UTC"):
        lives = span(LIVES[LinkPurpose.PASSWORD])
    click.echo(f"{person.name} <{person.email}> runs this installation.\n")
    click.echo(f"Open this link within {lives}; it works once, sets the password and signs in:\n\n  {absolute(path)}\n")
    if not programmes_there:
        click.echo("There is no programme yet: the start page leads to making one, then to its first edition.")
