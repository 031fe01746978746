"""The book's figure style and its recurring figures.

The only module that imports matplotlib: `pip install ".[plots]"` in a clone brings it. Every function
draws on a new figure and returns its axes; nothing is shown until `plt.show()`. Nothing is told by
colour alone: a label or a hatch says the same.
"""

import contextlib
import html
import json

import matplotlib.pyplot as plt
import numpy as np

from .activations import softmax
from .divergence import cross_entropy, kl_divergence, mutual_information
from .information import entropy, self_information

__all__ = [
    "area_bars",
    "bills",
    "binary_entropy",
    "budget",
    "confusion",
    "floor_curve",
    "four_bills",
    "gradient_flow",
    "images",
    "joint_bars",
    "joint_table",
    "label_line",
    "log_tangent",
    "narrowing",
    "pipeline",
    "prefix_tree",
    "reliability_bars",
    "simplex",
    "sliders",
    "stacked_bars",
    "tangent",
    "two_bumps",
    "use_book_style",
]

#: One colour for each role, from the palette of Okabe and Ito (2008), which colour-blind readers can tell apart.
TRUTH, BELIEF, EXTRA, QUIET = "#0072B2", "#009E73", "#D55E00", "#767676"
#: The fill of each role: (colour, hatch).
FILLS = {
    "truth": ("#9CC9E8", ""),
    "belief": ("#A9DCC8", "\\\\"),
    "extra": ("#F4B78F", "//"),
    "quiet": ("#E3E3E3", ""),
}
#: What each figure with sliders needs to start: the modules of these names are in `web/src/figures/`.
SLIDERS = {
    "bills": {"p", "q", "names"},
    "bumps": {"grid", "shares", "centres", "width", "forward", "reverse"},
    "kraft": {"p", "lengths", "names"},
    "narrowing": {"p", "names", "days"},
    "race": {"starts", "squared", "surprise"},
    "scores": {"p", "q"},
    "simplex": {"scores", "temperature", "names"},
    "surprise": {"p"},
    "tangent": {"p", "q"},
}


def use_book_style():
    """Set the look of every figure of the book; in a notebook, ask for byte-stable SVG."""
    plt.rcParams.update(
        {
            "figure.figsize": (5.0, 3.1),
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "font.size": 11.5,
            "axes.titlesize": 11.5,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#444444",
            "axes.labelcolor": "#222222",
            "xtick.color": "#444444",
            "ytick.color": "#444444",
            "text.color": "#222222",
            "axes.prop_cycle": plt.cycler(color=[TRUTH, EXTRA, BELIEF, QUIET]),
            "lines.linewidth": 2,
            "hatch.linewidth": 0.6,
            "hatch.color": "#222222",
            "legend.frameon": False,
            "svg.hashsalt": "crossentropy",
            "svg.fonttype": "path",
        }
    )
    with contextlib.suppress(ImportError, AttributeError):
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        if get_ipython() is not None:
            # The date would change with every run, and a changed file looks like a changed figure.
            set_matplotlib_formats("svg", metadata={"Date": None})


def label_line(ax, x, y, text, **kwargs):
    """Write a line's name beside it, in its colour, instead of a legend."""
    kwargs = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"} | kwargs
    return ax.annotate(text, (x, y), **kwargs)


