"""``python -m nn train`` and ``predict``: what they print, what they write, and what they refuse."""

import os
import subprocess
import sys

import numpy as np
import pytest

from nn import accuracy, fit, iris, load_model, load_notes, predict, save_model
from nn.__main__ import main
from nn.networks.layers import MLP


@pytest.fixture
def flowers(tmp_path):
    """Iris as a CSV file of one's own."""
    x, y = iris()
    lines = [",".join([*map(str, row), iris().class_names[c]]) for row, c in zip(x.tolist(), y.tolist(), strict=True)]
    path = tmp_path / "flowers.csv"
    path.write_text("a,b,c,d,species\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def line(tmp_path):
    """Numbers to predict: y = 100 - 3 x."""
    path = tmp_path / "line.csv"
    path.write_text("y,x\n" + "".join(f"{100 - 3 * x},{x}\n" for x in range(40)))
    return path


def test_train_writes_a_network_that_predict_reads(flowers, tmp_path, capsys):
    out = tmp_path / "new" / "folder"
    assert main(["train", str(flowers), "--epochs", "8", "--layers", "4", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "150 examples, 4 features, 3 classes (setosa, versicolor, virginica)" in text
    assert "112 to train on, 38 to test on" in text
    assert float(text.split("held-out accuracy ")[1].split("%")[0]) > 80
    assert "would give 31.6%" in text
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert files["history.csv"].splitlines()[0] == b"epoch,loss,val_loss"
    assert {"model.safetensors", "loss.png", "activations.png", "network.svg", "page.html"} <= files.keys()
    assert all(str(out / name) in text for name in files)
    notes = load_notes(out / "model.safetensors")
    assert notes["columns"] == ["a", "b", "c", "d"]
    assert notes["classes"] == ["setosa", "versicolor", "virginica"]

    assert main(["predict", str(out / "model.safetensors"), str(flowers)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 150
    right = np.mean([name == iris().class_names[c] for name, c in zip(said, iris().y, strict=True)])
    assert right > 0.8
    # the same as by hand, from the notes
    x = (iris().x - np.array(notes["inputs"]["mean"])) / np.array(notes["inputs"]["deviation"])
    assert accuracy(predict(load_model(out / "model.safetensors"), x), iris().y) == right


@pytest.fixture
def no_pictures(monkeypatch):
    """Pictures take most of the time."""
    monkeypatch.setattr("nn.commands.train.pictures", lambda *given: {})


@pytest.mark.usefixtures("no_pictures")
def test_columns_are_found_by_name_in_any_order(flowers, tmp_path, capsys):
    out = str(tmp_path / "out")
    main(["train", str(flowers), "--epochs", "3", "--layers", "", "--out", out])
    capsys.readouterr()
    main(["predict", out, str(flowers)])
    said = capsys.readouterr().out
    rows = [row.split(",") for row in flowers.read_text().splitlines()]
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join(",".join([row[3], row[1], row[0], row[2]]) for row in rows) + "\n")  # no species
    main(["predict", out, str(turned)])
    assert capsys.readouterr().out == said
    turned.write_text("a,b,c\n1,2,3\n")
    assert main(["predict", out, str(turned)]) == 1
    assert "turned.csv must have the columns a, b, c, d; it lacks d" in capsys.readouterr().err
    assert main(["predict", out, str(turned) + "s"]) == 1
    assert capsys.readouterr().err == f"error: {turned}s: no such file or directory\n"


def test_numbers_are_predicted_in_their_own_units(line, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["train", str(line), "--target", "y", "--optimizer", "sgd", "--layers", "", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert float(text.split("held-out error ")[1].split()[0]) < 1.0
    assert "(root mean square, in units of y); always answering the mean would give" in text
    assert (out / "fit.png").exists()
    main(["predict", str(out), str(line)])
    assert [float(y) for y in capsys.readouterr().out.split()] == pytest.approx([100 - 3 * x for x in range(40)], abs=3)


def test_points_in_the_plane_have_a_boundary_and_checkup_is_asked_for(tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--epochs", "2", "--layers", "3", "--activation", "sigmoid", "--checkup"]
    assert main(["train", "xor", *options, "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert (out / "boundary.png").exists()
    assert "film.html" in text
    assert "good: " not in text


@pytest.mark.usefixtures("no_pictures")
def test_the_same_seed_gives_the_same_bits(tmp_path, capsys):
    for name in ("a", "b", "c"):
        seed = "1" if name == "c" else "0"
        main(["train", "moons", "--epochs", "1", "--layers", "2", "--seed", seed, "--out", str(tmp_path / name)])
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b != c
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "irsi"], "a CSV file, got 'irsi': there is no such file; did you mean iris?"),
        (["train", "no.csv"], "DATA must be iris, digits, moons, circles, spirals, xor or a CSV file, got 'no.csv'"),
        (["train", "iris", "--target", "x"], "--target and --classes are for a file: iris knows its classes"),
        (
            ["train", "{flowers}", "--target", "kind"],
            "target must be a column of flowers.csv, one of a, b, c, d, species",
        ),
        (["train", "{flowers}", "--test-size", "2"], "test_size must be a fraction between 0 and 1"),
        (["train", "{flowers}", "--layers", "0"], "layer_sizes[0] must be an int of at least 1"),
        (["train", "iris", "--out", "{flowers}"], "--out must be a folder that can be written to, got"),
        (["predict", "{flowers}", "{flowers}"], "flowers.csv"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments, says, flowers, tmp_path, capsys):
    given = [word.replace("{flowers}", str(flowers)) for word in arguments]
    if "--out" not in given and given[0] == "train":
        given += ["--out", str(tmp_path / "out")]
    assert main(given) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.usefixtures("no_pictures")
def test_numbers_stand_for_classes_when_they_are_said_to(tmp_path, capsys):
    file, out = tmp_path / "x.csv", str(tmp_path / "out")
    file.write_text("x,kind\n" + "".join(f"{x},{5 if x < 6 else 7}\n" for x in range(12)))
    options = ["--epochs", "40", "--layers", "", "--out", out]
    assert main(["train", str(file), "--classes", *options]) == 0
    assert "2 classes (5, 7)" in capsys.readouterr().out
    main(["predict", out, str(file)])
    names = capsys.readouterr().out.split()
    assert names[0] == "5"
    main(["predict", out, str(file), "--probabilities"])
    head, *rows = [line.split(",") for line in capsys.readouterr().out.split()]
    assert head == ["5", "7"]
    assert [head[float(b) > float(a)] for a, b in rows] == names
    assert [float(a) + float(b) for a, b in rows] == pytest.approx([1] * 12, abs=1e-4)


def test_one_class_is_refused(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("x,kind\n1,a\n2,a\n")
    assert main(["train", str(tmp_path / "x.csv")]) == 1
    assert "x.csv, column 'kind' must hold at least two classes, got only 'a'" in capsys.readouterr().err


def test_a_number_that_never_changes_is_refused(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("x,size\n1,7.5\n2,7.5\n")
    assert main(["train", str(tmp_path / "x.csv"), "--out", str(tmp_path / "out")]) == 1
    assert "x.csv, column 'size' must hold different numbers, got only 7.5" in capsys.readouterr().err


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("epochs", [0, 2])
def test_an_interrupted_training_is_written_if_an_epoch_was_whole(tmp_path, capsys, monkeypatch, epochs):
    def interrupted(*given, **options):
        def after(now):
            if now.epoch == epochs:
                raise KeyboardInterrupt

        def in_the_first_step():
            raise KeyboardInterrupt

        options["callbacks"] = [after]
        return fit(*given, **options, after_step=None if epochs else in_the_first_step)

    monkeypatch.setattr("nn.commands.train.fit", interrupted)
    out = tmp_path / "out"
    assert main(["train", "iris", "--layers", "", "--out", str(out)]) == (0 if epochs else 130)
    assert ("held-out accuracy" in capsys.readouterr().out) == bool(epochs)
    assert {path.name for path in out.iterdir()} == ({"model.safetensors", "history.csv"} if epochs else set())


@pytest.mark.filterwarnings("default")
def test_a_warning_is_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nn.commands.train.pictures", lambda *given: {})
    options = ["--learning-rate", "1e4", "--optimizer", "sgd", "--activation", "relu", "--epochs", "5"]
    assert main(["train", "iris", *options, "--out", str(tmp_path / "out")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: the loss rose from")


def test_sizes_that_are_not_numbers(capsys):
    with pytest.raises(SystemExit):
        main(["train", "iris", "--layers", "8,x"])
    assert "argument --layers: must be whole numbers with commas between them, as 16,16" in capsys.readouterr().err


def test_an_unwritable_folder_is_refused_before_training(tmp_path, capsys, monkeypatch):
    def refuse(self, content):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    assert main(["train", "iris", "--out", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert "Permission denied" in captured.err
    assert "epoch" not in captured.out


def test_a_model_of_no_names_is_refused(tmp_path, flowers, capsys):
    save_model(MLP(4, [3], rng=0), tmp_path / "plain.safetensors")
    assert load_notes(tmp_path / "plain.safetensors") == {}
    assert main(["predict", str(tmp_path / "plain.safetensors"), str(flowers)]) == 1
    assert "plain.safetensors does not say what its columns mean" in capsys.readouterr().err
    with pytest.raises(TypeError, match="notes must hold what JSON can represent"):
        save_model(MLP(4, [3], rng=0), tmp_path / "plain.safetensors", notes={"a": np.float32(1)})


def test_any_encoding_and_a_reader_that_stops_early(tmp_path):
    (tmp_path / "x.csv").write_text("ñ,y\n1,é\n2,é\n3,ü\n4,ü\n", encoding="utf-8")
    command = f"'{sys.executable}' -m nn train x.csv --epochs 1 --layers 2 --test-size 0.5 --out out"
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": os.getcwd()}
    ran = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert b"held-out accuracy" in ran.stdout
    assert not ran.stderr
    command = f"'{sys.executable}' -m nn predict out x.csv | head -n 1"
    ran = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert not ran.stderr


@pytest.mark.parametrize("end", ["| true", ">&-"])  # nobody reads, and there is nowhere to write
def test_a_network_is_written_though_nobody_reads_the_output(tmp_path, end):
    command = f"'{sys.executable}' -u -m nn train xor --epochs 20 --layers 2 --out out {end}"
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    ran = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True)
    assert not ran.stderr
    assert (tmp_path / "out" / "model.safetensors").exists()
