"""Keep the catalogues complete: what the program says in English and no catalogue says in Japanese.

    bin/translations missing [stage]   list the sentences of a stage, or of all, that have no translation
    bin/translations add <stage>       append them, untranslated, to accelerator/translations/ja/<stage>.po
    bin/translations check             fail when anything is missing, obsolete, contradictory or loses a placeholder

A stage's sentences are those of accelerator/<stage>/, templates/<stage>/, workers/<stage>.py and the mails whose kind
its code names. Everything shared (layouts, macros, error pages, core, the sentences of WTForms) belongs to ``core``. A
translation counts wherever it stands, because all catalogues are merged when the program starts.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import wtforms
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "accelerator" / "translations" / "ja"
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
HEADER = "# Japanese of Funade's {stage}. See bin/translations.\n"

Sentence = str | tuple[str, str]
"""A msgid, or a singular with its plural."""


@dataclass
class Faults:
    """What is wrong with the catalogues, as lines to read."""

    missing: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    contradictory: list[str] = field(default_factory=list)
    misfilled: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Every fault with its kind."""
        return [f"{kind}: {line}" for kind, lines in vars(self).items() for line in lines]


def stages() -> list[str]:
    """Every stage that may have a catalogue."""
    return sorted(path.parent.name for path in (ROOT / "accelerator").glob("*/__init__.py"))


def sources(stage: str) -> list[Path]:
    """The files whose sentences belong to ``stage``."""
    if stage == "core":
        return _shared()
    code = [*(ROOT / "accelerator" / stage).rglob("*.py"), *(ROOT / "workers").glob(f"{stage}.py")]
    texts = "".join(path.read_text(encoding="utf-8") for path in code)
    kinds = [folder for folder in _mails() if f'"{folder.name}"' in texts]
    return [*code, *_templates(ROOT / "templates" / stage), *(path for kind in kinds for path in _templates(kind))]


def _shared() -> list[Path]:
    """What belongs to no stage: the rest, so that nothing is forgotten."""
    claimed = {path for stage in stages() if stage != "core" for path in sources(stage)}
    everything = [
        *(ROOT / "accelerator").rglob("*.py"),
        *(ROOT / "workers").rglob("*.py"),
        *_templates(ROOT / "templates"),
    ]
    return [path for path in everything if path not in claimed]


def _mails() -> list[Path]:
    return [path for path in (ROOT / "templates" / "emails").iterdir() if path.is_dir()]


def _templates(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix in {".html", ".txt"})


@cache
def found_in(path: Path) -> tuple[tuple[Sentence, int], ...]:
    """The sentences of a file with their lines."""
    method, options = ("python", {}) if path.suffix == ".py" else ("jinja2", JINJA)
    pairs = []
    for line, message, _comments, _context in extract_from_file(method, str(path), KEYWORDS, options=options):
        sentence = message if isinstance(message, str) else (message[0], message[1])
        if sentence:
            pairs.append((sentence, line))
    return tuple(pairs)


def _wtforms() -> Iterator[tuple[Sentence, str]]:
    package = Path(wtforms.__file__).parent
    for path in [package / "validators.py", *sorted((package / "fields").glob("*.py"))]:
        for sentence, _line in found_in(path):
            # Our forms look up both numbers of its sentences one by one.
            for part in [sentence] if isinstance(sentence, str) else sentence:
                if "%s" not in part:  # the one sentence of that kind is for programmers
                    yield part, f"WTForms {path.name}"


def sentences(stage: str) -> dict[Sentence, str]:
    """Every sentence of ``stage`` and the first place where it is said."""
    places: dict[Sentence, str] = {}
    for path in sorted(sources(stage)):
        for sentence, line in found_in(path):
            places.setdefault(sentence, f"{path.relative_to(ROOT)}:{line}")
    for sentence, place in _wtforms() if stage == "core" else ():
        places.setdefault(sentence, place)
    return places


def catalogues() -> dict[str, Catalog]:
    """The Japanese catalogues by stage."""
    catalogs = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            catalogs[path.stem] = read_po(file, locale="ja", abort_invalid=True)
    return catalogs