def stacked_bars(rows, unit="bits"):
    """Horizontal bars made of labelled segments: the bill and what it is made of.

    Parameters
    ----------
    rows : list of (str, list of (str, float, str))
        For each bar its name and its segments: label, length and role (a key of `FILLS`).
    unit : str, optional
        Unit of the lengths, for the axis and the totals.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    _, ax = plt.subplots(figsize=(5.0, 0.85 + 0.75 * len(rows)))
    longest = max(sum(length for _, length, _ in segments) for _, segments in rows)
    for y, (_, segments) in enumerate(rows):
        left, narrow = 0.0, []
        for label, length, role in segments:
            colour, hatch = FILLS[role]
            ax.barh(y, length, left=left, height=0.55, color=colour, hatch=hatch, edgecolor="#222222", lw=0.8)
            if not label or length > 0.027 * len(label) * longest:  # there is room for it
                box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5} if hatch else None
                ax.text(left + length / 2, y, label, ha="center", va="center", bbox=box)
            else:
                narrow.append(f"{label} {length:.2g}")
            left += length
        # Segments too narrow for a label are named to the right of the bar.
        total = ax.text(left + 0.015 * longest, y, f"{left:.3f}".rstrip("0"), va="center", fontweight="bold")
        if narrow:
            label_line(ax, 1, 0.5, " = " + " + ".join(narrow), xycoords=total, xytext=(0, 0))
    ax.set_yticks(range(len(rows)), [name for name, _ in rows])
    ax.set_ylim(len(rows) - 0.5, -0.65)
    ax.set_xlim(0, 1.12 * longest)
    ax.set_xlabel(unit)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax


def bills(cases, names="pq"):
    """Stacked bars of entropy and divergence, in bits.

    Parameters
    ----------
    cases : list of (str, array_like, array_like)
        For each bar its name, the true distribution and the believed one.
    names : str, optional
        Two letters, for the truth and the belief of the first bar; they swap from bar to bar.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    rows = []
    for number, (name, true, believed) in enumerate(cases):
        a, b = names if number % 2 == 0 else names[::-1]
        floor, extra = entropy(true, base=2), kl_divergence(true, believed, base=2)
        rows.append((name, [(f"H({a})", floor, "truth"), (f"D({a}‖{b})", extra, "extra")]))
    return stacked_bars(rows)


def area_bars(p, heights, labels, ylabel="surprise (bits)"):
    """Bars as wide as a probability and as high as a cost: the area is the expected cost.

    Parameters
    ----------
    p : array_like, shape (K,)
        Probabilities: the widths.
    heights : array_like, shape (K,)
        Cost of each outcome: surprise, or the length of its code word. A saving is negative and hangs below 0.
    labels : list of str
        Names of the outcomes.
    ylabel : str, optional
        What the height measures, with its unit.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    _, ax = plt.subplots()
    left = np.concatenate([[0], np.cumsum(p)[:-1]])
    fills = [FILLS["truth" if h >= 0 else "belief"][0] for h in heights]
    ax.bar(left, heights, width=p, align="edge", color=fills, edgecolor="#222222", lw=0.8)
    for x, w, h, name in zip(left, p, heights, labels, strict=True):
        up = 1 if h >= 0 else -1
        told, va = f"{name}\n{w * h:.3g}".replace("-", "−"), "bottom" if up > 0 else "top"
        ax.text(x + w / 2, h + 0.03 * up * max(heights), told, ha="center", va=va, fontsize=10.5)
    ax.set_xlim(0, 1)
    ax.set_ylim(min(0, 1.7 * min(heights)), 1.3 * max(heights))
    if min(heights) < 0:
        ax.axhline(0, color="#444444", lw=0.8)
    ax.set_xlabel("probability")
    ax.set_ylabel(ylabel)
    return ax


def budget(code):
    """Code words as shares of a budget of 1: a word of n binary digits costs 2**-n of it.

    Parameters
    ----------
    code : dict of str to str
        For each symbol its word of 0s and 1s.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure: depth downwards, budget from left to right.
    """
    _, ax = plt.subplots()
    deepest = max(map(len, code.values()))
    for depth in range(deepest):
        for number in range(2 ** (depth + 1)):
            word = format(number, f"0{depth + 1}b")
            owner = [name for name, own in code.items() if word == own]
            blocked = any(word.startswith(own) and word != own for own in code.values())
            width = 2.0 ** -(depth + 1)
            if blocked:
                continue
            role = "truth" if owner else "quiet"
            height = (deepest - depth) - 0.08 if owner else 0.92
            ax.add_patch(plt.Rectangle((number * width, depth), width, height, fc=FILLS[role][0], ec="#222222", lw=0.8))
            text = f"{word}\n{owner[0]}" if owner else word
            ax.text((number + 0.5) * width, depth + height / 2, text, ha="center", va="center", fontsize=10.5)
    ax.set_xlim(0, 1)
    ax.set_ylim(deepest, 0)
    ax.set_yticks([d + 0.5 for d in range(deepest)], [str(d + 1) for d in range(deepest)])
    ax.set_xticks(np.arange(0, 1.01, 1 / 8), ["0", "1/8", "1/4", "3/8", "1/2", "5/8", "3/4", "7/8", "1"])
    ax.set_ylabel("binary digits")
    ax.set_xlabel("share of the budget")
    return ax


def prefix_tree(code):
    """A prefix code as a binary tree, drawn downwards: 0 goes left, 1 goes right, and every word is a leaf.

    Parameters
    ----------
    code : dict of str to str
        For each symbol its word of 0s and 1s; no word may begin another.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    _, ax = plt.subplots(figsize=(4.6, 3.1))

    def place(word):
        """A node hangs below the middle of the interval that its digits own."""
        return (int(word, 2) + 0.5) / 2 ** len(word) if word else 0.5, -len(word)

    nodes = {name[:depth] for name in code.values() for depth in range(1, len(name) + 1)}
    for word in sorted(nodes):
        (x, y), (above_x, above_y) = place(word), place(word[:-1])
        ax.plot([above_x, x], [above_y, y], color="#444444", lw=1.4, zorder=1)
        middle = (above_x + x) / 2, (above_y + y) / 2
        ax.annotate(word[-1], middle, (-9 if word[-1] == "0" else 9, 3), textcoords="offset points", ha="center")
    inner = [place(word) for word in sorted({word[:-1] for word in nodes})]
    ax.plot(*zip(*inner, strict=True), "o", color="#444444", ms=5)
    box = {"boxstyle": "round,pad=0.35", "facecolor": FILLS["truth"][0], "edgecolor": "#222222", "lw": 0.8}
    for name, word in code.items():
        ax.text(*place(word), f"{name}\n{word}", ha="center", va="top", bbox=box)
    deepest = max(map(len, code.values()))
    ax.set(xlim=(0, 1), ylim=(-deepest - 0.75, 0.15))
    ax.axis("off")
    return ax


