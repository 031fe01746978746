"""The small models learn what they should, and refuse what they cannot use."""

import io
import itertools

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression as Reference

from crossentropy import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_value_and_grad,
    focal_loss,
    focal_loss_value_and_grad,
    training,
)
from crossentropy.data import load_breast_cancer, load_digits
from crossentropy.losses import sigmoid_squared_error_value_and_grad
from crossentropy.training import (
    SGD,
    LogisticRegression,
    OneHiddenLayer,
    SoftmaxRegression,
    fit,
    hold_out,
    standardise,
)


def test_hold_out_splits_every_row_once_and_the_same_way_each_time():
    train, test = hold_out(101, 0.3, seed=4)
    assert sorted([*train, *test]) == list(range(101))
    assert len(test) == 30
    again = hold_out(101, 0.3, seed=4)
    other = hold_out(101, 0.3, seed=5)
    assert np.array_equal(test, again[1])
    assert not np.array_equal(test, other[1])


@pytest.mark.parametrize("share", [0, 0.01, 1, 0.99, -1])
def test_hold_out_refuses_an_empty_part(share):
    with pytest.raises(ValueError, match="leaves one part empty"):
        hold_out(10, share, seed=0)


def test_hold_out_needs_two_rows_and_no_more():
    assert [len(part) for part in hold_out(2, 0.5, seed=0)] == [1, 1]


MOMENTUM = "momentum = 1 never forgets, so the steps grow without end; expected less than 1"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hold_out(10, 1, seed=0), "share = 1 of rows = 10 leaves one part empty"),
        (lambda: hold_out(10, "1", seed=0), "share = '1' is not a real number"),
        (lambda: standardise([[1.0, 2], [3, 2]]), "train[:, 1] is constant, so it has no scale; leave it out"),
        (lambda: standardise([[1.0], [np.inf]]), "train[1, 0] = inf is not finite"),
        (lambda: SGD(-1), "rate = -1 is not a finite number at least 0"),
        (lambda: SGD(1, -1), "momentum = -1 is outside [0, 1]"),
        (lambda: SGD(1, 1), MOMENTUM),
        (lambda: SoftmaxRegression(0, 2), "features = 0 is not a whole number of at least 1"),
        (lambda: SoftmaxRegression(2, 0), "classes = 0 is not a whole number of at least 1"),
        (lambda: OneHiddenLayer(0, 2, 2, seed=0), "features = 0 is not a whole number of at least 1"),
        (lambda: OneHiddenLayer(2, 0, 2, seed=0), "hidden = 0 is not a whole number of at least 1"),
        (lambda: OneHiddenLayer(2, 2, 0, seed=0), "classes = 0 is not a whole number of at least 1"),
    ],
)
def test_whole_messages(call, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value) == message


