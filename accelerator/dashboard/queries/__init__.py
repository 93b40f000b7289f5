"""What waits for each kind of person, read across the stages."""

from accelerator.dashboard.queries.applicant import ApplicantHome, applicant_home
from accelerator.dashboard.queries.founder import FounderHome, founder_home
from accelerator.dashboard.queries.investor import InvestorHome, investor_home
from accelerator.dashboard.queries.mentor import MentorHome, mentor_home
from accelerator.dashboard.queries.partner import PartnerHome, partner_home
from accelerator.dashboard.queries.reviewer import ReviewerHome, reviewer_home
from accelerator.dashboard.queries.show import DemoDayToday, demo_day_today
from accelerator.dashboard.queries.team import TeamHome, team_home

__all__ = [
    "ApplicantHome", "DemoDayToday", "FounderHome", "InvestorHome", "MentorHome", "PartnerHome", "ReviewerHome", "TeamHome",
    "applicant_home", "demo_day_today", "founder_home", "investor_home", "mentor_home", "partner_home", "reviewer_home", "team_home",
]  # fmt: skip
