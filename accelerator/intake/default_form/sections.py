"""The whole default form: its sections in order."""

from accelerator.intake.default_form.business import BUSINESS, PRODUCT, TRACTION
from accelerator.intake.default_form.closing import AGREEMENTS, FILES
from accelerator.intake.default_form.company import COMPANY, PLACE
from accelerator.intake.default_form.funds import FUNDS
from accelerator.intake.default_form.team import PARTICIPATION, PROGRAMME, TEAM

SECTIONS = (COMPANY, PLACE, BUSINESS, PRODUCT, TRACTION, FUNDS, TEAM, PROGRAMME, PARTICIPATION, FILES, AGREEMENTS)
