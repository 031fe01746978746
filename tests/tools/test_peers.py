"""The recorded answers of other libraries are what they return, and the right answers are ours.

`make test` evaluates the calls of SciPy and scikit-learn, `make test-all` those of PyTorch and Optax.
"""

import json
import math
import os
import re
import warnings
from functools import partial

import numpy as np
import pytest

import crossentropy as ce
from tools.measuring import peers, records
from tools.measuring.libraries import CALLS, LIBRARIES, OURS, ROOT, TABLE, load

RECORD = records.load("peers")
ROWS = RECORD["rows"]
KEYS = {library["name"]: key for key, library in LIBRARIES.items()}
COMMAND = os.environ.get("FRAMEWORKS", "make test")
HERE = {key: load(key) for key in ("scipy", "sklearn", "torch", "optax") if LIBRARIES[key]["test"] == COMMAND}
AGAIN = {row["id"]: row for row in peers.peers(HERE)}


def named(rows):
    return [pytest.param(row, id=row["id"]) for row in rows]


@pytest.mark.parametrize("row", named([row for row in ROWS if KEYS[row["library"]] in HERE]))
def test_the_recorded_answer_is_what_the_call_returns(row):
    again = AGAIN[row["id"]]
    assert {"section": "peers"} | again | {"gives": row["gives"]} == row
    gives, truth = float(again["gives"]), row["truth"]
    if "noise" in row:  # whatever it is, it has not one right digit
        assert not abs(gives - float(truth)) < abs(float(truth)) / 2
        assert gives != float(truth)
    else:
        np.testing.assert_allclose(gives, float(row["gives"]), rtol=1e-12, atol=0)


def test_no_answer_is_missing():
    assert {row["id"] for row in ROWS} >= AGAIN.keys()
    assert [row["id"] for row in ROWS] == list(TABLE["peers"])
    assert {row["library"] for row in ROWS} <= RECORD["provenance"]["versions"].keys()


@pytest.mark.parametrize("row", named(ROWS))
def test_the_recorded_calls_are_those_of_the_table(row):
    """Also of the libraries that are not executed here."""
    task = TABLE["peers"][row["id"]]
    call = task[KEYS[row["library"]]]
    assert (row["call"], row["ours"]) == (CALLS.get(call, call), task[OURS])
    assert row["truth"] == str(task["truth"])
    assert [row.get(mark) for mark in ("noise", "right")] == [task.get(mark) for mark in ("noise", "right")]


@pytest.mark.parametrize("key", sorted(HERE))
def test_the_recorded_version_is_the_locked_one(key):
    name, package = LIBRARIES[key]["name"], re.escape(LIBRARIES[key]["package"])
    lock = (ROOT / LIBRARIES[key]["lock"]).read_text(encoding="utf-8")
    pinned = re.search(rf"^{package}==([\w.]+)", lock, re.M)[1]
    found = {run[name].split("+")[0] for run in (records.versions([key]), RECORD["provenance"]["versions"])}
    assert found == {pinned}


@pytest.mark.parametrize("row", named(ROWS))
def test_the_right_answer_is_ours(row):
    names = {"np": np, "ce": ce}
    if row["truth"] == "ValueError":
        with pytest.raises(ValueError, match=r"\w"):
            eval(row["ours"], names)
    else:
        np.testing.assert_allclose(eval(row["ours"], names), float(row["truth"]), rtol=4e-16, atol=0)


@pytest.mark.parametrize("row", named(ROWS))
def test_no_recorded_answer_is_right_unless_it_is_marked(row):
    if row["truth"] != "ValueError":
        assert math.isclose(float(row["gives"]), float(row["truth"]), rel_tol=0.1) == ("right" in row)