def narrowing(p, names, text, *, show="{:.4g}".format):
    """Arithmetic coding: each symbol of a text keeps its part of the interval, which the next row magnifies.

    Parameters
    ----------
    p : array_like, shape (K,)
        Probability of each symbol.
    names : list of str, length K
        The symbols, in the order of their parts.
    text : list of str
        Some of the names.
    show : callable, optional
        How to write a width: `fractions.Fraction`, for example, for 1/8 instead of 0.125.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure: one row for each symbol of the text.
    """
    _, ax = plt.subplots(figsize=(5.6, 0.95 * len(text) + 0.4))
    edges, width = np.concatenate([[0], np.cumsum(p)]), 1.0
    for row, symbol in enumerate(text):
        for name, left, right in zip(names, edges, edges[1:], strict=False):
            role = "truth" if name == symbol else "quiet"
            box = plt.Rectangle((left, -row), right - left, -0.55, fc=FILLS[role][0], ec="#222222", lw=0.8)
            ax.add_patch(box)
            ax.text((left + right) / 2, -row - 0.275, name, ha="center", va="center", fontsize=10.5)
            if name == symbol and row + 1 < len(text):
                for here, below in ((left, 0), (right, 1)):
                    ax.plot([here, below], [-row - 0.55, -row - 1], ":", color="#444444", lw=1.2)
        ax.text(1.02, -row - 0.275, f"width {show(width)}", va="center")
        width *= p[names.index(symbol)]
    ax.set_xlim(0, 1.3)
    ax.set_ylim(-len(text) + 0.4, 0.05)
    ax.axis("off")
    return ax


def binary_entropy(ax=None):
    """The entropy of a coin against the probability of heads, in bits."""
    if ax is None:
        _, ax = plt.subplots()
    p = np.linspace(0, 1, 201)
    ax.plot(p, entropy(np.stack([p, 1 - p]), base=2, axis=0), color=TRUTH)
    ax.set_xlabel("probability p of heads")
    ax.set_ylabel("bits")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.05)
    return ax


