"""The figures show the numbers they should."""

import html
import json
import re
import sys
from types import ModuleType

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from crossentropy import cross_entropy, entropy, kl_divergence, plots, softmax
from crossentropy.calibration import reliability

P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([1 / 8, 1 / 2, 1 / 4, 1 / 8])


@pytest.fixture(autouse=True)
def own_style():
    with matplotlib.rc_context():
        plots.use_book_style()
        yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def widths(ax):
    return [patch.get_width() for patch in ax.patches]


def test_bills_are_as_long_as_entropy_and_divergence():
    ax = plots.bills([("one", P, Q), ("two", Q, P)])
    assert widths(ax) == [1.75, 0.625, 1.75, 0.5]
    assert {"H(p)", "D(p‖q)", "2.375", "H(q)", "D(q‖p)", "2.25"} <= set(texts(ax))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]


def test_a_narrow_segment_is_named_behind_the_bar():
    ax = plots.stacked_bars([("a", [("long", 1.0, "truth")]), ("b", [("x", 0.02, "belief"), ("y", 0.01, "extra")])])
    assert " = x 0.02 + y 0.01" in texts(ax)
    assert not {"x", "y"} & set(texts(ax))


def test_a_segment_without_a_label_is_drawn_and_not_named():
    ax = plots.stacked_bars([("a", [("long", 1.0, "truth"), ("", 0.125, "belief")])])
    assert widths(ax) == [1.0, 0.125]
    assert [text for text in texts(ax) if text] == ["long", "1.125"]


def test_roles_differ_by_more_than_colour():
    hatches = [hatch for _, hatch in plots.FILLS.values() if hatch]
    assert len(set(hatches)) == len(hatches) == 2
    assert len({colour for colour, _ in plots.FILLS.values()}) == len(plots.FILLS)


def test_area_bars_add_up_to_the_entropy():
    ax = plots.area_bars(P, -np.log2(P), list("abcd"))
    area = sum(patch.get_width() * patch.get_height() for patch in ax.patches)
    assert area == entropy(P, base=2)
    assert "a\n0.5" in texts(ax)


def test_area_bars_hang_savings_below_the_line():
    ax = plots.area_bars(P, np.log2(P / Q), ["sun", "cloud", "rain", "snow"])
    assert sum(patch.get_width() * patch.get_height() for patch in ax.patches) == kl_divergence(P, Q, base=2)
    [cloud] = [text for text in ax.texts if text.get_text() == "cloud\n−0.25"]
    assert (cloud.get_va(), cloud.get_position()[1] < -1 > ax.get_ylim()[0]) == ("top", True)


def test_a_code_word_takes_its_share_of_the_budget():
    ax = plots.budget({"sun": "0", "cloud": "10", "rain": "110", "snow": "111"})
    shares = {text.get_text().split("\n")[-1]: patch for text, patch in zip(ax.texts, ax.patches, strict=True)}
    assert {name: patch.get_width() for name, patch in shares.items()} == {
        **{"sun": 1 / 2, "cloud": 1 / 4, "rain": 1 / 8, "snow": 1 / 8},
        **{"1": 1 / 2, "11": 1 / 4},
    }
    assert shares["cloud"].get_x() == 1 / 2


def test_the_entropy_curve_is_the_entropy():
    x, y = plots.binary_entropy().lines[0].get_data()
    assert (y.max(), x[np.argmax(y)], y[0], y[-1]) == (1, 0.5, 0, 0)


def test_the_entropy_curve_is_drawn_where_it_is_asked_for():
    _, (left, right) = plt.subplots(1, 2)
    assert plots.binary_entropy(right) is right
    assert len(right.lines) == 1
    assert not left.lines


