"""What passes between a notebook and its judge."""

import socket
import threading
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from tools.course.exchange import Gone, Peer


@pytest.fixture
def pair():
    """A judge, and the other side, which serves its calls."""
    ours, theirs = socket.socketpair()
    judge, student = Peer(ours), Peer(theirs)

    def serve():
        try:
            while True:
                student.serve(*student.receive()[1:])
        except Gone:
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    yield judge, student
    ours.close()
    thread.join()
    theirs.close()


@pytest.mark.parametrize(
    "value",
    [
        None, True, ..., 3, -(10**900), 0.1, "ä", b"\x00", 1 + 2j, Fraction(1, 3), Decimal("1e-50"), [1, [2]], (1, 2.5),
        {"a": (1,)}, {1, 2}, np.float32(0.1), np.bool_(True), np.arange(6.0).reshape(2, 3), np.int8([1]), np.ones(()),
    ],
)  # fmt: skip
def test_values_arrive_as_they_were(pair, value):
    judge, student = pair
    found = judge.unpack(student.pack(value))
    assert type(found) is type(value)
    assert np.array_equal(found, value) if isinstance(value, np.ndarray) else found == value
    assert getattr(found, "dtype", None) == getattr(value, "dtype", None)


def test_other_containers_arrive_as_lists(pair):
    judge, student = pair
    for value in (range(3), deque([0, 1, 2]), (n for n in range(3)), {0: 1, 1: 1, 2: 1}.keys()):
        assert judge.unpack(student.pack(value)) == [0, 1, 2]
    objects = judge.unpack(student.pack(np.array([Fraction(1, 2), 3], dtype=object)))
    assert objects == [Fraction(1, 2), 3]


def test_what_is_no_data_arrives_as_its_type_alone(pair):
    judge, student = pair
    assert type(judge.unpack(student.pack(object()))).__name__ == "object"
    assert type(judge.unpack(["other", "not a name"])).__name__ == "object"


def test_functions_stay_where_they_are(pair):
    judge, student = pair
    double = judge.unpack(student.pack(lambda x: 2 * x))
    assert double(np.float64(1.5)) == 3.0
    assert double.__name__ == "<lambda>"

    def fails(x):
        raise KeyError("gone")

    with pytest.raises(Exception, match="gone") as caught:
        judge.unpack(student.pack(fails))(1)
    assert type(caught.value).__name__ == "KeyError"


def test_functions_are_handed_to_functions(pair):
    judge, student = pair
    twice = judge.unpack(student.pack(lambda f, x: f(f(x))))
    assert twice(lambda x: x + 1, 3) == 5


def test_what_a_function_does_to_its_arguments_is_seen(pair):
    judge, student = pair

    def spoil(p, q):
        p[0] = 9.0
        q.append(4)

    p, q = np.zeros(2), [1]
    assert judge.unpack(student.pack(spoil))(p, q) is None
    assert p.tolist() == [9.0, 0.0]
    assert q == [1, 4]


@pytest.mark.parametrize(
    "packed",
    [
        3, {}, [], ["os.system", "ls"], ["array", "ndarray", "O", [1], "00"], ["array", "ndarray", "<f8", [9], "00"],
        ["int", "x"], ["function", "x", "f"], ["dict", [1]], ["dict", [[["list", []], None]]],
    ],
)  # fmt: skip
def test_anything_else_is_refused(pair, packed):
    with pytest.raises((ValueError, TypeError, KeyError)):
        pair[0].unpack(packed)


@pytest.mark.parametrize("line", [b"", b"3", b"[", b"[" * 100_000, b'["returned"]', b'["returned", 3, []]', b"\xff"])
def test_a_line_that_cannot_be_read_ends_the_talk(line):
    ours, theirs = socket.socketpair()
    theirs.sendall(line + b"\n")
    with ours, theirs, pytest.raises(Gone, match="no judge can read"):
        Peer(ours).call(0, [])


def test_a_silent_side_is_gone_in_time_and_a_closed_one_at_once():
    ours, theirs = socket.socketpair()
    with ours:
        judge = Peer(ours)
        judge.deadline = 0.0
        with theirs, pytest.raises(Gone, match="took too long"):
            judge.receive()
        judge.deadline = None
        with pytest.raises(Gone, match="ended the process"):
            judge.receive()