def tangent(p, q):
    """Cross-entropy as the height at `p` of the tangent that touches the entropy curve at `q`.

    Parameters
    ----------
    p, q : float
        Probability of heads, in truth and in belief, strictly between 0 and 1.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    ax = binary_entropy()
    ends = np.array([0.0, 1.0])
    truth, belief = np.array([p, 1 - p]), np.array([q, 1 - q])
    ax.plot(ends, cross_entropy(np.stack([ends, 1 - ends]), belief[:, np.newaxis], base=2, axis=0), "--", color=BELIEF)
    floor, bill = entropy(truth, base=2), cross_entropy(truth, belief, base=2)
    ax.plot([p, p], [0, floor], color=TRUTH, lw=5, solid_capstyle="butt", alpha=0.6)
    ax.plot([p, p], [floor, bill], color=EXTRA, lw=5, solid_capstyle="butt")
    ax.plot([q], [entropy(belief, base=2)], "o", color=BELIEF)
    label_line(ax, p, floor / 2, "H(p)", xytext=(8, 0), color=TRUTH)
    label_line(ax, p, (floor + bill) / 2, "D(p‖q)", xytext=(8, 0), color="#A34700")
    label_line(ax, q, entropy(belief, base=2), "touches at q", xytext=(0, 12), ha="right", color="#00704F")
    ax.set_ylim(0, max(1.05, 1.15 * bill))
    return ax


def log_tangent():
    """ln x under its tangent x − 1, which it touches at x = 1 only."""
    _, ax = plt.subplots()
    x = np.linspace(0.04, 3.2, 300)
    ax.plot(x, x - 1, "--", color=EXTRA)
    ax.plot(x, np.log(x), color=TRUTH)
    ax.plot([1], [0], "o", color="#222222")
    label_line(ax, 2.55, 1.55, "x − 1", xytext=(-8, 6), ha="right", color="#A34700")
    label_line(ax, 2.6, np.log(2.6), "ln x", xytext=(0, -12), color=TRUTH)
    label_line(ax, 1, 0, "they touch at x = 1", xytext=(10, -12), color="#222222")
    ax.axhline(0, color=QUIET, lw=0.8)
    ax.set_ylim(-3.2, 2.3)
    ax.set_xlim(0, 3.2)
    ax.set_xlabel("x = q/p")
    ax.set_ylabel("nats")
    return ax


def four_bills(p, q, names=("p", "q")):
    """Whose data in whose code: four panels, area = probability × code length.

    Parameters
    ----------
    p, q : array_like, shape (K,)
        Two distributions over the same outcomes, none of them 0.
    names : tuple of str, optional
        What to call them in the titles.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes, shape (2, 2)
        Rows: whose data. Columns: whose code.
    """
    _, axes = plt.subplots(2, 2, figsize=(5.0, 4.3), sharex=True, sharey=True)
    for row, (source, data) in enumerate(zip((p, q), names, strict=True)):
        for column, (coder, code) in enumerate(zip((p, q), names, strict=True)):
            ax = axes[row, column]
            fill, hatch = FILLS["truth" if row == column else "extra"]
            left = np.concatenate([[0], np.cumsum(source)[:-1]])
            lengths = self_information(coder, base=2)
            ax.bar(left, lengths, width=source, align="edge", color=fill, hatch=hatch, edgecolor="#222222", lw=0.8)
            total = cross_entropy(source, coder, base=2)
            symbol = f"H({data})" if row == column else f"H({data}, {code})"
            ax.set_title(f"{data}’s data in {code}’s code\n{symbol} = {total:.4g} bits", fontsize=11)
            ax.set_xlim(0, 1)
    for ax in axes[:, 0]:
        ax.set_ylabel("code length (bits)", fontsize=10.5)
    for ax in axes[1]:
        ax.set_xticks([0, 0.5, 1])
        ax.set_xlabel("probability", fontsize=10.5)
    return axes


def joint_bars(joint):
    """Entropies of two quantities as lengths, which overlap in their mutual information.

    Parameters
    ----------
    joint : array_like, shape (outcomes of X, outcomes of Y)
        A joint distribution.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure, in bits.
    """
    joint = np.asarray(joint)
    both = entropy(joint.ravel(), base=2)
    x, y = entropy(joint.sum(axis=1), base=2), entropy(joint.sum(axis=0), base=2)
    shared = mutual_information(joint, base=2)
    _, ax = plt.subplots(figsize=(5.0, 2.5))
    for row, (name, left, length, role) in enumerate(
        [("H(X, Y)", 0, both, "quiet"), ("H(X)", 0, x, "truth"), ("H(Y)", both - y, y, "belief")]
    ):
        ax.barh(row, length, left=left, height=0.7, color=FILLS[role][0], edgecolor="#222222", lw=0.8)
        own = left + (length / 2 if name == "H(X, Y)" else (length - shared) / 2 + (shared if name == "H(Y)" else 0))
        ax.text(own, row, f"{name} = {length:.4g}", ha="center", va="center")
    ax.fill_between([x - shared, x], 0.65, 2.35, facecolor="none", edgecolor=EXTRA, hatch="//", lw=1.5)
    # The overlap is named in the wider gap: left of H(Y) or right of H(X).
    at, row, side = (x - shared - 0.03 * both, 2, "right") if x > y else (x + 0.03 * both, 1, "left")
    ax.text(at, row, f"I(X; Y) = {shared:.3g}", ha=side, va="center", color="#A34700")
    ax.set(xlabel="bits", yticks=[], ylim=(2.5, -0.5), xlim=(0, 1.02 * both))
    ax.spines["left"].set_visible(False)
    return ax


def joint_table(joint, rows, columns):
    """A joint distribution as a heat map with its margins.

    Parameters
    ----------
    joint : array_like, shape (outcomes of X, outcomes of Y)
        A joint distribution.
    rows, columns : list of str
        Names of the outcomes of X and of Y.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    joint = np.asarray(joint)
    _, ax = plt.subplots(figsize=(4.2, 3.1))
    shades = plt.matplotlib.colors.LinearSegmentedColormap.from_list("truth", ["#FFFFFF", TRUTH])
    ax.imshow(joint, cmap=shades, vmin=0, vmax=1.6 * joint.max(), aspect="auto")
    for (i, j), p in np.ndenumerate(joint):
        ax.text(j, i, f"{p:.3g}", ha="center", va="center")
    for i, p in enumerate(joint.sum(axis=1)):
        ax.text(joint.shape[1] - 0.3, i, f"{p:.3g}", va="center", fontweight="bold")
    for j, p in enumerate(joint.sum(axis=0)):
        ax.text(j, joint.shape[0] - 0.3, f"{p:.3g}", ha="center", va="top", fontweight="bold")
    label_line(ax, joint.shape[1] - 0.3, -0.5, "p(x)", xytext=(0, 6), va="bottom", fontweight="bold")
    label_line(ax, -0.5, joint.shape[0] - 0.3, "p(y)", xytext=(-4, 0), ha="right", va="top", fontweight="bold")
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.set(xlim=(-0.5, joint.shape[1] + 0.2), ylim=(joint.shape[0], -0.5))
    ax.spines[:].set_visible(False)
    return ax


