"""The journal of hits: each line whole or not there, each file of one process and one minute."""

import os

import pytest

from webapp.messages import journal


@pytest.fixture
def writer(tmp_path):
    return journal.Writer(tmp_path / "journal")


def lines(directory):
    found = [journal.read(path, 0, 10_000_000)[0] for path in journal.files(directory)]
    return sorted(line.message_id for part in found for line in part)


def test_what_was_written_is_read_in_its_order_from_where_one_stopped(writer, tmp_path):
    for number in range(1, 4):
        writer.write(number, 10 + number, "h")
    [path] = journal.files(tmp_path / "journal")
    first, offset = journal.read(path, 0, 60)
    assert [(line.message_id, line.link_id) for line in first] == [(1, 11), (2, 12)]
    rest, end = journal.read(path, offset, 10_000)
    assert [line.message_id for line in rest] == [3]
    assert journal.read(path, end, 10_000) == ([], end)


def test_a_full_file_is_shortened_to_its_lines_and_another_is_begun(
    writer, tmp_path, monkeypatch
):
    monkeypatch.setattr(journal, "ROOM", 4096)
    for number in range(1, 401):
        writer.write(number, 0, "h")
    files = journal.files(tmp_path / "journal")
    assert lines(tmp_path / "journal") == list(range(1, 401))
    settled = [path for path in files if journal.is_settled(path)]
    assert len(settled) == len(files) - 1 >= 2
    assert all(path.stat().st_size == journal.used(path) for path in settled)


def test_a_disk_without_room_is_noticed_and_leaves_no_file(
    writer, tmp_path, monkeypatch
):
    def full(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        with pytest.raises(OSError, match="No space"):
            writer.write(1, 0, "h")
    assert list((tmp_path / "journal").iterdir()) == []
    writer.write(2, 0, "h")
    assert lines(tmp_path / "journal") == [2]


def test_a_line_that_is_not_whole_yet_is_left_for_the_next_time(writer, tmp_path):
    writer.write(1, 0, "h")
    [path] = journal.files(tmp_path / "journal")
    end = journal.used(path)
    with path.open("r+b") as file:
        file.seek(end)
        file.write(b"2 0 1700000000000 h")
    assert journal.read(path, end, 10_000) == ([], end)


def test_what_is_no_line_is_no_hit(tmp_path):
    path = tmp_path / "0000000060-shop.hits"
    path.write_bytes(b"1 0 17 h\n-1 0 1700000000000 h\n7 0 1700000000000 h\nx\n")
    assert [line.message_id for line in journal.read(path, 0, 10_000)[0]] == [7]