def test_standardise_measures_the_training_rows_only():
    rng = np.random.default_rng(1)
    train, test = rng.normal(3, 2, size=(50, 4)), rng.normal(9, 5, size=(20, 4))
    a, b = standardise(train, test)
    np.testing.assert_allclose(a.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(a.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(b * train.std(axis=0) + train.mean(axis=0), test)


def test_standardise_refuses_a_constant_column():
    with pytest.raises(ValueError, match=r"train\[:, 1\] is constant"):
        standardise([[1.0, 2.0], [3.0, 2.0]])


def test_standardise_refuses_what_is_not_finite():
    with pytest.raises(ValueError, match=r"others\[0, 1\] = inf"):
        standardise([[1.0, 2.0], [3.0, 4.0]], [[1.0, np.inf]])


LOSSES = {
    "cross-entropy": binary_cross_entropy_with_logits_value_and_grad,
    "squared error": sigmoid_squared_error_value_and_grad,
}


@pytest.mark.parametrize("function", LOSSES.values(), ids=LOSSES)
def test_a_step_follows_the_gradient_of_the_loss(function):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(30, 3)), rng.integers(0, 2, size=30)
    model = LogisticRegression(3, function)
    model.weights, model.bias = rng.normal(size=3), 0.3
    weights, bias, h, rate = model.weights.copy(), model.bias, 1e-6, 0.1

    def loss(w, b):
        return function(x @ w + b, y)[0]

    slopes = [(loss(weights + h * e, bias) - loss(weights - h * e, bias)) / (2 * h) for e in np.eye(3)]
    slope = (loss(weights, bias + h) - loss(weights, bias - h)) / (2 * h)
    before = model.step(x, y, rate)
    assert before == loss(weights, bias)
    np.testing.assert_allclose((weights - model.weights) / rate, slopes, rtol=1e-6)
    np.testing.assert_allclose((bias - model.bias) / rate, slope, rtol=1e-6)


def test_cross_entropy_is_the_loss_unless_another_is_asked_for():
    x, y = np.array([[-1.0], [1.0], [2.0]]), np.array([0, 1, 0])
    histories = [LogisticRegression(1, *loss).fit(x, y, steps=5, rate=1.0) for loss in ((), (LOSSES["cross-entropy"],))]
    np.testing.assert_array_equal(*histories)
    assert histories[0][0] == binary_cross_entropy_with_logits(np.zeros(3), y)


def test_it_finds_what_another_library_finds():
    features, labels, _ = load_breast_cancer()
    (x,) = standardise(features[:, :2])
    model = LogisticRegression(2)
    history = model.fit(x, labels, steps=3000, rate=1.0)
    reference = Reference(C=np.inf, tol=1e-10).fit(x, labels)
    np.testing.assert_allclose(model.weights, reference.coef_[0], rtol=1e-4)
    np.testing.assert_allclose(model.bias, reference.intercept_[0], rtol=1e-4)
    np.testing.assert_allclose(model.probabilities(x), reference.predict_proba(x)[:, 1], atol=1e-4)
    assert np.all(np.diff(history) < 1e-12)


# Many classes -----------------------------------------------------------------------------------------

PIXELS, DIGITS = load_digits()


def moved(parameters, seed):
    """Away from the start, where the hidden layer's inner gradient is 0."""
    rng = np.random.default_rng(seed)
    return [parameter + 0.3 * rng.normal(size=parameter.shape) for parameter in parameters]


MODELS = {
    "softmax regression": lambda: SoftmaxRegression(3, 4),
    "one hidden layer": lambda: OneHiddenLayer(3, 5, 4, seed=0),
}
EVERY_MODEL = pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)


@EVERY_MODEL
def test_gradients_are_the_slopes_of_the_loss(build):
    model, rng, h = build(), np.random.default_rng(1), 1e-5
    model.parameters = moved(model.parameters, 2)
    x, labels = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
    loss, gradients = model.loss_and_gradients(x, labels)
    assert loss == model.loss(x, labels)
    for parameter, gradient in zip(model.parameters, gradients, strict=True):
        assert gradient.shape == parameter.shape
        for index in np.ndindex(parameter.shape):
            ends = []
            for sign in (1, -1):
                parameter[index] += sign * h
                ends.append(model.loss(x, labels))
                parameter[index] -= sign * h
            assert gradient[index] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-9)


def test_hidden_layer_trains_on_the_loss_it_is_given_and_still_tells_the_cross_entropy():
    rng, h = np.random.default_rng(1), 1e-5
    x, labels = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
    model = OneHiddenLayer(3, 5, 4, seed=0, loss=focal_loss_value_and_grad)
    plain = OneHiddenLayer(3, 5, 4, seed=0)
    model.parameters = moved(model.parameters, 2)
    plain.parameters = [parameter.copy() for parameter in model.parameters]
    loss, gradients = model.loss_and_gradients(x, labels)
    assert loss == focal_loss(model.scores(x), labels) != plain.loss(x, labels)
    assert model.loss(x, labels) == plain.loss(x, labels)
    for parameter, gradient in zip(model.parameters, gradients, strict=True):
        place = (0,) * parameter.ndim
        ends = []
        for sign in (1, -1):
            parameter[place] += sign * h
            ends.append(focal_loss(model.scores(x), labels))
            parameter[place] -= sign * h
        assert gradient[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-9)


@EVERY_MODEL
def test_it_starts_knowing_nothing(build):
    x = np.random.default_rng(3).normal(size=(6, 3))
    np.testing.assert_array_equal(build().probabilities(x), 0.25)
    assert build().loss(x, [0, 1, 2, 3, 3, 3]) == pytest.approx(np.log(4), rel=1e-15)


@EVERY_MODEL
def test_loss_is_the_surprise_of_the_labels(build):
    model = build()
    model.parameters = moved(model.parameters, 4)
    x, labels = np.random.default_rng(5).normal(size=(6, 3)), np.array([0, 1, 2, 3, 3, 3])
    surprises = -np.log(model.probabilities(x)[np.arange(6), labels])
    assert model.loss(x, labels) == pytest.approx(surprises.mean(), rel=1e-12)