def pipeline(image, scores, label):
    """From an image to scores, to probabilities and a loss, and back to a push on each score.

    Parameters
    ----------
    image : array_like, shape (height, width)
        Ink from 0 to 1.
    scores : array_like, shape (K,)
        What the network says, a score for each class.
    label : int
        The right class.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes, shape (2, 2)
        Image and scores above, probabilities and pushes below.
    """
    classes, q = np.arange(len(scores)), softmax(scores)
    push = (classes == label) - q
    _, axes = plt.subplots(2, 2, figsize=(5.2, 4.4))
    (picture, raw), (shares, pushes) = axes
    picture.imshow(image, cmap="Greys", vmin=0, vmax=1)
    picture.set_title(f"1. the image: a {label}")
    picture.axis("off")
    colours = [FILLS["truth"][0] if k == label else FILLS["quiet"][0] for k in classes]
    raw.bar(classes, scores, color=colours, edgecolor="#222222", lw=0.8)
    raw.set_title("2. its scores")
    shares.bar(classes, q, color=colours, edgecolor="#222222", lw=0.8)
    shares.set_title("3. its probabilities")
    price = f"loss −ln {q[label]:.2f} = {0 - np.log(q[label]):.2f} nats"
    shares.text(0.02, 0.98, price, transform=shares.transAxes, va="top", fontsize=10.5, color="#A34700")
    shares.set_ylim(0, 1)
    for k, p in enumerate(q):
        shares.text(k, p + 0.03, f"{p:.2f}", ha="center", fontsize=10.5)
    pushes.set_title("4. its pushes")
    for k, p in enumerate(push):
        style = {"color": TRUTH if p > 0 else EXTRA, "lw": 2, "mutation_scale": 14, "arrowstyle": "-|>"}
        pushes.annotate("", (k, p), (k, 0), arrowprops=style | {"shrinkA": 0, "shrinkB": 0})
        number = f"{p:+.2f}".replace("-", "−")
        label_line(pushes, k, p, number, xytext=(0, 7 if p > 0 else -7), ha="center", fontsize=10.5)
    pushes.set(ylim=(-1, 1), xlim=(-0.5, len(q) - 0.5))
    for ax in (raw, pushes):
        ax.axhline(0, color=QUIET, lw=0.8)
    for ax in (raw, shares, pushes):
        ax.set_xticks(classes, [f"class {k}" for k in classes])
    return axes


