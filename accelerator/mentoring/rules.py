"""Who may see mentors and sessions, book, and write what."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.mentoring.models import AgreedAction, HoursException, Mentor, Session, SessionLog, Side, WeeklyHours
from accelerator.mentoring.queries.mentors import startup_for
from accelerator.mentoring.queries.sessions import founds
from accelerator.programmes.models import Edition


def can_see_mentors(actor: Person | None, edition: Edition) -> bool:
    """The team, founders and partners read the directory."""
    return _reads_directory(actor, edition.id)


def can_see_mentor(actor: Person | None, mentor: Mentor) -> bool:
    """Whoever reads the directory, and the mentor."""
    if actor is None:
        return False
    return _is(actor, mentor) or _reads_directory(actor, mentor.edition_id)


def can_manage_mentors(actor: Person | None, edition: Edition) -> bool:
    """The team adds mentors."""
    return on_team(actor, edition.id)


def can_see_counts(actor: Person | None, edition: Edition) -> bool:
    """The team and partners see how many sessions each mentor held; partners see no more of sessions."""
    return on_team(actor, edition.id) or holds(actor, edition.id, Role.PARTNER)


def can_book_any(actor: Person | None, edition: Edition) -> bool:
    """Whether the person may book with the edition's mentors."""
    return on_team(actor, edition.id) or _represents(actor, edition.id)


def can_edit_mentor(actor: Person | None, mentor: Mentor) -> bool:
    """The mentor and the team."""
    return actor is not None and (_is(actor, mentor) or on_team(actor, mentor.edition_id))


def can_offer_hours(actor: Person | None, edition: Edition) -> bool:
    """Mentors have hours of their own."""
    return holds(actor, edition.id, Role.MENTOR)


def can_change_hours(actor: Person | None, entry: tuple[Mentor, WeeklyHours | HoursException]) -> bool:
    """Hours are changed by the mentor alone."""
    return actor is not None and _is(actor, entry[0])


def can_book(actor: Person | None, mentor: Mentor) -> bool:
    """The team books for any startup, a founder for the startup in the cohort."""
    return on_team(actor, mentor.edition_id) or _represents(actor, mentor.edition_id)


def can_list_sessions(actor: Person | None, edition: Edition) -> bool:
    """The team sees all, mentors and founders their own; partners see sums elsewhere."""
    return on_team(actor, edition.id) or holds(actor, edition.id, Role.MENTOR, Role.FOUNDER)


def side_of(actor: Person | None, booked: Session) -> Side | None:
    """Which side of the session the person is on, None for everybody else and once the role has ended."""
    if actor is None:
        return None
    if _is(actor, booked.mentor):
        return Side.MENTOR
    acts = holds(actor, booked.edition_id, Role.FOUNDER) and founds(actor, booked.startup_id)
    return Side.STARTUP if acts else None


def can_see_session(actor: Person | None, booked: Session) -> bool:
    """Both sides and the team; nobody else learns that it exists."""
    return actor is not None and (on_team(actor, booked.edition_id) or side_of(actor, booked) is not None)


def can_change_session(actor: Person | None, booked: Session) -> bool:
    """Both sides and the team move, cancel, mark and agree."""
    return can_see_session(actor, booked)


def can_log(actor: Person | None, booked: Session) -> bool:
    """Each side writes its own log; the team has none."""
    return side_of(actor, booked) is not None


def can_settle(actor: Person | None, booked: Session) -> bool:
    """The team says who came where the sides don't; somebody of one side only writes its note."""
    return on_team(actor, booked.edition_id) and side_of(actor, booked) is None


def can_read_private(actor: Person | None, log: SessionLog) -> bool:
    """A private note and a rating are for the team and for whoever wrote them, as long as they see the session.

    A member of the team who was in the session learns what the own side wrote, and not what the other one thought.
    """
    if actor is None or not can_see_session(actor, log.session):
        return False
    if log.written_by == actor.id:
        return True
    return on_team(actor, log.session.edition_id) and side_of(actor, log.session) in (None, log.side)


def can_tick(actor: Person | None, action: AgreedAction) -> bool:
    """Both sides and the team tick off what was agreed."""
    return can_change_session(actor, action.session)


def _reads_directory(actor: Person | None, edition_id: int) -> bool:
    return on_team(actor, edition_id) or holds(actor, edition_id, Role.FOUNDER, Role.PARTNER)


def _represents(actor: Person | None, edition_id: int) -> bool:
    return holds(actor, edition_id, Role.FOUNDER) and startup_for(actor, edition_id) is not None


def _is(actor: Person, mentor: Mentor) -> bool:
    return actor.id == mentor.person_id and holds(actor, mentor.edition_id, Role.MENTOR)
