"""Passwords: what is accepted, how they are kept. Argon2id with 19 MiB, two passes, one lane (OWASP's minimum)."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# The common ones that are long enough to pass the length rule, from published lists of leaked passwords.
COMMON = frozenset(
    [
        "1234567890",
        "12345678910",
        "0123456789",
        "0987654321",
        "9876543210",
        "1111111111",
        "0000000000",
        "1122334455",
        "1234512345",
        "123456789a",
        "a123456789",
        "123456789q",
        "1q2w3e4r5t",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "qwertyuiop",
        "qwertyuiop123",
        "qwerty12345",
        "qwerty123456",
        "asdfghjkl123",
        "zxcvbnm123",
        "password12",
        "password123",
        "password1234",
        "password12345",
        "passw0rd123",
        "password01",
        "password00",
        "mypassword",
        "mypassword1",
        "letmein123",
        "welcome123",
        "welcome1234",
        "iloveyou12",
        "iloveyou123",
        "sunshine123",
        "princess123",
        "football123",
        "baseball123",
        "basketball",
        "superman123",
        "batman1234",
        "dragon1234",
        "monkey1234",
        "master1234",
        "michael123",
        "jennifer123",
        "abcdefghij",
        "abcd123456",
        "abc1234567",
        "abcdef1234",
        "aaaaaaaaaa",
        "administrator",
        "admin12345",
        "changeme123",
        "trustno1234",
        "startup1234",
        "accelerator",
        "accelerator1",
        "pokemon123",
        "starwars123",
        "computer123",
        "internet123",
        "samsung123",
        "liverpool1",
        "chocolate1",
        "manchester",
        "manchester1",
        "christopher",
        "alexandra1",
        "elizabeth1",
        "butterfly1",
        "strawberry",
        "1234567891",
        "147258369a",
        "sakura1234",
        "doraemon123",
        "nihon12345",
        "tokyo12345",
        "kobe123456",
        "osaka12345",
        "arigatou123",
    ]
)


def normalised(password: str) -> str:
    """The password in NFKC, so that it is the same one from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, email: str) -> None:
    """Refuse a password that is too short, too long, common, or the address of its owner."""
    plain = normalised(password)
    folded = plain.casefold()
    if len(plain) < SHORTEST:
        raise Refused(_("Use at least %(num)s characters. A short sentence is easy to remember.", num=SHORTEST),
                      field="password")  # fmt: skip
    if len(plain) > LONGEST:
        raise Refused(_("Use at most %(num)s characters.", num=LONGEST), field="password")
    if folded in COMMON or len(set(folded)) < 4:
        raise Refused(_("This is one of the passwords that are tried first. Choose another."), field="password")
    if folded in (email.casefold(), email.casefold().split("@")[0]):
        raise Refused(
            _("Your own address is the first thing that is tried. Choose another password."), field="password"
        )


def hashed(password: str) -> str:
    """What the database keeps."""
    return _hasher.hash(normalised(password))


NOBODY = hashed("no account has this password")


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept; takes as long when nothing is kept."""
    try:
        _hasher.verify(kept or NOBODY, normalised(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