def gradient_flow(scores, label, names):
    """One row's way through the loss and back: scores, beliefs, slopes in the beliefs, slopes in the scores.

    Parameters
    ----------
    scores : array_like, shape (K,)
        What the network says, a score for each class.
    label : int
        The right class.
    names : list of str
        Names of the classes.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes, shape (2, 2)
        Scores and beliefs above, their slopes below; the way goes round clockwise.
    """
    classes, q = np.arange(len(scores)), softmax(scores)
    hot = np.where(classes == label, 1.0, 0.0)
    _, axes = plt.subplots(2, 2, figsize=(5.4, 4.8))
    (raw, shares), (back, spike) = axes
    panels = [(raw, "1. scores z", np.asarray(scores)), (shares, f"2. beliefs q, loss {0 - np.log(q[label]):.2f}", q)]
    panels += [(spike, "3. slopes in q: −t/q", 0 - hot / q), (back, "4. slopes in z: q − t", q - hot)]
    for ax, title, values in panels:
        ax.set_title(title)
        ax.axhline(0, color=QUIET, lw=0.8)
        room = 0.16 * np.ptp([0, *values])
        ax.set(xlim=(-0.6, len(q) - 0.4), ylim=(min(0, *values) - room, max(0, *values) + room))
        ax.set_xticks(classes, names)
        for k, value in enumerate(values):
            if ax in (raw, shares):
                role = "truth" if k == label else "quiet"
                ax.bar(k, value, color=FILLS[role][0], edgecolor="#222222", lw=0.8)
            elif value:
                style = {"color": TRUTH if value < 0 else EXTRA, "lw": 2, "mutation_scale": 12, "arrowstyle": "-|>"}
                ax.annotate("", (k, value), (k, 0), arrowprops=style | {"shrinkA": 0, "shrinkB": 0})
            number = f"{value:.2f}".replace("-", "−")
            label_line(ax, k, value, number, xytext=(0, 7 if value >= 0 else -7), ha="center", fontsize=10)
    ways = [(raw, (1.02, 0.5), (1.16, 0.5)), (shares, (0.92, -0.15), (0.92, -0.3)), (spike, (-0.02, 0.5), (-0.16, 0.5))]
    for ax, start, end in ways:
        style = {"arrowstyle": "simple", "color": QUIET, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, start, xycoords="axes fraction", arrowprops=style, annotation_clip=False)
    return axes


def two_bumps(x, p, fits):
    """A distribution of two bumps and, in a panel each, the single bumps fitted to it.

    Parameters
    ----------
    x : array_like, shape (N,)
        Temperatures, in degrees from the usual.
    p : array_like, shape (N,)
        The true distribution on the grid.
    fits : list of (str, array_like)
        For each panel its title and the fitted distribution.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        One axes for each fit.
    """
    _, axes = plt.subplots(1, len(fits), figsize=(5.0, 3.0), sharey=True)
    for ax, (title, q) in zip(axes, fits, strict=True):
        ax.fill_between(x, p, color=FILLS["truth"][0], lw=0)
        ax.plot(x, p, color=TRUTH, lw=1.5)
        ax.plot(x, q, "--", color=EXTRA)
        there, back = kl_divergence(p, q, base=2), kl_divergence(q, p, base=2)
        ax.set_title(f"{title}\nD(p‖q) = {there:.3g} bits\nD(q‖p) = {back:.3g} bits")
        ax.title.set_fontsize(10.5)
        ax.set_xlabel("degrees from usual")
        ax.set_yticks([])
    axes[0].set_ylabel("probability")
    label_line(axes[0], x[np.argmax(p)], np.max(p), "p", xytext=(-16, -4), color=TRUTH)
    label_line(axes[0], x[np.argmax(fits[0][1])], np.max(fits[0][1]), "q", xytext=(0, 8), color="#A34700")
    return axes


