"""Cities that no time zone is called after and that people live and work in, with their Japanese names and their zone."""

from typing import NamedTuple


class City(NamedTuple):
    """A city: its name in English and in Japanese, and the zone whose time it keeps."""

    en: str
    ja: str
    zone: str


TOKYO = "Asia/Tokyo"
OTHERS = (
    City("Beijing", "北京", "Asia/Shanghai"),
    City("Chiba", "千葉", TOKYO),
    City("Fukuoka", "福岡", TOKYO),
    City("Hamamatsu", "浜松", TOKYO),
    City("Hiroshima", "広島", TOKYO),
    City("Kawasaki", "川崎", TOKYO),
    City("Kitakyushu", "北九州", TOKYO),
    City("Kobe", "神戸", TOKYO),
    City("Kumamoto", "熊本", TOKYO),
    City("Kyoto", "京都", TOKYO),
    City("Nagoya", "名古屋", TOKYO),
    City("Niigata", "新潟", TOKYO),
    City("Okayama", "岡山", TOKYO),
    City("Osaka", "大阪", TOKYO),
    City("Sagamihara", "相模原", TOKYO),
    City("Saitama", "さいたま", TOKYO),
    City("Sakai", "堺", TOKYO),
    City("Sapporo", "札幌", TOKYO),
    City("Sendai", "仙台", TOKYO),
    City("Shizuoka", "静岡", TOKYO),
    City("Yokohama", "横浜", TOKYO),
    City("Shenzhen", "深圳", "Asia/Shanghai"),
    City("Busan", "釜山", "Asia/Seoul"),
    City("Mumbai", "ムンバイ", "Asia/Kolkata"),
    City("Delhi", "デリー", "Asia/Kolkata"),
    City("Hanoi", "ハノイ", "Asia/Ho_Chi_Minh"),
    City("Abu Dhabi", "アブダビ", "Asia/Dubai"),
    City("Tel Aviv", "テルアビブ", "Asia/Jerusalem"),
    City("Aarhus", "オーフス", "Europe/Copenhagen"),
    City("Austin", "オースティン", "America/Chicago"),
    City("Bengaluru", "ベンガルール", "Asia/Kolkata"),
    City("Chiang Mai", "チェンマイ", "Asia/Bangkok"),
    City("Da Nang", "ダナン", "Asia/Ho_Chi_Minh"),
    City("Haifa", "ハイファ", "Asia/Jerusalem"),
    City("Leeds", "リーズ", "Europe/London"),
    City("Lyon", "リヨン", "Europe/Paris"),
    City("Penang", "ペナン", "Asia/Kuala_Lumpur"),
    City("San Diego", "サンディエゴ", "America/Los_Angeles"),
    City("Taichung", "台中", "Asia/Taipei"),
    City("San Francisco", "サンフランシスコ", "America/Los_Angeles"),
    City("Seattle", "シアトル", "America/Los_Angeles"),
    City("Boston", "ボストン", "America/New_York"),
    City("Washington", "ワシントンD.C.", "America/New_York"),
    City("Montreal", "モントリオール", "America/Toronto"),
    City("Munich", "ミュンヘン", "Europe/Berlin"),
    City("Hamburg", "ハンブルク", "Europe/Berlin"),
    City("Barcelona", "バルセロナ", "Europe/Madrid"),
    City("Milan", "ミラノ", "Europe/Rome"),
    City("Geneva", "ジュネーブ", "Europe/Zurich"),
    City("Porto", "ポルト", "Europe/Lisbon"),
    City("Edinburgh", "エディンバラ", "Europe/London"),
)
FORMER = {"bangalore": "bengaluru"}
"""Names of before, which people type and no list shows."""
_ZONES = {name.casefold(): city.zone for city in OTHERS for name in (city.en, city.ja)}
_NAMES = {city.en.casefold(): city.ja for city in OTHERS}
UNNAMED = {"America/Coyhaique": "コイアイケ"}
"""Japanese names of zones' own cities that CLDR does not know yet."""
ZONE_OF = {**_ZONES, **{before: _ZONES[now] for before, now in FORMER.items()}}
JAPANESE = {**_NAMES, **{before: _NAMES[now] for before, now in FORMER.items()}}
ENGLISH = {city.ja: city.en for city in OTHERS} | {"東京": "Tokyo"}
