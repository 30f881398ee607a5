"""Your own data: what a CSV file gives, and which line and column an error names."""

import numpy as np
import pytest

from nn import iris, read_csv, standardize, train_test_split

FLOWERS = "length,width,species\n1.4,0.2,setosa\n4.7,1.4,versicolor\n1.3,0.2,setosa\n"


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "flowers.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def test_names_of_columns_and_classes_are_kept(file):
    data = read_csv(file(FLOWERS))
    assert data.x.tolist() == [[1.4, 0.2], [4.7, 1.4], [1.3, 0.2]]
    assert data.y.tolist() == [0, 1, 0]
    assert (data.feature_names, data.class_names) == (("length", "width"), ("setosa", "versicolor"))
    assert (data.target_name, data.source) == ("species", "flowers.csv")


@pytest.mark.parametrize(
    "text",
    [
        FLOWERS.replace(",", ";"),
        FLOWERS.replace(",", "\t"),
        FLOWERS.replace("\n", "\r\n"),
        "\ufeff" + FLOWERS,
        FLOWERS.replace(",", " , ") + "\n\n",
        FLOWERS.replace("setosa", '"setosa"'),
        FLOWERS.replace("1.4,0", "+1.4e0,0"),
    ],
)
def test_how_files_are_written_makes_no_difference(file, text):
    data = read_csv(file(text))
    assert data.x.tolist() == [[1.4, 0.2], [4.7, 1.4], [1.3, 0.2]]
    assert (data.feature_names, data.class_names) == (("length", "width"), ("setosa", "versicolor"))


def test_any_column_is_a_target(file):
    data = read_csv(file("y,x\n0.5,1\n1.5,2\n"), target="y")
    assert (data.x.tolist(), data.y.tolist(), data.class_names) == ([[1.0], [2.0]], [0.5, 1.5], ())
    assert repr(data) == "<Dataset: 2 examples, 1 feature, numbers (y) as targets>"
    assert "target: y" in str(data.summary())


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["0", "1", "2", "1"], ("0", "1", "2")),
        (["3", "1", "2", "1"], ()),  # does not begin at 0
        (["0", "2"], ()),  # has a gap
        (["0.0", "1.0"], ()),
        (["yes", "no", "1"], ("1", "no", "yes")),
        ([str(i) for i in range(20)], tuple(map(str, range(20)))),
        ([str(i) for i in range(21)], ()),
        (["0", "0"], ()),
    ],
)
def test_what_is_taken_for_a_class(file, cells, classes):
    path = file("x,y\n" + "".join(f"1,{cell}\n" for cell in cells))
    data = read_csv(path)
    assert data.class_names == classes
    if classes:
        assert [data.class_names[c] for c in data.y] == cells
    assert read_csv(path, classes=True).class_names
    if "yes" not in cells:
        assert read_csv(path, classes=False).y.tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FLOWERS.replace("4.7", ""), r"flowers\.csv, line 3, column 'length' must hold a number, got an empty cell"),
        (FLOWERS.replace("4.7", "long"), "line 3, column 'length' must hold a finite number, got 'long'"),
        (FLOWERS.replace("4.7", "nan"), "line 3, column 'length' must hold a finite number, got 'nan'"),
        (FLOWERS.replace("4.7", '"4,7"'), "got '4,7'; write it with a point"),
        (FLOWERS.replace("4.7,", "4.7,1,"), "line 3 must have 3 cells, as the heading has, got 4"),
        (FLOWERS.replace("4.7,", ""), "line 3 must have 3 cells, as the heading has, got 2"),
        (FLOWERS.replace("versicolor", ""), "line 3, column 'species' must hold a class, got an empty cell"),
        (FLOWERS.replace("width", "length"), "line 1 must name every column once, got 'length' twice"),
        (FLOWERS.replace("width", ""), "line 1 must name every column, got no name for column 2"),
        ("1,2,3\n4,5,6\n", "must begin with the names of its columns, got numbers: 1, 2, 3"),
        (FLOWERS.replace("4.7", '"4,700"'), "got '4,700'; leave out a comma between thousands, and write a decimal"),
        (FLOWERS.replace("4.7", "4_7"), "must hold a finite number, got '4_7'"),  # to Python it is 47
        ("a;y\n1;2,5\n2;3\n3;4,5\n", "line 2, column 'y' must hold a number, got '2,5'; write it with a point"),
        ("a;y\n1;2,5\n2;3,5\n", "line 2, column 'y' must hold a number, got '2,5'; write it with a point"),
        ("a,y\n1,u\n2,#N/A\n3,v\n", "line 3, column 'y' must not be missing, got '#N/A'"),
        ("a|y\n1|u\n", "beside the target 'a.y'; cells are separated by commas, semicolons or tabs"),
        ("# irises\na,y\n1,u\n", "line 2 must have 1 cell, as the heading has, got 2"),
        ("", "must begin with the names of its columns, got an empty file"),
        ("1.4,0.2,setosa\n4.7,1.4,versicolor\n", "must begin with the names of its columns, got numbers: 1.4, 0.2"),
        ("1,2,setosa\n3,4,setosa\n", "got 'setosa', which is a cell of its column too"),
        ("a,y\n1,2.5\n2,\n", "line 3, column 'y' must hold a number, got an empty cell"),
        ("a,y\n1,2.5\n2,NA\n3,1\n", "line 3, column 'y' must not be missing, got 'NA'"),
        ("a,y\n1,u\n2,?\n3,v\n", r"line 3, column 'y' must not be missing, got '\?'.* or give classes=True"),
        ("a,y\n1,250\n2,sold\n3,170\n", "line 3, column 'y' must hold a number as most lines do, got 'sold'"),
        ('a,y\n1,"u\n2,v\n', 'line 3 cannot be read: .*; a quotation mark " is not closed'),
        ("a,b\n", "must hold at least one example below its heading, got none"),
        ("a\n1\n", "must have at least one column beside the target 'a'"),
        (FLOWERS.replace("setosa", "ñ").encode("latin-1"), "must be text in UTF-8, got byte 0xf1; save it as UTF-8"),
        (b"a,b\n1,\xff\n", "must be text in UTF-8"),
    ],
)
def test_an_error_names_line_and_column(file, text, says):
    with pytest.raises(ValueError, match=says):
        read_csv(file(text))