def test_the_tangent_meets_the_bill():
    ax = plots.tangent(0.7, 0.35)
    line, floor, gap = (ax.lines[i].get_data() for i in (1, 2, 3))
    truth, belief = [0.7, 0.3], [0.35, 0.65]
    assert np.interp(0.7, *line) == pytest.approx(cross_entropy(truth, belief, base=2))
    assert np.interp(0.35, *line) == pytest.approx(entropy(belief, base=2))
    assert floor[1][1] == entropy(truth, base=2)
    assert gap[1][1] - gap[1][0] == pytest.approx(kl_divergence(truth, belief, base=2))


def test_the_logarithm_stays_under_its_tangent():
    line, curve = (plots.log_tangent().lines[i].get_ydata() for i in (0, 1))
    assert np.all(line >= curve)


def test_four_bills_have_the_right_areas():
    areas = [
        sum(patch.get_width() * patch.get_height() for patch in ax.patches) for ax in plots.four_bills(P, Q).ravel()
    ]
    assert areas == [1.75, 2.375, 2.25, 1.75]


def test_prefix_tree_hangs_each_word_below_the_middle_of_its_share():
    ax = plots.prefix_tree({"sun": "0", "cloud": "10", "rain": "110", "snow": "111"})
    leaves = {text.get_text(): text.get_position() for text in ax.texts if "\n" in text.get_text()}
    assert leaves == {
        "sun\n0": (0.25, -1),
        "cloud\n10": (0.625, -2),
        "rain\n110": (0.8125, -3),
        "snow\n111": (0.9375, -3),
    }
    assert sorted(text.get_text() for text in ax.texts if "\n" not in text.get_text()) == ["0"] * 3 + ["1"] * 3
    [forks] = [line for line in ax.lines if line.get_marker() == "o"]
    assert sorted(forks.get_ydata()) == [-2, -1, 0]


def test_narrowing_magnifies_the_part_of_each_symbol():
    ax = plots.narrowing([0.5, 0.25, 0.25], ["sun", "cloud", "rain"], ["cloud", "sun", "rain"])
    shaded = [patch for patch in ax.patches if patch.get_facecolor()[:3] != ax.patches[0].get_facecolor()[:3]]
    assert [(box.get_x(), box.get_width(), box.get_y()) for box in shaded] == [
        (0.5, 0.25, 0),
        (0, 0.5, -1),
        (0.75, 0.25, -2),
    ]
    assert [list(line.get_xdata()) for line in ax.lines] == [[0.5, 0], [0.75, 1], [0, 0], [0.5, 1]]
    assert [text.get_text() for text in ax.texts if "width" in text.get_text()] == [
        "width 1",
        "width 0.25",
        "width 0.125",
    ]