def key_of(sentence: str | Sequence[str]) -> str:
    """What gettext looks a sentence up by: its singular."""
    return sentence if isinstance(sentence, str) else sentence[0]


def translated() -> dict[str, list[tuple[str, str]]]:
    """Every translation by the singular of its msgid, as ``(stage, text)``; empty ones are left out."""
    known: dict[str, list[tuple[str, str]]] = {}
    for stage, catalogue in catalogues().items():
        for message in catalogue:
            text = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            if message.id and text and not message.fuzzy:
                known.setdefault(key_of(message.id), []).append((stage, text))
    return known


def counted() -> set[str]:
    """The singulars that have a translation for numbers; a plain one is not found by ngettext."""
    messages = (message for catalogue in catalogues().values() for message in catalogue)
    return {message.id[0] for message in messages if not isinstance(message.id, str) and any(message.string or ())}


def missing(stage: str) -> dict[Sentence, str]:
    """The sentences of ``stage`` that no catalogue translates, with their places."""
    known, numbers = translated(), counted()
    return {
        sentence: place
        for sentence, place in sentences(stage).items()
        if key_of(sentence) not in (known if isinstance(sentence, str) else numbers)
    }


def add(stage: str) -> int:
    """Append the missing sentences to the stage's catalogue and return how many they are."""
    path = CATALOGUES / f"{stage}.po"
    present = {key_of(message.id) for message in catalogues().get(stage, Catalog()) if message.id}
    new = Catalog(locale="ja", project="Funade", version="1", header_comment=HEADER.format(stage=stage).rstrip())
    for sentence in missing(stage):
        if key_of(sentence) not in present:
            new.add(sentence)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if path.stat().st_size:
            file.write(b"\n")
        else:
            file.write(_header(stage).encode())
        write_po(file, new, width=110, omit_header=True)
    return len(new)


def _header(stage: str) -> str:
    lines = (
        "Language: ja",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=1; plural=0;",
    )
    return HEADER.format(stage=stage) + 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def check() -> Faults:
    """Everything that is wrong with the catalogues."""
    faults, used = Faults(), {key_of(sentence) for stage in stages() for sentence in sentences(stage)}
    for stage in stages():
        faults.missing += [f"{stage}: {key_of(sentence)!r} ({place})" for sentence, place in missing(stage).items()]
    for singular, texts in translated().items():
        if singular not in used:
            faults.obsolete += [f"{stage}: {singular!r}" for stage, _text in texts]
        if len({text for _stage, text in texts}) > 1:
            faults.contradictory.append(f"{singular!r}: {texts}")
    for stage, catalogue in catalogues().items():
        faults.misfilled += [f"{stage}: {line}" for line in _misfilled(catalogue)]
    return faults


def _misfilled(catalogue: Catalog) -> Iterator[str]:
    """Translations whose placeholders differ from those of every form of their sentence."""
    for message in catalogue:
        forms = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        allowed = [sorted(PLACEHOLDER.findall(form)) for form in forms]
        for text in texts if message.id else ():
            if text and sorted(PLACEHOLDER.findall(text)) not in allowed:
                yield f"{forms[0]!r} -> {text!r}"


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit status."""
    match arguments:
        case ["missing", *rest] if len(rest) < 2 and set(rest) <= set(stages()):
            places = {sentence: place for stage in rest or stages() for sentence, place in missing(stage).items()}
            sys.stdout.writelines(f"{place}: {key_of(sentence)!r}\n" for sentence, place in places.items())
            sys.stdout.write(f"{len(places)} missing\n")
            return 0
        case ["add", stage] if stage in stages():
            sys.stdout.write(f"{add(stage)} added to {CATALOGUES.relative_to(ROOT) / stage}.po\n")
            return 0
        case ["check"]:
            lines = check().lines()
            sys.stdout.writelines(f"{line}\n" for line in lines)
            return 1 if lines else 0
    sys.stderr.write(f"{__doc__}\nStages: {', '.join(stages())}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
