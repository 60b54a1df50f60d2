"""The queue outlives the program: what was cut off comes first and says so."""

from pathlib import Path

from app.models.queue import Item, QueueModel, Stage
from app.queue_file import load_queue, save_queue
from core.presets import Preset

WANTED = Preset("Proof", ("Studio Ä",), pictures="jpeg", output_folder="/out \udcff", strip=True)


def test_what_waits_comes_back_and_what_was_cut_off_comes_first(tmp_path: Path) -> None:
    items = [
        Item(Path("/a/done.png"), "image", Stage.PROTECTED),
        Item(Path("/a/waiting.png"), "image"),
        Item(Path("/a/at work \udcff\n.wav"), "audio", Stage.WORKING, recipient="Studio Ä", wanted=WANTED),
        Item(Path("/a/asked.png"), "image", Stage.ASKED, recipient="Studio Ä", wanted=WANTED),
    ]
    save_queue(tmp_path, items)
    left = load_queue(tmp_path)
    assert [(item.path, item.icon, item.stage, item.recipient, item.wanted) for item in left] == [
        (Path("/a/at work \udcff\n.wav"), "audio", Stage.INTERRUPTED, "Studio Ä", WANTED),
        (Path("/a/waiting.png"), "image", Stage.WAITING, "", None),
        (Path("/a/asked.png"), "image", Stage.WAITING, "Studio Ä", WANTED),
    ]
    save_queue(tmp_path, items[:1])
    assert load_queue(tmp_path) == [] and not list(tmp_path.iterdir())


def test_a_damaged_file_or_a_full_disk_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "queue.json").write_text('[{"path": 1', "utf-8")
    assert load_queue(tmp_path) == []
    row = '{"path": "/a", "icon": "image", "stage": "%s"%s}'
    for stage, more in (("dancing", ""), ("waiting", ', "wanted": 3'), ("waiting", ', "wanted": "x"')):
        (tmp_path / "queue.json").write_text('{"wanted": [], "files": [%s]}' % (row % (stage, more)), "utf-8")
        assert load_queue(tmp_path) == []
    save_queue(tmp_path / "missing", [Item(Path("/a"))])


def test_one_file_for_several_recipients_becomes_several_rows() -> None:
    model = QueueModel()
    model.add([(Path("/a"), "image"), (Path("/b"), "image")])
    model.restore([Item(Path("/c"), "image", Stage.INTERRUPTED, recipient="Old one")])
    spread = model.spread(model.items(), ["Studio A", "Radio Nord"], WANTED)
    assert [(item.path.name, item.recipient) for item in spread] == [
        ("a", "Studio A"),
        ("a", "Radio Nord"),
        ("b", "Studio A"),
        ("b", "Radio Nord"),
        ("c", "Old one"),
    ]
    assert [item.order for item in model.items()] == [0, 1, 2, 3, 4]
    assert all(item.stage is Stage.WAITING and item.wanted == WANTED for item in spread)
    model.remove([spread[0]])
    assert model.add([(Path("/a"), "image")]) == 0  # its other row is still there


def test_files_that_are_tried_again_stay_as_they_were_wanted() -> None:
    model = QueueModel()
    model.add([(Path("/a"), "image")])
    spread = model.spread(model.items(), ["Studio A", "Radio Nord"], WANTED)
    for item in spread:
        model.cancel(item)
    model.again(Stage.CANCELLED)
    assert all(item.settled for item in spread)
    assert [item.recipient for item in model.spread(spread, ["Somebody else"], Preset())] == ["Studio A", "Radio Nord"]
    assert spread[0].wanted == WANTED
    for item in spread:
        model.cancel(item)
    model.again()
    assert not any(item.settled for item in spread)
    assert [item.recipient for item in model.spread(spread[:1], ["Somebody else"], Preset())] == ["Somebody else"]


def test_rows_change_places() -> None:
    model = QueueModel()
    model.add([(Path("/a"), "image"), (Path("/b"), "image"), (Path("/c"), "image")])
    second = model.items()[1]
    assert model.move(second, -1) and not model.move(second, -1)
    assert [item.path.name for item in model.items()] == ["b", "a", "c"]
    assert second.order == 0
    assert model.move(second, 1) and model.move(second, 1) and not model.move(second, 1)
    assert [(item.path.name, item.order) for item in model.items()] == [("a", 0), ("c", 1), ("b", 2)]


def test_what_came_into_a_watched_folder_is_settled_and_rows_that_wait_stand_for_it() -> None:
    model, wanted = QueueModel(), Preset("Reel", ("Studio A", "Radio Nord"), purpose="reel")
    first = model.hand_in([(Path("/a"), "image")], wanted)
    assert [(item.recipient, item.settled, item.watched) for item in first[Path("/a")]] == [
        ("Studio A", True, True),
        ("Radio Nord", True, True),
    ]
    studio, radio = first[Path("/a")]
    model.cancel(radio)
    cut_off = Item(Path("/b"), "image", Stage.INTERRUPTED, recipient="Studio A", wanted=wanted)
    model.restore([cut_off])
    again = model.hand_in([(Path("/a"), "image"), (Path("/b"), "image")], wanted)
    assert again[Path("/a")][0] is studio and again[Path("/a")][1] is not radio
    assert again[Path("/b")][0] is cut_off and cut_off.stage is Stage.INTERRUPTED
    assert model.rowCount() == 5 and all(model.holds(item) for item in model.items())
    model.remove([studio])
    assert not model.holds(studio) and model.holds(radio)
    model.again()
    assert not radio.watched and not radio.settled
