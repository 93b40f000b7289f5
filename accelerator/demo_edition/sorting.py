"""What the team of the demonstration keeps about applications: a few tags, and who is responsible for which."""

from random import Random

from sqlalchemy import insert

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.demo_edition.facts import SEED
from accelerator.demo_edition.intake import AppliedFirm
from accelerator.intake.operations.saved_views import save_view
from accelerator.intake.operations.tags import create_tag
from accelerator.intake.team_models import ApplicationOwner, ApplicationTag
from accelerator.programmes.models import Edition

TAGS = {"Pilot site": 9, "Hardware": 7, "Port": 11, "Ask in September": 17}
"""By name: about one in so many applications bears it."""
UNOWNED = 6  # about one in so many has no owner yet


def sort_applications(edition: Edition, firms: list[AppliedFirm], team: list[Person]) -> None:
    """Tag some applications, save a view, and share all but a few of them out among the team."""
    dice = Random(SEED + 41)
    ids = [firm.application_id for firm in firms]
    borne = [
        {"application_id": number, "tag_id": tag.id, "edition_id": edition.id}
        for tag, one_in in ((create_tag(edition, name=name, actor=team[0]), rare) for name, rare in TAGS.items())
        for number in ids
        if not dice.randrange(one_in)
    ]
    owned = [
        {
            "application_id": number,
            "person_id": dice.choice(team).id,
            "edition_id": edition.id,
            "given_at": clock.now(),
        }
        for number in ids
        if dice.randrange(UNOWNED)
    ]
    save_view(edition, name="Nobody's, abroad", query="view=abroad&owner=nobody", for_team=True, actor=team[0])
    session().execute(insert(ApplicationTag), borne)
    session().execute(insert(ApplicationOwner), owned)