def test_what_is_said_to_be_a_class_is_one(file):
    assert read_csv(file("a,y\n1,NA\n2,1\n3,2\n"), classes=True).class_names == ("1", "2", "NA")
    assert repr(read_csv(file("a,y\n1,u\n"))) == "<Dataset: 1 example, 1 feature, 1 class (u)>"


def test_separators_in_quotes_separate_nothing(file):
    assert read_csv(file('a;"b, c, d, e";y\n1;2;u\n')).feature_names == ("a", "b, c, d, e")


def test_classes_must_be_a_bool(file):
    with pytest.raises(TypeError, match="classes must be True, False or None, got a str: 'yes'"):
        read_csv(file(FLOWERS), classes="yes")


def test_many_classes_do_not_flood(file):
    data = read_csv(file("a,y\n" + "".join(f"{i},name{i}\n" for i in range(500))))
    assert len(data.class_names) == 500
    assert repr(data).endswith("name114, name115, … and 480 more)>")
    assert len(str(data.summary())) < 1000


def test_columns_may_be_called_by_numbers(file):
    assert read_csv(file("0,1,species\n1.4,0.2,setosa\n")).feature_names == ("0", "1")


def test_a_column_may_be_called_like_a_class(file):
    assert read_csv(file("a,y\n1,y\n2,n\n")).class_names == ("n", "y")


def test_a_path_must_be_one():
    with pytest.raises(TypeError, match="path must be a str or a path, got a NoneType: None"):
        read_csv(None)


def test_a_cell_of_several_lines_is_counted_as_such(file):
    with pytest.raises(ValueError, match="line 4, column 'x' must hold a finite number, got 'bad'"):
        read_csv(file('x,y\n1,"a\nb"\nbad,c\n'))


def test_a_target_that_is_not_there(file):
    with pytest.raises(
        ValueError, match=r"target must be a column of flowers\.csv, one of length, width, species; got"
    ):
        read_csv(file(FLOWERS), target="kind")
    with pytest.raises(FileNotFoundError):
        read_csv("no/such/file.csv")


def test_names_survive_the_split_and_the_scaling():
    train, test = train_test_split(iris(), test_size=0.2, rng=0)
    assert (len(train), len(test)) == (120, 30)
    assert np.bincount(test.y).tolist() == [10, 10, 10]
    x_train, x_test, _, y_test = train_test_split(*iris(), test_size=0.2, rng=0)
    assert (train.x == x_train).all()
    assert (test.y == y_test).all()
    scaled, held_out = standardize(train, test)
    assert scaled.class_names == held_out.class_names == iris().class_names
    assert held_out.x == pytest.approx(standardize(x_train, x_test)[1])
    assert scaled.x.mean(axis=0) == pytest.approx(0)
    with pytest.raises(TypeError, match="y must be left out where x is a Dataset"):
        train_test_split(iris(), [1])
    with pytest.raises(TypeError, match="y must hold the targets of the examples, got None"):
        train_test_split([[1.0]])
