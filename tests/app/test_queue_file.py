"""The queue outlives the program: what was cut off comes first and says so."""

from pathlib import Path

from app.models.queue import Item, QueueModel, Stage
from app.queue_file import load_queue, save_queue


def test_what_waits_comes_back_and_what_was_cut_off_comes_first(tmp_path: Path) -> None:
    items = [
        Item(Path("/a/done.png"), "image", Stage.PROTECTED),
        Item(Path("/a/waiting.png"), "image"),
        Item(Path("/a/at work \udcff\n.wav"), "audio", Stage.WORKING, recipient="Studio Ä"),
    ]
    save_queue(tmp_path, items)
    left = load_queue(tmp_path)
    assert [(item.path, item.icon, item.stage, item.recipient) for item in left] == [
        (Path("/a/at work \udcff\n.wav"), "audio", Stage.INTERRUPTED, "Studio Ä"),
        (Path("/a/waiting.png"), "image", Stage.WAITING, ""),
    ]
    save_queue(tmp_path, items[:1])
    assert load_queue(tmp_path) == [] and not list(tmp_path.iterdir())


def test_a_damaged_file_or_a_full_disk_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "queue.json").write_text('[{"path": 1', "utf-8")
    assert load_queue(tmp_path) == []
    (tmp_path / "queue.json").write_text('[{"path": "/a", "icon": "image", "stage": "dancing"}]', "utf-8")
    assert load_queue(tmp_path) == []
    save_queue(tmp_path / "missing", [Item(Path("/a"))])


def test_one_file_for_several_recipients_becomes_several_rows() -> None:
    model = QueueModel()
    model.add([(Path("/a"), "image"), (Path("/b"), "image")])
    model.restore([Item(Path("/c"), "image", Stage.INTERRUPTED, recipient="Old one")])
    spread = model.spread(model.items(), ["Studio A", "Radio Nord"])
    assert [(item.path.name, item.recipient) for item in spread] == [
        ("a", "Studio A"),
        ("a", "Radio Nord"),
        ("b", "Studio A"),
        ("b", "Radio Nord"),
        ("c", "Old one"),
    ]
    assert [item.order for item in model.items()] == [0, 1, 2, 3, 4]
    assert all(item.stage is Stage.WAITING for item in spread)
    model.remove([spread[0]])
    assert model.add([(Path("/a"), "image")]) == 0  # its other row is still there


def test_rows_can_be_moved_up() -> None:
    model = QueueModel()
    model.add([(Path("/a"), "image"), (Path("/b"), "image")])
    second = model.items()[1]
    model.move_up(second)
    model.move_up(second)
    assert [item.path.name for item in model.items()] == ["b", "a"]
    assert second.order == 0