def test_joint_table_shows_the_cells_and_their_sums():
    joint = np.array([[3, 1], [1, 1], [0, 1], [0, 1]]) / 8
    ax = plots.joint_table(joint, ["sun", "cloud", "rain", "snow"], ["high", "low"])
    told = [text.get_text() for text in ax.texts]
    assert told[:8] == [f"{p:.3g}" for p in joint.ravel()]
    assert told[8:12] == ["0.5", "0.25", "0.125", "0.125"]
    assert told[12:] == ["0.5", "0.5", "p(x)", "p(y)"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["high", "low"]
    np.testing.assert_array_equal(ax.images[0].get_array(), joint)


def test_pipeline_goes_from_scores_to_a_loss_and_back_to_pushes():
    scores = np.log([2.0, 5.0, 3.0])
    (picture, raw), (shares, pushes) = plots.pipeline(np.eye(8), scores, 2)
    assert picture.get_title(loc="left") == "1. the image: a 2"
    np.testing.assert_allclose([bar.get_height() for bar in raw.patches], scores)
    np.testing.assert_allclose([bar.get_height() for bar in shares.patches], [0.2, 0.5, 0.3])
    assert shares.texts[0].get_text() == "loss −ln 0.30 = 1.20 nats"
    assert [text.get_text() for text in pushes.texts if text.get_text()] == ["−0.20", "−0.50", "+0.70"]


def test_gradient_flow_goes_from_scores_to_beliefs_and_back_to_both_slopes():
    (raw, shares), (back, spike) = plots.gradient_flow(np.log([2.0, 5.0, 3.0]), 2, ["a", "b", "c"])
    assert shares.get_title(loc="left") == "2. beliefs q, loss 1.20"
    np.testing.assert_allclose([bar.get_height() for bar in raw.patches], np.log([2.0, 5.0, 3.0]))
    np.testing.assert_allclose([bar.get_height() for bar in shares.patches], [0.2, 0.5, 0.3])
    numbers = [[text for text in texts(ax) if text] for ax in (spike, back)]
    assert numbers == [["0.00", "0.00", "−3.33"], ["0.20", "0.50", "−0.70"]]


def test_joint_bars_overlap_in_the_mutual_information():
    joint = np.array([[3, 1], [1, 1], [0, 1], [0, 1]]) / 8
    both, x, y = plots.joint_bars(joint).patches[:3]
    assert both.get_width() == pytest.approx(2.4056, abs=1e-4)
    assert x.get_x() + x.get_width() - y.get_x() == pytest.approx(0.3444, abs=1e-4)
    assert y.get_x() + y.get_width() == pytest.approx(both.get_width())


def test_joint_bars_name_the_overlap_in_the_wider_gap():
    joint = np.array([[3, 1], [1, 1], [0, 1], [0, 1]]) / 8
    for table, row, side in [(joint, 2, "right"), (joint.T, 1, "left")]:
        name = plots.joint_bars(table).texts[-1]
        assert (name.get_text(), name.get_position()[1], name.get_ha()) == ("I(X; Y) = 0.344", row, side)


def test_two_bumps_tell_both_divergences():
    axes = plots.two_bumps(np.arange(4), P, [("left", Q), ("right", P)])
    assert "D(p‖q) = 0.625 bits\nD(q‖p) = 0.5 bits" in axes[0].get_title(loc="left")
    assert np.array_equal(axes[1].lines[1].get_ydata(), P)


def test_images_are_dark_where_there_is_ink():
    pictures = np.random.default_rng(0).random((3, 8, 8))
    axes = plots.images(pictures, ["one", "two\nlines", "three"], columns=2)
    assert axes.shape == (2, 2)
    assert [ax.get_title() for ax in axes.ravel()] == ["one", "two\nlines", "three", ""]
    assert np.array_equal(axes[1, 0].images[0].get_array(), pictures[2])
    assert axes[0, 0].images[0].get_clim() == (0, 1)
    assert not axes[1, 1].axison


def test_confusion_tells_errors_from_right_answers_by_more_than_colour():
    ax = plots.confusion([[5, 2], [0, 7]])
    cells = {text.get_text(): (text.get_position(), text.get_fontweight()) for text in ax.texts}
    assert cells == {"5": ((0, 0), "normal"), "2": ((1, 0), "bold"), "7": ((1, 1), "normal")}
    assert len({patch.get_facecolor() for patch in ax.patches}) == 2
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_the_floor_lies_under_the_reducible_part():
    training, fresh = np.linspace(2, 0.5, 11), np.full(11, 1.5)
    ax = plots.floor_curve(training, fresh, 1.0)
    assert np.array_equal(ax.lines[0].get_ydata(), fresh)
    assert np.array_equal(ax.lines[1].get_ydata(), training)
    area = ax.collections[0].get_paths()[0].vertices
    assert (area[:, 1].min(), area[:, 1].max()) == (1.0, 1.5)
    assert {"irreducible: H = 1.000", "reducible: D", "fresh rows", "training rows"} == set(texts(ax))


def test_reliability_bars_are_as_high_as_the_accuracy():
    table = reliability([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7]], [0, 1, 1])
    before, after = plots.reliability_bars([("before", table), ("after", table)])
    assert (before.get_title(loc="left"), after.get_title(loc="left")) == ("before", "after")
    assert [patch.get_height() for patch in before.patches] == [1.0, 0.5]
    assert texts(before) == ["1", "2"]
    assert np.allclose(before.lines[1].get_ydata(), [0.7, 0.9])


