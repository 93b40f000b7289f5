"""What figures mean that come from a source outside, and which series they belong to. Pure data."""

REPORTED = {
    "past_companies": (
        "Companies that took part in the years before this edition.",
        "この期より前の年に参加した企業の数です。",
        "companies",
    ),
    "past_raised": (
        "Money raised by those companies, in the currency and as of the day of the source. Not converted.",
        "それらの企業の調達額です。出典の通貨と時点のまま示し、換算しません。",
        "money",
    ),
    "located_in_kobe": (
        "Companies that decided to set up in the city. Never added to collaborations.",
        "市への進出を決めた企業の数です。協業とは合算しません。",
        "companies",
    ),
    "cluster_collaborations": (
        "Companies that work with the cluster. Never added to relocations.",
        "クラスターと協業する企業の数です。進出とは合算しません。",
        "companies",
    ),
    "relocations": (
        "Companies that decided to set up here. Never added to collaborations.",
        "この地への進出を決めた企業の数です。協業とは合算しません。",
        "companies",
    ),
    "collaborations": (
        "Companies that work with a partner here. Never added to relocations.",
        "この地の相手と協業する企業の数です。進出とは合算しません。",
        "companies",
    ),
    "selected_health": (
        "Startups of that year's cohort in Health Tech.",
        "その年の採択企業のうちヘルステックの企業の数です。",
        "companies",
    ),
}
REPORTED_TEXT = {
    "en": "As the source reports it; not counted here.",
    "ja": "出典の報告によります。本システムの集計ではありません。",
}
KINDS = {
    "relocations": "relocation",
    "located_in_kobe": "relocation",
    "collaborations": "collaboration",
    "cluster_collaborations": "collaboration",
}
SERIES = {
    "applications": "total",
    "applications_home": "home",
    "applications_abroad": "abroad",
    "selected": "selected",
    "selected_home": "selected_home",
    "selected_abroad": "selected_abroad",
}
"""Codes of reported figures by year, and the column of the series that each of them fills."""
