"""The dictionary: what each code means, in which unit it is told, and where it is counted. Pure data."""

from dataclasses import dataclass

Texts = dict[str, str]


@dataclass(frozen=True)
class Definition:
    """``{home}`` in a label stands for the host country. ``reported`` names the reported part of a demonstration:

    its rows are built so that these codes come out as reported, everything else in it is synthetic.
    """

    label: Texts
    text: Texts
    unit: str
    source: Texts
    reported: str | None = None


def _source(english: str, japanese: str) -> Texts:
    return {"en": f"Counted here: {english}", "ja": f"本システムで集計：{japanese}"}


APPLICATIONS = _source("applications", "応募")
VERDICTS = _source("screening verdicts", "形式審査の判定")
REVIEWS = _source("reviews", "審査の採点")
FITS = _source("last calibration of the scores", "採点の最新の補正")
LETTERS = _source("release of the decisions", "結果通知")
COHORT = _source("cohort", "採択企業の名簿")
SESSIONS = _source("session records", "面談の記録")
NOTES = _source("session notes of both sides", "双方の面談メモ")
MILESTONES = _source("milestones", "マイルストーン")
NUMBERS = _source("numbers reported by startups", "採択企業の数値報告")
REGISTRATIONS = _source("Demo Day registrations", "Demo Dayの参加登録")
WISHES = _source("investors' wishes and the startups' answers", "投資家の希望と企業の返答")


def _define(
    label: tuple[str, str], text: tuple[str, str], unit: str, source: Texts, reported: str | None = None
) -> Definition:
    return Definition(_both(label), _both(text), unit, source, reported)


def _both(pair: tuple[str, str]) -> Texts:
    return {"en": pair[0], "ja": pair[1]}