def cells(chapter):
    return json.loads((ROOT / f"book/{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]


def cells_with(chapter, *parts):
    sources = ["".join(cell["source"]) for cell in cells(chapter) if cell["cell_type"] == "code"]
    return [source for source in sources if any(part in source for part in parts)]


def the_one(pattern, chapter):
    """What stands in the group of a pattern that is in a chapter once."""
    (found,) = re.findall(pattern, "\n".join("".join(cell["source"]) for cell in cells(chapter)), re.S)
    return found


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize(("score", "label"), [(16, 0), (17, 0), (-28, 1), (-40, 1)])
def test_the_rules_of_bceloss_in_two_classes_are_those_of_pytorch(score, label):
    import torch

    names = {"np": np, "ce": ce}
    for source in cells_with("two-classes", "def probability", "def from_probability", "def clipped", "def four_ways"):
        exec(source, names)
    with np.errstate(all="ignore"):
        _, _, by_rules, _ = names["four_ways"](score, label)
    z = torch.tensor(float(score), requires_grad=True)
    loss = torch.nn.BCELoss()(torch.sigmoid(z), torch.tensor(float(label)))
    loss.backward()
    np.testing.assert_allclose(by_rules, (loss.item(), z.grad.item()), rtol=1e-6)


def by_the_lines_of_the_chapter(z, y, without=""):
    """The losses that the five lines in *Losing no digits* compute, also without a piece of them."""
    import torch

    lines = the_one(r"```python\n(y = y\.unsqueeze.*?)```", "losing-no-digits")
    names = {"torch": torch, "F": torch.nn.functional, "z": z, "y": y}
    exec(lines.replace(without, ""), names)
    return names["losses"]


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("scores", [[40.0, 0, -3], [0.0, 800, 1], [2.0, 1, -math.inf], [2.0, -math.inf, -math.inf]])
def test_the_lines_in_losing_no_digits_are_right_in_pytorch(scores):
    import torch

    z = torch.tensor([scores], dtype=torch.float64, requires_grad=True)
    losses = by_the_lines_of_the_chapter(z, torch.tensor([0]))
    losses.sum().backward()
    np.testing.assert_allclose(losses.item(), ce.softmax_cross_entropy(scores, 0), rtol=1e-14)
    np.testing.assert_allclose(z.grad[0].numpy(), ce.softmax_cross_entropy_grad(scores, 0), rtol=1e-13)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("offset", [0, 100, 10_000])
@pytest.mark.parametrize("lead", [20, 0, -20, -1_000, -10_000])
def test_the_lines_in_losing_no_digits_keep_the_digits_of_float32_far_from_0(offset, lead):
    import torch

    z = offset + 3 * np.random.default_rng(0).normal(size=(50, 1_000))
    z[:, 0] = offset + lead
    z, y = torch.tensor(z, dtype=torch.float32, requires_grad=True), torch.zeros(50, dtype=torch.long)
    losses = by_the_lines_of_the_chapter(z, y)
    losses.sum().backward()
    given = z.detach().numpy().astype(float)
    right = ce.softmax_cross_entropy(given, y.numpy(), reduction="none")
    slopes = ce.softmax_cross_entropy_grad(given, y.numpy(), reduction="sum")
    np.testing.assert_allclose(losses.detach().numpy(), right, rtol=4e-6)
    np.testing.assert_allclose(z.grad.numpy(), slopes, rtol=1e-5)
    usual = torch.nn.functional.cross_entropy(z, y, reduction="none").detach().numpy()
    assert (np.max(np.abs(usual / right - 1)) > 1e-3) == (lead == 20)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_slopes_of_the_lines_in_losing_no_digits_are_those_of_the_loss():
    import torch

    rng = np.random.default_rng(0)
    for classes in (2, 3, 30):
        z = torch.tensor(rng.normal(size=(4, classes)), requires_grad=True)
        z.data[0] = 0  # all rivals are the best
        y = torch.tensor(rng.integers(classes, size=4))
        assert torch.autograd.gradcheck(lambda z, y=y: by_the_lines_of_the_chapter(z, y), z)
    z = torch.tensor([[-math.inf, 1, 2], [-math.inf, -math.inf, 2]], requires_grad=True)  # the label is masked
    losses = by_the_lines_of_the_chapter(z, torch.tensor([0, 0]))
    losses.sum().backward()
    assert losses.isinf().all()
    np.testing.assert_allclose(z.grad.numpy(), [[-1, 1 / (1 + math.e), 1 / (1 + 1 / math.e)], [-1, 0, 1]], rtol=1e-6)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_lines_in_losing_no_digits_need_each_of_their_precautions():
    """Measured from the label, or with a slope for the best rival's score, slopes lose digits."""
    import torch

    def worst(lines, label, rivals):
        z = 3 * np.random.default_rng(0).normal(size=(1, rivals + 1))
        z[0, 0] = label
        z = torch.tensor(z, dtype=torch.float32, requires_grad=True)
        lines(z, torch.tensor([0])).sum().backward()
        best = z.detach()[0, 1:].argmax().item() + 1
        slopes = ce.softmax_cross_entropy_grad(z.detach().numpy().astype(float), [0])
        return abs(z.grad.numpy()[0, best] / slopes[0, best] - 1)

    def from_the_label(z, y):
        rest = (z - z.gather(-1, y.unsqueeze(-1))).scatter(-1, y.unsqueeze(-1), torch.finfo(z.dtype).min)
        behind = rest.logsumexp(-1)
        return torch.logaddexp(behind, torch.zeros_like(behind))

    assert worst(by_the_lines_of_the_chapter, -1_000, 99) < 4e-6
    assert 1e-5 < worst(from_the_label, -1_000, 99) < 1e-4  # four digits
    attached = partial(by_the_lines_of_the_chapter, without=".detach()")
    assert worst(attached, 5, 50_000) > 3 * worst(by_the_lines_of_the_chapter, 5, 50_000)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_lines_in_losing_no_digits_take_rows_of_places():
    import torch

    z, y = np.random.default_rng(0).normal(size=(2, 3, 5)), np.arange(6).reshape(2, 3) % 5
    losses = by_the_lines_of_the_chapter(torch.tensor(z), torch.tensor(y)).numpy()
    right = ce.softmax_cross_entropy(z.reshape(6, 5), y.ravel(), reduction="none").reshape(2, 3)
    np.testing.assert_allclose(losses, right, rtol=1e-13)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_limits_of_the_lines_in_losing_no_digits():
    import torch

    for lead, slope in [(88.0, True), (89.0, False)]:  # the slope ends at 128 ln 2, long before the loss
        z = torch.tensor([[lead, 0.0]], requires_grad=True)
        losses = by_the_lines_of_the_chapter(z, torch.tensor([0]))
        losses.sum().backward()
        assert losses.item() > 0
        assert (z.grad[0, 0].item() < 0) == slope
    with pytest.raises(RuntimeError, match="out of bounds"):
        by_the_lines_of_the_chapter(torch.zeros(2, 3), torch.tensor([0, -100]))
    z, y = torch.tensor(np.random.default_rng(0).normal(size=(2, 5, 3))), torch.tensor([[0, 1, 4], [2, -100, 3]])
    right, keep = torch.nn.functional.cross_entropy(z, y), y != -100
    losses = by_the_lines_of_the_chapter(z.movedim(1, -1)[keep], y[keep])
    np.testing.assert_allclose(losses.mean().item(), right.item(), rtol=1e-13)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_in_bfloat16_a_loss_is_0_by_its_probability_and_not_by_its_lead():
    import torch

    def loss(lead, rivals):
        z = torch.tensor([[lead] + [0.0] * rivals], dtype=torch.bfloat16)
        return torch.nn.functional.cross_entropy(z, torch.tensor([0])).item()

    assert loss(6.0, 1) == 0 < loss(6.0, 9)
    z = torch.tensor([[6.0, 0.0]], dtype=torch.bfloat16, requires_grad=True)
    torch.nn.functional.cross_entropy(z, torch.tensor([0])).backward()
    label, rival = z.grad[0].tolist()  # the rival is still pushed down
    assert label == 0
    assert round(rival, 4) == 0.0025
    image = torch.tensor([[[6.0], [0.0]]], dtype=torch.bfloat16)  # the classes are on another axis
    assert round(torch.nn.functional.cross_entropy(image, torch.tensor([[0]])).item(), 4) == 0.0025
    for rivals in (1, 9):
        lead = math.log(rivals / 0.003)  # 99.7%, as in *Misconceptions*
        assert loss(lead, rivals) == 0
    assert math.isclose(loss(6.0, 49_999), math.log1p(49_999 * math.exp(-6)), rel_tol=0.01)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_traps_in_training_are_those_of_pytorch():
    import torch

    lines = the_one(r"```python\n(below_0 = .*?)```", "training")
    rng = np.random.default_rng(0)
    x, y = torch.tensor(rng.random((32, 64)), dtype=torch.float32), torch.tensor(np.arange(32) % 10)

    def fresh():
        layer = torch.nn.Linear(64, 10)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        names = {"torch": torch, "F": torch.nn.functional, "x": x, "y": y, "layer": layer}
        exec(lines, names)
        return layer, names

    def losses(layer, loss, optimiser, *, clear=True):
        seen = []
        for _ in range(40):
            value = loss(layer(x), y)
            seen.append(value.item())
            if clear:
                optimiser.zero_grad()
            value.backward()
            optimiser.step()
        return seen

    # Below 0: nll_loss takes no logarithm.
    layer, names = fresh()
    assert math.isclose(names["below_0"].item(), -0.1, rel_tol=1e-6)
    descent = torch.optim.SGD(layer.parameters(), lr=1.0)
    of_probabilities = losses(layer, lambda z, y: torch.nn.functional.nll_loss(z.softmax(1), y), descent)
    assert -1 < of_probabilities[-1] < of_probabilities[1] < of_probabilities[0] < 0
    layer, names = fresh()
    descent = torch.optim.SGD(layer.parameters(), lr=1.0)
    assert losses(layer, torch.nn.functional.nll_loss, descent)[-1] < -1

    # At its first value: a cut graph refuses, or keeps quiet; and an optimiser of another network.
    layer, names = fresh()
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad"):
        torch.nn.functional.cross_entropy(layer(x).detach(), y).backward()
    names["cut"].backward()
    assert layer.weight.grad is None
    assert len(set(losses(layer, torch.nn.functional.cross_entropy, names["other"]))) == 1
    assert layer.weight.grad is not None

    # Gradients that add up: with one layer and all rows, the loss even falls faster.
    ends = []
    for clear in (True, False):
        layer, _ = fresh()
        descent = torch.optim.SGD(layer.parameters(), lr=0.01)
        ends.append(losses(layer, torch.nn.functional.cross_entropy, descent, clear=clear)[-1])
    assert ends[1] < ends[0] < math.log(10)


def weather_of(sharpness, classes=10, rows=4000):
    """Scores that are right, labels drawn from their softmax, and the half that is for fitting."""
    rng = np.random.default_rng(0)
    z = sharpness * rng.normal(size=(rows, classes))
    y = np.argmax(z + rng.gumbel(size=z.shape), axis=1)
    return z, y, np.arange(rows) < rows // 2


def repaired_by_the_lines_of_the_chapter(z, y, fit):
    """The plain loss of the test rows that the repair in *Many classes* prints."""
    import torch

    lines = the_one(r"```python\n(z_val, z_test = .*?)```", "many-classes")
    told = []
    names = {"torch": torch, "F": torch.nn.functional, "print": told.append}
    names |= {"z_val": torch.tensor(z[fit]), "y_val": torch.tensor(y[fit])}
    exec(lines, names | {"z_test": torch.tensor(z[~fit]), "y_test": torch.tensor(y[~fit])})
    return told[0]


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("sharpness", [1.5, 3, 8, 20])
def test_the_repair_in_many_classes_does_not_feel_the_scale_of_the_scores(sharpness):
    z, y, fit = weather_of(sharpness)
    truth = ce.softmax_cross_entropy(z[~fit], y[~fit])
    shifts = np.random.default_rng(1).normal(0, 100, (len(z), 1))
    scaled = [z * scale for scale in (1e-3, 0.02, 1 / 30, 0.2, 1, 50)] + [z + shifts, (z + shifts) / 30]
    losses = [repaired_by_the_lines_of_the_chapter(scores, y, fit) for scores in scaled]
    assert max(losses) - min(losses) < 5e-4
    assert max(losses) - truth < 0.005  # of which most is the luck of 11 fitted numbers


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("scale", [1 / 30, 1])
def test_the_repair_in_many_classes_has_an_end(scale):
    """Weights are undone, a class without validation rows costs little, and rows that are all right are no trap."""
    z, y, fit = weather_of(3)
    truth = ce.softmax_cross_entropy(z[~fit], y[~fit])
    weighted = scale * (z + np.log(np.geomspace(1, 50, 10)))
    assert repaired_by_the_lines_of_the_chapter(weighted, y, fit) - truth < 0.005
    seen = ~fit | (y != 3)
    assert repaired_by_the_lines_of_the_chapter(scale * z[seen], y[seen], fit[seen]) - truth < 0.5
    right = np.where(fit, np.argmax(z, axis=1), y)
    assert math.isfinite(repaired_by_the_lines_of_the_chapter(scale * z, right, fit))
    assert math.isclose(repaired_by_the_lines_of_the_chapter(0 * z, y, fit), math.log(10), rel_tol=0.01)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_losses_in_many_classes_are_ours():
    import torch

    lines = the_one(r"```python\n(plain = F.*?)```", "many-classes")
    z, y, _ = weather_of(3, classes=4, rows=50)
    w = np.array([1.0, 2, 3, 7])
    for gamma in (0.5, 2, 5):
        scores = torch.tensor(np.vstack([z, [800.0, 0, 0, 0]]), requires_grad=True)
        labels = np.append(y, 0)
        names = {"torch": torch, "F": torch.nn.functional, "z": scores, "gamma": gamma}
        exec(lines, names | (got := {"y": torch.tensor(labels), "w": torch.tensor(w)}), got)
        got["focal"].backward()
        assert scores.grad.isfinite().all()
        z_all = scores.detach().numpy()
        for name, right in [
            ("plain", ce.softmax_cross_entropy(z_all, labels)),
            ("loss", ce.softmax_cross_entropy(z_all, labels, weight=w, label_smoothing=0.1)),
            ("focal", ce.focal_loss(z_all, labels, gamma=gamma)),
        ]:
            assert math.isclose(got[name].item(), right, rel_tol=1e-9)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_first_losses_in_training_are_those_of_pytorch():
    import torch

    F = torch.nn.functional
    z, y = torch.zeros(5, 10, dtype=torch.float64), torch.arange(5)
    each, truth = F.cross_entropy(z, y, reduction="none"), F.one_hot(y, 10).double()
    binary, table = F.binary_cross_entropy_with_logits, the_one(r"(\| First loss \|.*?)\n\n", "training")
    for value, printed in [
        (binary(z, truth), "0.693"),
        (binary(z, truth, reduction="sum") / 5, "6.931"),
        (((1 - torch.exp(-each)) ** 2 * each).mean(), "1.865"),
        ((each * torch.tensor([1, 1, 1, 1, 0])).mean(), "1.842"),
    ]:
        assert f"{value.item():.3f}" == printed
        assert f", {printed} for" in table or f", {printed} |" in table


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_losses_for_a_number_push_as_squared_error_says():
    import torch

    error = torch.tensor([-30.0, -1.2, -0.2, 0.05, 0.3, 7.0], dtype=torch.float64)

    def push(loss, *more):
        z = error.clone().requires_grad_()
        loss(z, torch.zeros_like(z), *more).backward()
        return z.grad

    same, nn = torch.testing.assert_close, torch.nn
    for d in (0.1, 1.0, 2.5):
        huber = push(nn.HuberLoss(reduction="sum", delta=d))
        same(huber, error.clamp(-d, d))
        same(push(nn.SmoothL1Loss(reduction="sum", beta=d)), huber / d)
    assert (nn.HuberLoss().delta, nn.SmoothL1Loss().beta, nn.GaussianNLLLoss().eps) == (1, 1, 1e-6)
    same(push(nn.MSELoss(reduction="sum")), 2 * error)
    same(push(nn.L1Loss(reduction="sum")), error.sign())
    v = torch.tensor([3.0, 0.1, 1, 2, 5, 0.5], dtype=torch.float64)
    same(push(nn.GaussianNLLLoss(reduction="sum"), v), error / v)
    same(push(nn.GaussianNLLLoss(reduction="sum"), torch.ones_like(v)), error)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
def test_the_traps_of_gaussiannllloss_are_those_of_squared_error():
    import torch

    lines = the_one(r"```python\n(z, s = network.*?)```", "squared-error")
    x, y = torch.tensor([[1.0, 0.5], [2.0, -1.0]]), torch.tensor([1.5, 0.0])
    names = {"torch": torch, "network": lambda x: x, "x": x, "y": y}
    exec(lines, names)
    z, s = x[:, 0], x[:, 1]
    torch.testing.assert_close(names["loss"], ((s + (y - z) ** 2 / s.exp()) / 2).mean())

    loss, zero = torch.nn.GaussianNLLLoss(), torch.zeros(2)
    for v in (0.0, 1e-9, 1e-6):  # the floor
        assert math.isclose(loss(zero, zero, torch.full([2], v)), math.log(1e-6) / 2, rel_tol=1e-6)
        assert round(loss(zero, zero + 0.1, torch.full([2], v)).item(), -2) == 5000
    with pytest.raises(ValueError, match="negative"):  # a logarithm
        loss(zero, zero, torch.tensor([1.0, -1.0]))
    loss(zero, zero, torch.tensor([1.0, 2.0]))
    y = 3 * torch.tensor([-1.0, 1.0])  # a standard deviation of 3
    costs = {v: loss(zero, y, torch.full([2], v)).item() for v in (3.0, 8.9, 9.0, 9.1)}
    assert min(costs, key=costs.get) == 9
    full = torch.nn.GaussianNLLLoss(full=True)(zero, y, torch.ones(2)) - loss(zero, y, torch.ones(2))
    assert math.isclose(full, math.log(2 * math.pi) / 2, rel_tol=1e-6)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("name", ["MSE", "Huber", "SmoothL1", "L1", "GaussianNLL", "PoissonNLL"])
def test_a_column_minus_a_row_is_told_by_four_losses_only(name):
    import torch

    row = torch.arange(4.0)
    more = [torch.ones(4, 1)] if name == "GaussianNLL" else []
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert getattr(torch.nn, f"{name}Loss")(reduction="none")(row.reshape(4, 1), row, *more).shape == (4, 4)
    assert len(told) == (name not in {"GaussianNLL", "PoissonNLL"})


AVERAGES = the_one(r"(\| how you average .*?)\n\n", "loss-at-scale")
ROWS_WITHOUT_LABELS = re.findall(r"^\| (.+?) \| (NaN|0) \| (NaN|0) \|$", AVERAGES, re.M)


@pytest.mark.skipif("torch" not in HERE, reason="PyTorch isn't in this environment")
@pytest.mark.parametrize("clamped", [False, True])
@pytest.mark.parametrize("row", range(2))
def test_a_batch_without_labels_is_as_the_same_loss_says(row, clamped):
    """Each row of the table, as its words and code say, and with a count of at least 1."""
    import torch

    assert len(ROWS_WITHOUT_LABELS) == 2
    how, value, gradient = ROWS_WITHOUT_LABELS[row]
    (code,) = re.findall(r"`(.+)`", how)
    at_least_1 = the_one(r"as in `\(loss \* mask\)\.sum\(\) / (mask\.sum\(\)\S*)`", "loss-at-scale")
    if clamped:
        sums = {"cross_entropy(z, y)": "loss.sum() / count"}
        code, value, gradient = sums.get(code, code.replace("mask.sum()", "count")), "0", "0"

    cross_entropy, weights = torch.nn.functional.cross_entropy, torch.ones(5, 3, requires_grad=True)
    z, mask = torch.randn(4, 3) @ weights.T, torch.zeros(4, dtype=torch.bool)
    y = torch.tensor([0, 1, 2, 3]) if "true labels" in how else torch.full((4,), -100)
    names = {"z": z, "y": y, "mask": mask, "cross_entropy": cross_entropy}
    names |= {"loss": cross_entropy(z, y, reduction="none"), "count": eval(at_least_1, {"mask": mask})}
    found = eval(code, names)
    found.backward()
    assert found.isnan() if value == "NaN" else found == 0
    assert weights.grad.isnan().all() if gradient == "NaN" else (weights.grad == 0).all()


def test_the_record_is_small():
    assert records.FILES["peers"].stat().st_size < 20_000
