"""Selection in the background: reminders of offers, offers that lapse, the waitlist that moves up."""

from accelerator.selection.models import LAPSE_OFFERS
from accelerator.selection.operations.offers import remind_and_lapse
from accelerator.selection.queries.offers import open_offers
from workers.periodic import looking, over_editions, writing


def lapse_offers(edition_id: int) -> None:
    """Go over the open offers of an edition, by its own clock."""
    with looking(edition_id) as edition:
        if not open_offers(edition):
            return
    with writing(edition_id) as edition:
        remind_and_lapse(edition)


HANDLERS = {LAPSE_OFFERS.name: over_editions(LAPSE_OFFERS, lapse_offers)}