def images(pictures, titles, columns=5):
    """Small grey pictures in rows, each under its title; ink is dark.

    Parameters
    ----------
    pictures : array_like, shape (N, height, width)
        Shares of ink, from 0 to 1.
    titles : list of str
        One for each picture.
    columns : int, optional
        Pictures in a row.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes, shape (rows, columns)
        One axes for each picture; those left over are switched off.
    """
    rows = -(-len(pictures) // columns)
    height = 1.0 + 0.2 * max(title.count("\n") for title in titles)
    _, axes = plt.subplots(rows, columns, figsize=(5.0, 0.2 + height * rows), squeeze=False)
    for ax in axes.ravel()[len(pictures) :]:
        ax.axis("off")
    for ax, picture, title in zip(axes.ravel(), pictures, titles, strict=False):
        ax.imshow(picture, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        ax.set_title(title, fontsize=10.5, loc="center")
        ax.set(xticks=[], yticks=[])
        ax.spines[["top", "right"]].set_visible(True)
    return axes


def confusion(table):
    """A confusion matrix: how often each class was taken for which; cells of 0 stay empty.

    Parameters
    ----------
    table : array_like of int, shape (K, K)
        Row: the true class. Column: the predicted class.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure. Right answers have a blue background, errors an orange one.
    """
    table = np.asarray(table)
    _, ax = plt.subplots(figsize=(5.0, 4.2))
    for row, column in np.argwhere(table):
        colour = FILLS["truth" if row == column else "extra"][0]
        ax.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, fc=colour, ec="white"))
        weight = "normal" if row == column else "bold"
        ax.text(column, row, str(table[row, column]), ha="center", va="center", fontsize=10.5, fontweight=weight)
    classes = np.arange(len(table))
    ax.set(xticks=classes, yticks=classes, xlim=(-0.5, len(table) - 0.5), ylim=(len(table) - 0.5, -0.5))
    ax.set(xlabel="predicted", ylabel="true", aspect="equal")
    ax.tick_params(length=0)
    ax.spines[["top", "right"]].set_visible(True)
    return ax