def test_the_simplex_has_the_beliefs_at_their_temperatures():
    scores, names = np.log([0.7, 0.2, 0.1]), ["A", "B", "C"]
    ax = plots.simplex(scores, names, temperatures=(1, 3))
    corners = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
    for point, belief in zip(ax.lines[2:4], [[0.7, 0.2, 0.1], softmax(scores / 3)], strict=True):
        assert np.ravel(point.get_data()) == pytest.approx(belief @ corners)
    path = np.transpose(ax.lines[1].get_data())
    assert path[[0, -1]] == pytest.approx(np.array([corners[0], corners.mean(axis=0)]), abs=0.01)
    assert {"A", "B", "C", "T = 1", "T = 3"} <= set(texts(ax))


def note(*arguments, **values):
    """The figure's name and values, as the page reads them."""
    found = re.fullmatch(
        r'<div class="sliders" data-figure="([^"]*)" data-values="([^"]*)">([^<]*)</div>',
        plots.sliders(*arguments, **values)._repr_html_(),
    )
    assert found[3] == repr(plots.sliders(*arguments, **values)) == "In the book, this figure has sliders."
    return found[1], json.loads(html.unescape(found[2]))


def test_sliders_tell_the_page_their_values():
    assert note("tangent", p=np.float64(0.7), q=np.array(0.25)) == ("tangent", {"p": 0.7, "q": 0.25})
    name, values = note("kraft", p=P, lengths=np.array([1, 2, 3, 3]), names=('<b>&"sun"', "‖", "é", "’"))
    assert name == "kraft"
    assert values == {"p": P.tolist(), "lengths": [1, 2, 3, 3], "names": ['<b>&"sun"', "‖", "é", "’"]}
    assert note("race", starts=[(0.6, 0.9), (2, 2)], squared=1, surprise=0.15)[1]["starts"] == [[0.6, 0.9], [2, 2]]


def test_sliders_write_the_same_in_any_order():
    one, other = plots.sliders("tangent", p=0.7, q=0.35), plots.sliders("tangent", q=0.35, p=0.7)
    assert one._repr_html_() == other._repr_html_()


@pytest.mark.parametrize(
    ("figure", "values", "complaint"),
    [
        ("tangents", {"p": 0.7}, "figure = 'tangents' is none of bills, "),
        ("tangent", {"p": 0.7}, "'tangent' needs the values p, q; look at q"),
        ("surprise", {"p": 0.7, "q": 0.1}, "'surprise' needs the values p; look at q"),
        ("surprise", {"p": np.nan}, "p holds nan, which is not finite"),
        ("scores", {"p": 0.5, "q": np.array([0.1, np.inf])}, "q holds inf, which is not finite"),
        ("surprise", {"p": 1j}, "p holds 1j, which is neither a number nor a word"),
        ("surprise", {"p": [None]}, "p holds None, which is neither a number nor a word"),
        ("surprise", {"p": True}, "p holds True, which is neither a number nor a word"),
    ],
)
def test_sliders_refuse(figure, values, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        plots.sliders(figure, **values)


def test_the_same_figure_is_the_same_file(tmp_path):
    for name in "ab":
        plots.bills([("one", P, Q)])
        plt.savefig(tmp_path / f"{name}.svg", metadata={"Date": None})
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_in_a_notebook_figures_become_dateless_svg(monkeypatch):
    asked = []
    ipython, inline = ModuleType("IPython"), ModuleType("matplotlib_inline.backend_inline")
    ipython.get_ipython = object
    inline.set_matplotlib_formats = lambda *formats, **options: asked.append((formats, options))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "matplotlib_inline.backend_inline", inline)
    plots.use_book_style()
    assert asked == [(("svg",), {"metadata": {"Date": None}})]
