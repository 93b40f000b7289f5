"""Material for synthetic startups, founders and sentences. Nobody here exists."""

from random import Random

FIRST = (
    "Amber",
    "Arc",
    "Asa",
    "Beacon",
    "Birch",
    "Bright",
    "Calm",
    "Cedar",
    "Clear",
    "Cobalt",
    "Coral",
    "Delta",
    "Dune",
    "Ember",
    "Fern",
    "Fjord",
    "Flint",
    "Glade",
    "Harbour",
    "Hazel",
    "Heron",
    "Iris",
    "Juniper",
    "Kelp",
    "Kite",
    "Lark",
    "Linen",
    "Maple",
    "Marlin",
    "Mellow",
    "Mica",
    "Nimbus",
    "Nori",
    "Oak",
    "Opal",
    "Otter",
    "Paper",
    "Pebble",
    "Pine",
    "Plum",
    "Quartz",
    "Quill",
    "Reed",
    "River",
    "Robin",
    "Sable",
    "Saffron",
    "Sora",
    "Spruce",
    "Tansy",
    "Tide",
    "Umi",
    "Velvet",
    "Violet",
    "Willow",
    "Yuzu",
    "Zephyr",
)
SECOND = {
    "health": ("Health", "Care", "Clinic", "Ward", "Pulse", "Vitals", "Nurse"),
    "commerce": ("Market", "Basket", "Shop", "Stall", "Trade"),
    "social": ("Circle", "Neighbours", "Together", "Bridge"),
    "remote": ("Desk", "Office", "Shift", "Rooms"),
    "transformation": ("Flow", "Ledger", "Forms", "Works"),
    "education": ("Class", "Lessons", "School", "Tutor"),
    "audio": ("Sound", "Voice", "Tone", "Listen"),
    "tourism": ("Travel", "Routes", "Stay", "Guide"),
    "pets": ("Paws", "Vet", "Pets", "Companion"),
    "finance": ("Pay", "Wallet", "Credit", "Coin"),
    "food": ("Kitchen", "Table", "Harvest", "Broth"),
    "logistics": ("Cargo", "Freight", "Parcel", "Dock"),
}
# Country, its cities with their zones, and how many of the 162 applications from abroad come from it (synthetic).
ABROAD = (
    (
        "US",
        (("San Francisco", "America/Los_Angeles"), ("New York", "America/New_York"), ("Austin", "America/Chicago")),
        27,
    ),
    ("IN", (("Bengaluru", "Asia/Kolkata"), ("Mumbai", "Asia/Kolkata")), 21),
    ("SG", (("Singapore", "Asia/Singapore"),), 15),
    ("TW", (("Taipei", "Asia/Taipei"), ("Taichung", "Asia/Taipei")), 12),
    ("ID", (("Jakarta", "Asia/Jakarta"),), 10),
    ("GB", (("London", "Europe/London"), ("Leeds", "Europe/London")), 10),
    ("VN", (("Da Nang", "Asia/Ho_Chi_Minh"), ("Hanoi", "Asia/Ho_Chi_Minh")), 8),
    ("KR", (("Seoul", "Asia/Seoul"),), 8),
    ("TH", (("Bangkok", "Asia/Bangkok"), ("Chiang Mai", "Asia/Bangkok")), 6),
    ("DE", (("Berlin", "Europe/Berlin"), ("Hamburg", "Europe/Berlin")), 6),
    ("EE", (("Tallinn", "Europe/Tallinn"),), 5),
    ("FR", (("Lyon", "Europe/Paris"),), 5),
    ("DK", (("Aarhus", "Europe/Copenhagen"),), 4),
    ("BR", (("Recife", "America/Recife"), ("Sao Paulo", "America/Sao_Paulo")), 5),
    ("KE", (("Nairobi", "Africa/Nairobi"),), 4),
    ("MY", (("Penang", "Asia/Kuala_Lumpur"),), 4),
    ("AU", (("Melbourne", "Australia/Melbourne"),), 4),
    ("HU", (("Budapest", "Europe/Budapest"),), 3),
    ("IL", (("Haifa", "Asia/Jerusalem"),), 3),
    ("CA", (("Toronto", "America/Toronto"),), 2),
)
JAPAN = (
    ("JP-13", "Tokyo", 31),
    ("JP-28", "Kobe", 14),
    ("JP-27", "Osaka", 11),
    ("JP-26", "Kyoto", 6),
    ("JP-40", "Fukuoka", 5),
    ("JP-23", "Nagoya", 3),
    ("JP-01", "Sapporo", 3),
    ("JP-04", "Sendai", 2),
)
GIVEN = {
    "JP": ("Aiko", "Haruto", "Kenji", "Mio", "Naoki", "Rina", "Shun", "Takumi", "Yuka"),
    "": (
        "Alba",
        "Bruno",
        "Chidi",
        "Dana",
        "Elif",
        "Farah",
        "Goran",
        "Ines",
        "Jae",
        "Kofi",
        "Lena",
        "Mateo",
        "Nadia",
        "Omar",
        "Priya",
        "Rosa",
        "Sami",
        "Thu",
        "Vera",
        "Yara",
    ),
}
FAMILY = {
    "JP": ("Abe", "Endo", "Fujita", "Goto", "Inoue", "Kato", "Mori", "Nishi", "Okada", "Saito"),
    "": (
        "Adeyemi",
        "Becker",
        "Castro",
        "Dumas",
        "Eriksen",
        "Ferreira",
        "Gupta",
        "Horvat",
        "Ivanov",
        "Jansen",
        "Kim",
        "Lopez",
        "Mwangi",
        "Nguyen",
        "Olsen",
        "Park",
        "Rossi",
        "Singh",
        "Varga",
        "Wong",
    ),
}
STAGES = ("idea", "prototype", "launched", "revenue", "scaling")
WHO = ("clinics", "small shops", "city offices", "families", "care homes", "schools", "restaurants", "factories")
LINES = {
    "health": "Helps {who} see patients safely at a distance.",
    "commerce": "Lets {who} sell online within a day, without a web shop of their own.",
    "social": "Keeps {who} in touch with people who live alone.",
    "remote": "Gives {who} a shared room for work that used to need a building.",
    "transformation": "Takes the paper out of approvals for {who}.",
    "education": "Brings lessons from {who} to learners with a weak connection.",
    "audio": "Makes spoken updates for {who} out of written ones.",
    "tourism": "Lets {who} host visitors who can't travel yet.",
    "pets": "Connects {who} with a vet by video.",
    "finance": "Spreads payments for {who} over the quiet months.",
    "food": "Turns what {who} can't sell into meals.",
    "logistics": "Shares delivery space between {who}.",
}
PROBLEM = (
    "In spring {who} lost a third of their customers within two weeks. What they had planned for three years had to work "
    "in one month, and nobody had the staff for it. We spoke with {n} of them; {m} said they would pay for a way out."
)
SOLUTION = (
    "We built a service that {who} can start using in one afternoon. It works on the phones that people have. "
    "What is new is that it needs no training: the first screen is the first task. The main alternative is a "
    "spreadsheet and a phone."
)
MARKET = "We reach {who} through their associations. There are about {n} thousand of them in our first three countries."
TRACTION = "Since May, {m} customers use it every week. Of those who tried it for a month, {n} per cent stayed."
TEAM = "We have worked together for {y} years and have built and sold software for {who} before."
GOALS = "Two pilots with {who} in Kobe, a price that holds, and an introduction to one hospital or ward office."
PILOT = "A pilot with {who} in one ward for six weeks, with weekly counts of use and one interview each."
NOTES = (
    "Clear problem and a buyer who is named. The pilot plan is concrete; I would like to see the price tested.",
    "The team has done this before. Traction is early but measured honestly, with the number of answers given.",
    "I am not sure that the need lasts beyond this year. The solution is well made; the market part is thin.",
    "Strong fit with the theme. The main risk is the sales cycle, and the application says so itself.",
    "The difference from what exists is small. A partner in the city could change that within the two months.",
)


def sentence(template: str, dice: Random) -> str:
    """A sentence with its blanks filled: deterministic for a seeded generator."""
    return template.format(who=dice.choice(WHO), n=dice.randint(18, 94), m=dice.randint(4, 17), y=dice.randint(2, 9))
