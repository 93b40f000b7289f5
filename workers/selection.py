"""Selection in the background: reminders of offers, offers that lapse, the waitlist that moves up."""

from accelerator.programmes.queries import each_edition
from accelerator.selection import operations
from accelerator.selection.models import LAPSE_OFFERS


def lapse_offers() -> None:
    """Go over the open offers of every edition, each by its own clock."""
    for edition in each_edition():
        operations.remind_and_lapse(edition)


HANDLERS = {LAPSE_OFFERS.name: lapse_offers}
