"""Forms over what the team keeps about applications for itself."""

from collections.abc import Iterable

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.models import Person
from accelerator.core.forms import CheckboxesField, ChoiceField, Form, LineField, TextField, row_id
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.intake.team_models import Tag

NOBODY = 0


class TagForm(SharedForm):
    """The name of a tag."""

    name: StringField = LineField(lazy("Name of the tag"))


class KeepingForm(SharedForm):
    """The tags of an application and who is responsible for it."""

    tags = CheckboxesField(lazy("Tags"), coerce=row_id)
    new_tag: StringField = LineField(lazy("Add a new tag"))
    owner = ChoiceField(lazy("Owner"), coerce=row_id)

    def offer(self, tags: Iterable[Tag], people: Iterable[Person], language: str) -> None:
        """Offer the edition's tags and the members of its team."""
        self.tags.choices = [(tag.id, tag.name) for tag in tags]
        named = [SelectChoice(str(person.id), person.name_in(language)) for person in people]
        self.owner.choices = [SelectChoice(str(NOBODY), _("Nobody")), *named]


class BulkTagForm(Form):
    """Which tag many applications get: one of those that are there, or a new one."""

    tag = ChoiceField(lazy("Tag"), coerce=row_id)
    new_tag: StringField = LineField(lazy("Add a new tag"))

    def offer(self, tags: Iterable[Tag], first: str) -> None:
        """Offer the edition's tags."""
        self.tag.choices = [SelectChoice("0", first), *(SelectChoice(str(tag.id), tag.name) for tag in tags)]


class BulkUntagForm(Form):
    """Which tag many applications lose."""

    tag = ChoiceField(lazy("Tag"), coerce=row_id)

    def offer(self, tags: Iterable[Tag]) -> None:
        """Offer the edition's tags."""
        named = (SelectChoice(str(tag.id), tag.name) for tag in tags)
        self.tag.choices = [SelectChoice("0", _("Choose a tag")), *named]


class BulkOwnerForm(Form):
    """Who becomes responsible for many applications."""

    owner = ChoiceField(lazy("Owner"), coerce=row_id)

    def offer(self, people: Iterable[Person], language: str) -> None:
        """Offer the members of the team."""
        named = [SelectChoice(str(person.id), person.name_in(language)) for person in people]
        self.owner.choices = [SelectChoice(str(NOBODY), _("Nobody")), *named]


class BulkMailForm(Form):
    """A message in both languages: each person reads theirs."""

    subject_en: StringField = LineField(lazy("Subject in English"))
    body_en = TextField(lazy("Message in English"))
    subject_ja: StringField = LineField(lazy("Subject in Japanese"))
    body_ja = TextField(lazy("Message in Japanese"))


class ViewForm(SharedForm):
    """The name of a view and whose it is."""

    name: StringField = LineField(lazy("Name of the view"))
    for_team = RadioField(
        lazy("Who finds it on the list"),
        choices=[SelectChoice("no", lazy("Only you")), SelectChoice("yes", lazy("The whole team"))],
        default="no",
    )
