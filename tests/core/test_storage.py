"""Private files by content."""

import hashlib

import pytest

from accelerator.core import storage
from tests.services.installations import set_to


@pytest.fixture(autouse=True)
def root(app, files):
    with set_to(instance=files):
        yield files / "files"


def test_gives_back_what_was_put():
    key = storage.put(b"deck")
    assert (storage.get(key), key) == (b"deck", hashlib.sha256(b"deck").hexdigest())


def test_the_same_content_is_kept_once(root):
    assert storage.put(b"deck") == storage.put(b"deck")
    assert [path.read_bytes() for path in root.rglob("*") if path.is_file()] == [b"deck"]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 63 + "/"])
def test_no_key_leads_out_of_the_folder(key):
    with pytest.raises(ValueError, match="not a storage key"):
        storage.get(key)


def test_a_lost_file_is_told():
    with pytest.raises(FileNotFoundError):
        storage.get("0" * 64)


def test_a_failing_disk_leaves_nothing_half_written(root, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        storage.put(b"deck")
    with pytest.raises(FileNotFoundError):
        storage.get(hashlib.sha256(b"deck").hexdigest())
    assert [path for path in root.rglob("*") if path.is_file()] == []
