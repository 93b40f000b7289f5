"""The field in which a zone is chosen, as a city; its own file, because the list of cities stands behind it."""

from typing import Any

from wtforms.validators import StopValidation

from accelerator.core.cities import unknown
from accelerator.core.forms import LineField
from accelerator.core.times import is_zone, zone_city, zone_named


class ZoneField(LineField):
    """A zone, chosen as a city: typed in any language of the program, with the list of all cities beside it.

    ``of_device`` lets the page fill in what the device says, as long as nobody has typed.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, of_device: bool = False, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.of_device = of_device

    @property
    def shown(self) -> str:
        """The city of the zone, or what was typed where it names none."""
        return zone_city(self.data) if is_zone(self.data or "") else self.data or ""

    def pre_validate(self, form: Any) -> None:
        """Replace a city by its zone; an empty field is for the validators to judge."""
        if not self.data:
            return
        zone = zone_named(self.data)
        if zone is None:
            raise StopValidation(unknown(self.data))
        self.data = zone
