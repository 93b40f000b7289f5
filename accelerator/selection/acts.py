"""What the trail says of selection: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Subject, choice, declare, instant, number, tally, typed, unseen
from accelerator.core.i18n import lazy
from accelerator.selection.models import Basis, Choice, OfferState, ReleaseState

ACTS = {
    "offer.accepted": Act(lazy("%(who)s accepted the offer for %(what)s")),
    "offer.declined": Act(lazy("%(who)s declined the offer for %(what)s")),
    "offer.lapsed": Act(lazy("The offer for %(what)s lapsed without an answer")),
    "release.approved": Act(lazy("%(who)s approved the release of the decisions")),
    "release.cancelled": Act(lazy("%(who)s cancelled the release of the decisions")),
    "release.released": Act(lazy("%(who)s released the decisions")),
    "selection.approved": Act(
        lazy("%(who)s signed the release of the decisions"), covers="release.approved", is_sum=True
    ),
    "selection.cancelled": Act(lazy("%(who)s cancelled the prepared release"), covers="release.cancelled"),
    "selection.decided": Act(
        lazy("%(who)s decided on %(what)s"),
        by="choice",
        sentences={
            "offer": lazy("%(who)s decided to offer %(what)s a place"),
            "decline": lazy("%(who)s decided to decline %(what)s"),
            "wait": lazy("%(who)s decided to put %(what)s on the waitlist"),
        },
    ),
    "selection.feedback_shared": Act(lazy("%(who)s chose what the letter of %(what)s shares of the reviews")),
    "selection.followed_screening": Act(lazy("%(what)s was declined with the release, because screening said no")),
    "selection.joined": Act(lazy("%(who)s took the place for %(what)s"), covers="application.joined"),
    "selection.lapsed": Act(lazy("The place of %(what)s lapsed"), covers="application.turned_down"),
    "selection.moved_up": Act(lazy("%(what)s moved up from the waitlist")),
    "selection.offered": Act(lazy("%(who)s offered %(what)s a place"), covers="application.offered"),
    "selection.prepared": Act(lazy("%(who)s prepared the release of the decisions"), is_sum=True),
    "selection.released": Act(lazy("%(who)s sent the letters of decision"), covers="release.released", is_sum=True),
    "selection.turned_down": Act(lazy("%(who)s gave up the place for %(what)s"), covers="application.turned_down"),
    "selection.undecided": Act(lazy("%(who)s took back the decision on %(what)s")),
}
_APPLICATION = "intake.application"
SUBJECTS = {
    "offer": Subject(
        lazy("Offer"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
    ),
    "release": Subject(lazy("Release of decisions"), (), "selection.release"),
}
FIELDS = {
    "basis": choice(lazy("Basis"), Basis),
    "choice": choice(lazy("Decision"), Choice),
    "conflicts": number(lazy("Letters with a conflict of interest of the signer")),
    "counts": tally(lazy("How many"), Choice),
    "digest": unseen(),
    "expires_at": instant(lazy("Expires")),
    "feedback": typed(lazy("Feedback")),
    "letters": number(lazy("Letters")),
    "offer": choice(lazy("Offer"), OfferState),
    "position": unseen(),  # a number left out would tell of one that bars the reader
    "shared": number(lazy("Feedback shared")),
    "state": choice(lazy("State"), ReleaseState, OfferState),
    "written_reason": typed(lazy("Reason")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