DEFINITIONS = {
    "APP_N": _define(
        ("Applications", "応募"),
        (
            "Applications sent. Drafts and withdrawn applications are not counted.",
            "送信された応募の数です。下書きと辞退は含みません。",
        ),
        "companies",
        APPLICATIONS,
        "applications",
    ),
    "APP_ELIG": _define(
        ("Eligible", "形式審査の通過"),
        ("Applications that passed screening.", "形式審査を通過した応募の数です。"),
        "companies",
        VERDICTS,
    ),
    "APP_READ": _define(
        ("Read by reviewers", "審査員による採点"),
        ("Applications with at least one finished review.", "採点が1件以上完了した応募の数です。"),
        "companies",
        REVIEWS,
    ),
    "APP_OFFER": _define(
        ("Offered a place", "採択通知"),
        (
            "Applications that were offered a place, whatever the answer.",
            "採択を通知した応募の数です。返答は問いません。",
        ),
        "companies",
        LETTERS,
    ),
    "COHORT_N": _define(
        ("Joined", "採択（参加）"),
        ("Startups in the cohort.", "プログラムに参加した企業の数です。"),
        "companies",
        COHORT,
        "cohort",
    ),
    "APP_HOME": _define(
        ("Applications from {home}", "国内からの応募"),
        ("Applications whose head office is in the host country.", "本社が国内にある応募の数です。"),
        "companies",
        APPLICATIONS,
        "applications",
    ),
    "APP_INT": _define(
        ("Applications from abroad", "海外からの応募"),
        ("Applications whose head office is outside the host country.", "本社が国外にある応募の数です。"),
        "companies",
        APPLICATIONS,
        "applications",
    ),
    "APP_INT_RATE": _define(
        ("Share from abroad", "海外からの応募の割合"),
        ("Applications from abroad out of all applications.", "全応募に占める海外からの応募の割合です。"),
        "percent",
        APPLICATIONS,
        "applications",
    ),
    "COHORT_HOME": _define(
        ("Joined from {home}", "国内の採択企業"),
        ("Startups of the cohort whose head office is in the host country.", "本社が国内にある採択企業の数です。"),
        "companies",
        COHORT,
        "cohort",
    ),
    "COHORT_INT": _define(
        ("Joined from abroad", "海外の採択企業"),
        ("Startups of the cohort whose head office is outside the host country.", "本社が国外にある採択企業の数です。"),
        "companies",
        COHORT,
        "cohort",
    ),
    "ACC_RATE": _define(
        ("Acceptance rate", "採択率"),
        ("Startups in the cohort out of all applications.", "全応募に占める採択企業の割合です。"),
        "percent",
        COHORT,
        "cohort",
    ),
    "ACC_RATE_HOME": _define(
        ("Acceptance rate, {home}", "採択率（国内）"),
        ("The acceptance rate of applications from the host country.", "国内からの応募の採択率です。"),
        "percent",
        COHORT,
        "cohort",
    ),
    "ACC_RATE_INT": _define(
        ("Acceptance rate, abroad", "採択率（海外）"),
        ("The acceptance rate of applications from abroad.", "海外からの応募の採択率です。"),
        "percent",
        COHORT,
        "cohort",
    ),
    "COUNTRY_N": _define(
        ("Countries of applicants", "応募のあった国・地域"),
        (
            "Countries and regions (ISO 3166-1) of the head offices, the host country included.",
            "本社のある国・地域（ISO 3166-1）の数です。国内も含みます。",
        ),
        "countries",
        APPLICATIONS,
    ),
    "PREF_N": _define(
        ("Prefectures of applicants", "応募のあった都道府県"),
        ("Prefectures (ISO 3166-2) of the head offices in Japan.", "国内の本社がある都道府県（ISO 3166-2）の数です。"),
        "prefectures",
        APPLICATIONS,
    ),
    "COHORT_COUNTRY_N": _define(
        ("Countries of the cohort", "採択企業の国・地域"),
        ("Countries and regions of the startups' head offices.", "採択企業の本社がある国・地域の数です。"),
        "countries",
        COHORT,
    ),
    "SECTOR_COHORT_N": _define(
        ("Sectors of the cohort", "採択企業の分野"),
        (
            "Sectors with at least one startup of the cohort. Sectors with the same number stand in alphabetical order.",
            "採択企業が1社以上ある分野の数です。同数の分野は英語名の順に並べます。",
        ),
        "sectors",
        COHORT,
        "cohort",
    ),
    "REVIEWERS": _define(
        ("Reviewers", "審査員"),
        ("People who finished at least one review.", "採点を1件以上終えた人の数です。"),
        "people",
        REVIEWS,
    ),
    "REVIEWS": _define(("Reviews", "採点"), ("Finished reviews.", "完了した採点の数です。"), "reads", REVIEWS),
    "READS": _define(
        ("Reviews per application", "1社あたりの採点数"),
        (
            "Finished reviews out of the applications that were read.",
            "完了した採点の数を、採点された応募の数で割ったものです。",
        ),
        "mean",
        REVIEWS,
    ),
    "RELIABILITY": _define(
        ("Agreement of single scores", "個々の採点の一致度"),
        (
            "How far one reviewer's score tells what another would give, 0 to 1: ICC(1).",
            "ある審査員の採点が別の審査員の採点をどれだけ言い当てるかを0から1で示します（ICC(1)）。",
        ),
        "ratio",
        FITS,
    ),
    "RELIABILITY_CAL": _define(
        ("Agreement after calibration", "補正後の一致度"),
        ("The same after allowing for strict and lenient reviewers.", "採点の甘辛を補正した後の一致度です。"),
        "ratio",
        FITS,
    ),
    "SEATS_CHANGED": _define(
        ("Places changed by calibration", "補正で入れ替わる採択枠"),
        (
            "Applications among the places by adjusted score that would not be there by raw mean.",
            "補正後の順位では採択枠に入り、素点の平均では入らない応募の数です。",
        ),
        "seats",
        FITS,
    ),
    "COI_N": _define(
        ("Conflicts of interest declared", "申告された利益相反"),
        ("Pairs of a person and an application that were kept apart.", "審査から外した人と応募の組の数です。"),
        "cases",
        _source("declarations", "申告"),
    ),
    "READ_LAG": _define(
        ("Days to the answer", "回答までの日数"),
        (
            "Days from sending an application to the letter: the median.",
            "応募の送信から結果通知までの日数の中央値です。",
        ),
        "days",
        LETTERS,
    ),
    "MENT_N": _define(
        ("Mentors", "メンター"),
        ("Mentors who held at least one session.", "面談を1回以上行ったメンターの数です。"),
        "people",
        SESSIONS,
    ),
    "SESS_N": _define(
        ("Sessions held", "実施した面談"),
        ("Sessions that took place.", "実際に行われた面談の数です。"),
        "sessions",
        SESSIONS,
    ),
    "MENT_H": _define(
        ("Hours of mentoring", "面談の時間"),
        ("Minutes of the sessions held, divided by 60.", "行われた面談の分数を60で割ったものです。"),
        "hours",
        SESSIONS,
    ),
    "MENT_H_EACH": _define(
        ("Hours per startup", "1社あたりの面談時間"),
        ("Hours of mentoring out of the startups of the cohort.", "面談の時間を採択企業の数で割ったものです。"),
        "hours",
        SESSIONS,
    ),
    "SHOW_RATE": _define(
        ("Sessions that took place", "面談の実施率"),
        (
            "Sessions held out of those held or missed. Cancelled and moved ones are not counted.",
            "行われた面談を、行われた面談と欠席のあった面談の合計で割ったものです。取消と変更は含みません。",
        ),
        "percent",
        SESSIONS,
    ),
    "NOSHOW_F": _define(
        ("Missed by the startup", "企業の欠席"),
        (
            "Sessions that the startup missed. Not known while of any missed session nobody has said who missed it.",
            "企業が欠席した面談の数です。欠席した側が分からない面談が残っている間は、不明とします。",
        ),
        "sessions",
        NOTES,
    ),
    "NOSHOW_M": _define(
        ("Missed by the mentor", "メンターの欠席"),
        (
            "Sessions that the mentor missed. Not known while of any missed session nobody has said who missed it.",
            "メンターが欠席した面談の数です。欠席した側が分からない面談が残っている間は、不明とします。",
        ),
        "sessions",
        NOTES,
    ),
    "USEFUL_F": _define(
        ("Startups' rating of sessions", "企業による面談の評価"),
        ("Mean of the startups' ratings from 1 to 5.", "企業がつけた評価（1〜5）の平均です。"),
        "score",
        NOTES,
    ),
    "USEFUL_M": _define(
        ("Mentors' rating of sessions", "メンターによる面談の評価"),
        ("Mean of the mentors' ratings from 1 to 5.", "メンターがつけた評価（1〜5）の平均です。"),
        "score",
        NOTES,
    ),
    "MS_DONE": _define(
        ("Milestones met on time", "期限内に完了したマイルストーン"),
        (
            "Milestones achieved by their day out of those that were due. Dropped ones count on neither side.",
            "期限の来たマイルストーンのうち、期限までに完了した割合です。取りやめたものは含みません。",
        ),
        "percent",
        MILESTONES,
    ),
    "KPI_RESP": _define(
        ("Numbers sent on time", "数値報告の提出率"),
        (
            "Weekly updates that came by their day out of those that were due.",
            "期限の来た週次報告のうち、期限までに届いた割合です。",
        ),
        "percent",
        NUMBERS,
    ),
    "DD_REG": _define(
        ("Registered for Demo Day", "Demo Dayの登録者"),
        (
            "People with a place, whether they came or not. Waiting list and cancellations are not counted.",
            "席のある人の数です。出欠は問いません。キャンセル待ちと取消は含みません。",
        ),
        "people",
        REGISTRATIONS,
    ),
    "DD_ATT": _define(
        ("Came to Demo Day", "Demo Dayの参加者"),
        ("Registered people who came.", "登録者のうち参加した人の数です。"),
        "people",
        REGISTRATIONS,
    ),
    "DD_SHOW": _define(
        ("Share that came", "参加率"),
        ("People who came out of those registered.", "登録者に占める参加者の割合です。"),
        "percent",
        REGISTRATIONS,
    ),
    "DD_COUNTRY": _define(
        ("Countries of guests", "参加登録のあった国・地域"),
        ("Countries and regions that registered people named.", "登録者が申告した国・地域の数です。"),
        "countries",
        REGISTRATIONS,
    ),
    "DD_INV": _define(
        ("Investors admitted", "承認した投資家"),
        ("Investors whom the team admitted.", "事務局が承認した投資家の数です。"),
        "people",
        _source("admissions", "承認の記録"),
    ),
    "INT_N": _define(
        ("Interest shown", "関心の表明"),
        (
            "Marks of interest by investors, wishes to meet included; withdrawn ones are not counted.",
            "投資家が示した関心の数です。面談の希望を含み、取り消されたものは含みません。",
        ),
        "cases",
        WISHES,
    ),
    "INT_MEET": _define(
        ("Wishes to meet", "面談の希望"),
        ("Interest in which the investor asked to meet.", "投資家が面談を希望した数です。"),
        "cases",
        WISHES,
    ),
    "INTRO_N": _define(
        ("Introductions", "紹介の成立"),
        ("Wishes to meet to which the startup said yes.", "面談の希望のうち、企業が応じた数です。"),
        "cases",
        WISHES,
    ),
}