def test_hidden_layer_is_the_composition_it_says():
    model = OneHiddenLayer(3, 5, 4, seed=0)
    model.parameters = moved(model.parameters, 6)
    inner, inner_biases, outer, outer_biases = model.parameters
    x = np.random.default_rng(7).normal(size=(6, 3))
    hidden = np.array([[max(0, row @ inner[:, j] + inner_biases[j]) for j in range(5)] for row in x])
    np.testing.assert_allclose(model.hidden(x), hidden, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(model.scores(x), hidden @ outer + outer_biases, rtol=1e-12)
    assert np.any(hidden == 0)


def test_inner_weights_have_the_variance_they_say_and_follow_the_seed():
    inner = OneHiddenLayer(200, 300, 2, seed=1).parameters[0]
    assert np.var(inner) == pytest.approx(2 / 200, rel=0.02)
    np.testing.assert_array_equal(inner, OneHiddenLayer(200, 300, 2, seed=1).parameters[0])
    assert np.all(inner != OneHiddenLayer(200, 300, 2, seed=2).parameters[0])


def test_softmax_regression_finds_what_another_library_finds():
    """With a penalty, so that there is one minimum: added to our gradients by hand."""
    x, labels, penalty = PIXELS[:300], DIGITS[:300], 0.01
    model, optimiser = SoftmaxRegression(64, 10), SGD(1.0, momentum=0.9)
    for _ in range(1500):
        _, gradients = model.loss_and_gradients(x, labels)
        gradients[0] += penalty * model.parameters[0]
        optimiser.update(model.parameters, gradients)
    reference = Reference(C=1 / (penalty * 300), tol=1e-8, max_iter=5000).fit(x, labels)
    np.testing.assert_allclose(model.probabilities(x), reference.predict_proba(x), atol=1e-5)
    np.testing.assert_allclose(model.parameters[0].T, reference.coef_, atol=1e-4)


def test_hidden_layer_learns_what_no_weighted_sum_can():
    """Exclusive or: the classes of opposite corners."""
    x, labels = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    straight, bent = SoftmaxRegression(2, 2), OneHiddenLayer(2, 16, 2, seed=0)
    for model in (straight, bent):
        fit(model, SGD(0.5, momentum=0.9), x, labels, epochs=300, batch=4, seed=0)
    assert straight.loss(x, labels) == pytest.approx(np.log(2), abs=1e-6)
    assert bent.loss(x, labels) < 0.01


@EVERY_MODEL
@pytest.mark.parametrize(("rate", "momentum"), [(0.3, 0.0), (0.1, 0.9)])
def test_the_optimiser_follows_its_formula(build, rate, momentum):
    model, optimiser, rng = build(), SGD(rate, momentum), np.random.default_rng(8)
    expected = [parameter.copy() for parameter in model.parameters]
    velocities = [0 * parameter for parameter in expected]
    for _ in range(4):
        gradients = [rng.normal(size=parameter.shape) for parameter in expected]
        optimiser.update(model.parameters, gradients)
        velocities = [momentum * v + g for v, g in zip(velocities, gradients, strict=True)]
        expected = [e - rate * v for e, v in zip(expected, velocities, strict=True)]
    for parameter, wanted in zip(model.parameters, expected, strict=True):
        np.testing.assert_allclose(parameter, wanted, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("rate", "momentum"), [(-0.1, 0), (np.inf, 0), (np.nan, 0), (0.1, -0.1), (0.1, 1), (0.1, 1.5)])
def test_the_optimiser_refuses(rate, momentum):
    with pytest.raises(ValueError, match=r"^(rate|momentum) = "):
        SGD(rate, momentum)


class Recorder:
    """A model that does not learn, and remembers which rows it was shown."""

    def __init__(self):
        self.parameters, self.batches = [np.zeros(1)], []

    def loss(self, x, labels):
        return float(len(x))

    def loss_and_gradients(self, x, labels):
        np.testing.assert_array_equal(x[:, 0], labels)
        self.batches.append(labels)
        return 0.0, [np.ones(1)]


def test_an_epoch_goes_through_every_row_once():
    rows, model = np.arange(10), Recorder()
    history = fit(model, SGD(1.0), rows[:, np.newaxis], rows, epochs=3, batch=4, seed=0)
    assert [len(batch) for batch in model.batches] == [4, 4, 2] * 3
    epochs = [np.concatenate(model.batches[i : i + 3]) for i in (0, 3, 6)]
    assert all(sorted(epoch) == list(rows) for epoch in epochs)
    assert not np.array_equal(epochs[0], epochs[1])
    assert model.parameters[0] == -9  # a step a batch
    np.testing.assert_array_equal(history, [10] * 4)


def test_watch_is_asked_before_the_first_epoch_and_after_each():
    x, labels = np.zeros((6, 1)), np.zeros(6, int)
    history = fit(Recorder(), SGD(1.0), x, labels, epochs=2, batch=3, seed=0, watch=lambda m: [m.parameters[0][0], 7])
    np.testing.assert_array_equal(history, [[0, 7], [-2, 7], [-4, 7]])


@pytest.mark.parametrize("build", [lambda: SoftmaxRegression(64, 10), lambda: OneHiddenLayer(64, 16, 10, seed=3)])
def test_training_is_repeatable_and_learns_digits(build):
    train, test = hold_out(len(PIXELS), 0.3, seed=0)
    models = [build(), build()]
    histories = [
        fit(model, SGD(0.1, momentum=0.9), PIXELS[train], DIGITS[train], epochs=10, batch=32, seed=4)
        for model in models
    ]
    np.testing.assert_array_equal(*histories)
    assert histories[0][0] == pytest.approx(np.log(10), rel=1e-14)
    assert np.mean(np.argmax(models[0].scores(PIXELS[test]), axis=1) == DIGITS[test]) > 0.93


@pytest.mark.parametrize(
    ("options", "exception", "message"),
    [
        ({"x": [1.0, 2.0]}, ValueError, "x has shape (2,), expected (rows, columns)"),
        ({"x": [[1.0], [np.nan]]}, ValueError, "x[1, 0] = nan is not a number"),
        ({"labels": [0]}, ValueError, "labels has shape (1,), expected (2,), one class a row"),
        ({"labels": [0.0, 1.0]}, TypeError, "labels holds float64, expected integer class labels"),
        ({"labels": [0, 2]}, ValueError, "labels[1] = 2 is outside 0..1"),
        ({"epochs": 0}, ValueError, "epochs = 0 is not a whole number of at least 1"),
        ({"batch": 0}, ValueError, "batch = 0 is not a whole number of at least 1"),
        ({"batch": 2.0}, TypeError, "batch = 2.0 is not an integer"),
    ],
)
def test_fit_refuses(options, exception, message):
    arguments = {"x": [[1.0], [2.0]], "labels": [0, 1], "epochs": 1, "batch": 1, "seed": 0, **options}
    with pytest.raises(exception) as caught:
        fit(SoftmaxRegression(1, 2), SGD(0.1), arguments.pop("x"), arguments.pop("labels"), **arguments)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("sizes", [{"features": 0, "classes": 2}, {"features": 2, "classes": 0}])
def test_models_refuse_to_be_empty(sizes):
    with pytest.raises(ValueError, match="is not a whole number of at least 1"):
        SoftmaxRegression(**sizes)
    with pytest.raises(ValueError, match="is not a whole number of at least 1"):
        OneHiddenLayer(**sizes, hidden=3, seed=0)
    with pytest.raises(ValueError, match="hidden = 0 is not"):
        OneHiddenLayer(2, 0, 2, seed=0)


class Terminal(io.StringIO):
    flushed = 0

    def isatty(self):
        return True

    def flush(self):
        self.flushed += 1


def show_progress(monkeypatch, stream, seconds_a_step):
    """What the bar writes when each step takes so long."""
    clock = itertools.count(1000, seconds_a_step)
    monkeypatch.setattr(training.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(training.sys, "stderr", stream)
    assert list(training._progress(4)) == [0, 1, 2, 3]
    return stream.getvalue()


def test_progress_is_shown_on_a_terminal_after_two_seconds(monkeypatch):
    """Over the bar before it, and at once."""
    terminal = Terminal()
    shown = show_progress(monkeypatch, terminal, 1.0)
    assert shown == f"\r[{'#' * 30}{' ' * 10}] 3/4\r[{'#' * 40}] 4/4\n"
    assert terminal.flushed == 2


def test_progress_is_silent_where_it_is_quick_or_no_terminal(monkeypatch):
    assert show_progress(monkeypatch, Terminal(), 0.1) == ""
    assert show_progress(monkeypatch, io.StringIO(), 10.0) == ""


@pytest.mark.parametrize("value", [0.1, 0.7, 1e300])
def test_a_constant_column_is_refused_whatever_its_mean_rounds_to(value):
    """The standard deviation of three times 0.1 is 1e-17."""
    with pytest.raises(ValueError, match=r"train\[:, 0\] is constant"):
        standardise([[value], [value], [value]])