def floor_curve(training, fresh, floor):
    """Learning curves over a known floor: what no model can save on fresh rows, and what a better one would.

    Parameters
    ----------
    training, fresh : array_like, shape (epochs + 1,)
        Loss on the rows trained on, and expected loss on fresh rows, in nats.
    floor : float
        The irreducible part of the loss on fresh rows.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    _, ax = plt.subplots()
    epochs = np.arange(len(fresh))
    last, (colour, hatch) = epochs[-1], FILLS["extra"]
    ax.axhspan(0, floor, color=FILLS["truth"][0], alpha=0.6, lw=0)
    ax.fill_between(epochs, floor, fresh, facecolor=colour, hatch=hatch, alpha=0.5, lw=0)
    ax.plot(epochs, fresh, "--", color="#A34700")
    ax.plot(epochs, training, color=TRUTH)
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    ax.text(0.72 * last, 0.78 * floor, f"irreducible: H = {floor:.3f}", ha="center", va="center")
    ax.text(0.7 * last, (floor + fresh[-1]) / 2 - 0.15 * fresh[-1], "reducible: D", ha="center", va="center", bbox=box)
    here = int(0.62 * last)
    label_line(ax, here, fresh[here], "fresh rows", xytext=(0, 12), ha="right", color="#A34700")
    here = int(0.35 * last)
    label_line(ax, here, training[here], "training rows", xytext=(-4, -16), ha="right")
    ax.set(xlabel="epochs", ylabel="loss (nats)", xlim=(0, last), ylim=(0, 1.05 * max(np.max(fresh), np.max(training))))
    return ax


def reliability_bars(panels):
    """Reliability diagrams side by side: how often each bin was right, and how sure it was.

    Parameters
    ----------
    panels : list of (str, Reliability)
        For each panel its title and what `crossentropy.calibration.reliability` returned.

    Returns
    -------
    numpy.ndarray of matplotlib.axes.Axes
        One axes for each panel: bars of accuracy with the number of rows, and a dot for the mean confidence.
    """
    _, axes = plt.subplots(1, len(panels), figsize=(5.0, 3.1), sharey=True, squeeze=False)
    for ax, (title, table) in zip(axes[0], panels, strict=True):
        colour, _ = FILLS["truth"]
        width = table.upper - table.lower
        ax.bar(table.lower, table.accuracy, width, align="edge", color=colour, edgecolor="#222222", lw=0.8)
        ax.plot([0, 1], [0, 1], ":", color=QUIET, lw=1.2)
        ax.plot((table.lower + table.upper) / 2, table.confidence, "D", color="#A34700", ms=4)
        for left, right, rows in zip(table.lower, table.upper, table.rows, strict=True):
            ax.text((left + right) / 2, 0.02, str(rows), ha="center", va="bottom", rotation=90, fontsize=9)
        ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", xticks=[0, 0.5, 1])
        ax.set_title(title, fontsize=10.5)
    axes[0, 0].set_ylabel("share that was right")
    return axes[0]


def simplex(scores, names, temperatures=(1, 3)):
    """Softmax of three scores as points in a triangle: the path from cold to hot.

    Parameters
    ----------
    scores : array_like, shape (3,)
        One score for each class.
    names : list of str
        Names of the classes, for the corners.
    temperatures : sequence of float, optional
        Temperatures whose points are marked.

    Returns
    -------
    matplotlib.axes.Axes
        The axes of the new figure.
    """
    _, ax = plt.subplots(figsize=(5.0, 3.7))
    corners = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
    ax.plot(*corners[[0, 1, 2, 0]].T, color="#444444", lw=1)
    heat = np.geomspace(0.02, 200, 300)
    ax.plot(*(softmax(np.asarray(scores) / heat[:, np.newaxis]) @ corners).T, "--", color=EXTRA)
    for heat in temperatures:
        x, y = softmax(np.asarray(scores) / heat) @ corners
        ax.plot([x], [y], "o", color=TRUTH)
        label_line(ax, x, y, f"T = {heat:g}", xytext=(-8, 7), ha="right", color=TRUTH)
    label_line(ax, *corners.mean(axis=0), "T → ∞", xytext=(8, 4), color="#5A5A5A")
    ax.plot(*corners.mean(axis=0), "o", color=QUIET, ms=4)
    for (x, y), name, dy in zip(corners, names, (-12, -12, 10), strict=True):
        label_line(ax, x, y, name, xytext=(0, dy), ha="center", fontweight="bold")
    ax.set_aspect("equal")
    ax.set_xlim(-0.15, 1.15)
    ax.axis("off")
    return ax


class _Sliders:
    """A note to the book's pages: draw this figure again, with sliders that start from these values."""

    def __init__(self, figure, values):
        self.figure, self.values = figure, values

    def __repr__(self):
        return "In the book, this figure has sliders."

    def _repr_html_(self):
        values = html.escape(json.dumps(self.values, ensure_ascii=False, allow_nan=False))
        return f'<div class="sliders" data-figure="{self.figure}" data-values="{values}">{self!r}</div>'


def sliders(figure, **values):
    """Say that the book's page shows this cell's figure with sliders.

    In a notebook it is a line of text under the picture. On the page a script of the book draws the figure again,
    starting from `values`, and adds the controls.

    Parameters
    ----------
    figure : str
        Which figure: a key of `SLIDERS`.
    **values
        The values it starts from: numbers, words, or arrays or lists of them, all finite.

    Returns
    -------
    object
        Something that a notebook displays; make it the last expression of the cell.

    Raises
    ------
    ValueError
        If there is no such figure, a value is missing or unknown, or a number is not finite.

    Examples
    --------
    >>> from crossentropy.plots import sliders
    >>> sliders("surprise", p=0.25)
    In the book, this figure has sliders.
    """
    if figure not in SLIDERS:
        raise ValueError(f"figure = {figure!r} is none of {', '.join(SLIDERS)}")
    wanted = SLIDERS[figure]
    if odd := wanted ^ set(values):
        raise ValueError(f"{figure!r} needs the values {', '.join(sorted(wanted))}; look at {', '.join(sorted(odd))}")
    return _Sliders(figure, {name: _json_value(name, values[name]) for name in sorted(values)})


def _json_value(name, value):
    """Numbers, words and nested lists of them, as values that JSON can hold."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_json_value(name, item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} holds {value!r}, which is neither a number nor a word")
    if not isinstance(value, str) and not np.isfinite(value):
        raise ValueError(f"{name} holds {value}, which is not finite")
    return value
