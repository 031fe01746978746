"""The figures with sliders, each moved by hand: the numbers on the page are those of the package.

What holds for each is said of two visits to each, at a desk and on a phone: see `desk` and `phone`.
"""

import contextlib
import html
import json
import re
from functools import partial

import numpy as np
import pytest

import crossentropy as ce
from crossentropy.plots import SLIDERS
from crossentropy.training import LogisticRegression
from tests.browser.shared import IN_BOTH, window
from tools.chapters import BOOK
from tools.site import SITE

#: The page of each figure, found where the notebooks have it.
PLACES = {
    name: f"book/{path.stem}.html"
    for path in sorted(BOOK.glob("*.ipynb"))
    for name in re.findall(r'data-figure=\\"(\w+)\\"', path.read_text(encoding="utf-8"))
}
NAMES = sorted(SLIDERS)
EACH = pytest.mark.parametrize("name", NAMES)
P, Q = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]), np.array([1 / 8, 1 / 2, 1 / 4, 1 / 8])
STARTS = (0.6, 0.9), (2.0, 2.0)
GRID = np.linspace(-12, 12, 241)

# Layout shifts that are not the reader's doing.
WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifts.push(e.value);
  }).observe({ type: "layout-shift", buffered: true });
"""


def at_figure(page, name):
    """Scroll to the figure and wait for its sliders; the figure."""
    figure = page.locator(f'figure:has(> .sliders[data-figure="{name}"])')
    figure.scroll_into_view_if_needed()
    figure.locator(".sliders.ready").wait_for()
    return figure


@pytest.fixture
def figure_of(open_page, site):
    """A function that opens a figure's page and waits for its sliders."""

    def opened(name, **options):
        page = open_page(site + PLACES[name], **options)
        return at_figure(page, name)

    return opened


def numbers(figure):
    """What the figure says under its controls: {name: number}, or the text where it is none."""
    said = {}
    for item in figure.locator("output [data-name]").all():
        text = item.locator("b").inner_text()
        found = re.match(r"[−\d.]+$|∞", text.split()[0])
        value = text.split()[0].replace("−", "-").replace("∞", "inf")
        said[item.get_attribute("data-name")] = float(value) if found else text
    return said


def slide(figure, key, value):
    """Move a range input as a pointer does; a logarithmic one takes the logarithm."""
    figure.locator(f'input[data-key="{key}"]').evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def handle(figure, key):
    return figure.locator(f'[role="slider"][data-key="{key}"]')


def drag(figure, key, dx, dy):
    """Drag a handle by so many pixels; where it began and where it is now."""
    page, knob = figure.page, handle(figure, key)
    knob.scroll_into_view_if_needed()
    before = float(knob.get_attribute("aria-valuenow"))
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    return before, float(knob.get_attribute("aria-valuenow"))


def close(found, **wanted):
    """Compare numbers as shown, with three decimals."""
    for name, value in wanted.items():
        name = name.replace("_", "-")
        assert found[name] == pytest.approx(value, abs=5.1e-4), name


def coin(p):
    return [p, 1 - p]


def bump(centre, width):
    weights = np.exp(-0.5 * ((GRID - centre) / width) ** 2)
    return weights / weights.sum()


TRUTH = 0.6 * bump(-3, 0.8) + 0.4 * bump(3, 0.8)


# What the sliders do ---------------------------------------------------------------------------------


@IN_BOTH
def test_surprise(figure_of):
    figure = figure_of("surprise")
    close(numbers(figure), bits=2, nats=ce.self_information(0.25))
    slide(figure, "p", 0.1)
    close(numbers(figure), bits=ce.self_information(0.1, base=2), nats=ce.self_information(0.1))
    assert "5" in figure.locator("svg .tick").all_text_contents()
    figure.get_by_label("nats").check()
    assert "surprise (nats)" in figure.locator("svg .title").all_text_contents()
    assert "2.303 nats" in figure.locator("svg text").all_text_contents()
    before, now = drag(figure, "p", 100, 0)
    assert now > before == 0.1
    close(numbers(figure), bits=ce.self_information(now, base=2))


@IN_BOTH
def test_tangent(figure_of):
    def check(p, q):
        close(
            numbers(figure),
            entropy=ce.entropy(coin(p), base=2),
            divergence=ce.kl_divergence(coin(p), coin(q), base=2),
            bill=ce.cross_entropy(coin(p), coin(q), base=2),
        )

    figure = figure_of("tangent")
    check(0.7, 0.35)
    slide(figure, "q", 0.01)
    check(0.7, 0.01)
    slide(figure, "p", 0.2)
    check(0.2, 0.01)
    _, p = drag(figure, "p", 60, 0)
    _, q = drag(figure, "q", 90, -40)
    assert p > 0.2
    assert q > 0.01
    check(p, q)


@IN_BOTH
def test_bills(figure_of):
    def check(p, q):
        both = {"pq": (p, q), "qp": (q, p)}
        for name, (a, b) in both.items():
            close(
                numbers(figure),
                **{
                    f"entropy_{name[0]}": ce.entropy(a, base=2),
                    f"divergence_{name}": ce.kl_divergence(a, b, base=2),
                    f"bill_{name}": ce.cross_entropy(a, b, base=2),
                },
            )

    def bars(which):
        return np.array([float(handle(figure, f"{which}-{i}").get_attribute("aria-valuenow")) for i in range(4)])

    figure = figure_of("bills")
    check(P, Q)
    before, now = drag(figure, "q-0", 0, -30)
    assert now > before
    others = Q[1:] * (1 - now) / (1 - Q[0])  # they give way in proportion
    assert bars("q") == pytest.approx([now, *others])
    check(P, bars("q"))
    handle(figure, "q-3").press("Home")  # snow is ruled out
    assert numbers(figure)["divergence-pq"] == np.inf
    assert bars("q").sum() == pytest.approx(1)
    handle(figure, "p-3").press("Home")  # and in the other town it never snows
    check(bars("p"), bars("q"))


@IN_BOTH
def test_kraft(figure_of):
    figure = figure_of("kraft")
    close(numbers(figure), budget=1, cost=1.75, entropy=ce.entropy(P, base=2))
    assert numbers(figure)["verdict"] == "0, 10, 110, 111"
    slide(figure, "lengths-1", 1)
    assert numbers(figure)["budget"] == "5/4"
    assert "overdrawn" in numbers(figure)["verdict"]
    for i, length in enumerate([2, 2, 2, 2]):
        slide(figure, f"lengths-{i}", length)
    close(numbers(figure), budget=1, cost=2)
    slide(figure, "lengths-0", 3)
    close(numbers(figure), cost=P @ [3, 2, 2, 2])
    assert numbers(figure)["budget"] == "7/8"
    assert numbers(figure)["verdict"] == "110, 00, 01, 10"


@IN_BOTH
def test_narrowing(figure_of):
    figure = figure_of("narrowing")
    code = ["0", "10", "110", "111"]  # the words that the interval spells
    for days in ([0, 1, 0, 2], [3, 3, 2, 1], [0, 0, 0, 0]):
        for i, day in enumerate(days):
            slide(figure, f"days-{i}", day)
        word, bits = "".join(code[day] for day in days), -np.log2(np.prod(P[days]))
        said = numbers(figure)
        assert said["width"] == f"1/{2 ** len(word)}"
        assert said["code"] == f"binary 0.{word}"
        close(said, surprise=bits, digits=len(word))


@IN_BOTH
def test_bumps(figure_of):
    def check(centre, width):
        q = bump(centre, width)
        close(numbers(figure), forward=ce.kl_divergence(TRUTH, q, base=2), reverse=ce.kl_divergence(q, TRUTH, base=2))

    figure = figure_of("bumps")
    check(-0.6, 3.05)
    best = numbers(figure)
    assert best["forward"] == best["forward-least"]
    slide(figure, "centre", 1.5)
    slide(figure, "width", 2)
    check(1.5, 2)
    figure.get_by_role("button", name="Best D(q‖p)").click()
    best = numbers(figure)
    assert best["reverse"] == best["reverse-least"] == pytest.approx(0.737)
    figure.get_by_role("button", name="Best D(p‖q)").click()
    check(-0.6, 3.05)
    _, centre = drag(figure, "centre", 80, 0)
    assert centre > -0.6
    check(centre, 3.05)


def epochs(loss, start, rate):
    """How many steps one neuron of the package takes to an output below 0.1."""
    neuron = LogisticRegression(1, loss)
    neuron.weights[:], neuron.bias = start
    for epoch in range(301):
        if neuron.probabilities(np.array([[1.0]]))[0] < 0.1:
            return epoch
        neuron.step(np.array([[1.0]]), np.array([0]), rate)
    return "over 300"


@IN_BOTH
def test_race(figure_of):
    def half_square(z, y):
        a = ce.sigmoid(z)
        return np.mean((a - y) ** 2) / 2, (a - y) * a * (1 - a) / len(y)

    def check(squared, surprise):
        by_surprise = ce.binary_cross_entropy_with_logits_value_and_grad
        wanted = {f"squared-{i}": epochs(half_square, start, squared) for i, start in enumerate(STARTS)}
        wanted |= {f"surprise-{i}": epochs(by_surprise, start, surprise) for i, start in enumerate(STARTS)}
        assert numbers(figure) == wanted

    figure = figure_of("race")
    check(0.15 * 27 / 4, 0.15)
    slide(figure, "squared", np.log10(0.152))
    check(0.15, 0.15)  # on the next round number
    slide(figure, "surprise", np.log10(0.02))
    check(0.15, 0.02)
    figure.get_by_label("cost", exact=True).check()
    assert "cost" in figure.locator("svg .title").all_text_contents()
    check(0.15, 0.02)


@IN_BOTH
def test_simplex(figure_of):
    def check(scores, temperature):
        belief = ce.softmax(np.array(scores) / temperature)
        close(numbers(figure), p0=belief[0], p1=belief[1], p2=belief[2], entropy=ce.entropy(belief))

    figure = figure_of("simplex")
    scores = np.log([0.7, 0.2, 0.1])
    check(scores, 1)
    slide(figure, "temperature", np.log10(2))
    check(scores, 2)
    slide(figure, "scores-0", -2)
    slide(figure, "scores-1", 1.5)
    slide(figure, "scores-2", 0.25)
    check([-2, 1.5, 0.25], 2)


@IN_BOTH
def test_scores(figure_of):
    def check(p, q):
        report = [1 - q, q]
        close(
            numbers(figure),
            log=ce.cross_entropy(coin(p), coin(q)),
            brier=p * ce.brier_score(report, 1) + (1 - p) * ce.brier_score(report, 0),
            absolute=2 * (p * (1 - q) + (1 - p) * q),
        )

    figure = figure_of("scores")
    check(0.7, 0.9)
    slide(figure, "p", 0.3)
    check(0.3, 0.9)
    slide(figure, "q", 0.05)
    check(0.3, 0.05)
    costs = figure.locator('input[data-key="q"]').evaluate(
        """(input) => Array.from({ length: 99 }, (_, i) => {
          input.value = (i + 1) / 100;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          const output = input.closest(".sliders").querySelector("output");
          const shown = (rule) => Number(output.querySelector(`[data-name="${rule}"] b`).textContent);
          return ["log", "brier", "absolute"].map(shown);
        })"""
    )
    lowest = (np.argmin(costs, axis=0) + 1) / 100
    assert lowest == pytest.approx([0.3, 0.3, 0.01], abs=0.011)  # honest twice, and once not


# What holds for each ---------------------------------------------------------------------------------


@contextlib.contextmanager
def visit(browser, address, name, width):
    """A figure whose sliders have just come; `height` and `shifts` are what it was before, and what moved meanwhile."""
    with window(browser, viewport={"width": width, "height": 740}) as page:
        page.add_init_script(WATCH_SHIFTS)
        page.goto(address)
        height = page.locator(f'figure:has(> .sliders[data-figure="{name}"])').bounding_box()["height"]
        page.wait_for_load_state("networkidle")
        page.evaluate("window.shifts.length = 0")  # what moved before is not these figures' doing
        figure = at_figure(page, name)
        figure.height = height
        yield figure


@pytest.fixture(scope="module", params=NAMES)
def desk(request, browser, site):
    with visit(browser, site + PLACES[request.param], request.param, 1280) as figure:
        yield figure


@pytest.fixture(scope="module", params=NAMES)
def phone(request, browser, site):
    with visit(browser, site + PLACES[request.param], request.param, 360) as figure:
        yield figure


@pytest.fixture
def figure(desk):
    """The figure at the desk as it was at first, whatever the test before did to it."""
    reset = desk.get_by_role("button", name="Reset")
    if reset.is_enabled():
        reset.click()
    return desk


def stands_still_and_fits(figure):
    """Nothing moves, nothing sticks out, and fingers fit."""
    page, width = figure.page, figure.page.viewport_size["width"]
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert figure.locator(".drawing").bounding_box()["width"] <= 540
    assert figure.bounding_box()["height"] == pytest.approx(figure.height, abs=1)

    # However long the numbers get, the controls keep to their room.
    for control in figure.locator('input[type="range"], [role="slider"]').all():
        for key in ("End", "Home"):
            control.press(key)
            assert figure.bounding_box()["height"] == pytest.approx(figure.height, abs=1), key
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    box = figure.bounding_box()
    outside = figure.locator("svg text, button, output span, label").evaluate_all(
        """(all, [left, right]) => all.filter((e) => {
          const box = e.getBoundingClientRect();
          return box.width && (box.left < left - 1 || box.right > right + 1);
        }).map((e) => e.textContent)""",
        [max(box["x"] - 8, 0), min(box["x"] + box["width"] + 8, width)],
    )
    assert outside == []

    small = figure.locator('input, button, [role="slider"], .choice label').evaluate_all(
        """all => all.filter((e) => {
          const box = (e.type === "radio" ? e.closest("label") : e).getBoundingClientRect();
          return box.width < 24 || box.height < 24;
        }).map((e) => e.outerHTML)"""
    )
    assert small == []
    assert sum(page.evaluate("window.shifts")) < 0.05


def test_it_stands_still_and_fits_at_a_desk(desk):
    stands_still_and_fits(desk)


def test_it_stands_still_and_fits_on_a_phone(phone):
    stands_still_and_fits(phone)


def test_keyboard_and_reset(figure):
    reset = figure.get_by_role("button", name="Reset")
    assert reset.is_disabled()
    at_start, described = numbers(figure), figure.locator("p.visually-hidden").inner_text()
    controls = figure.locator('input[type="range"], [role="slider"]')
    assert controls.count() >= 2
    for control in controls.all():
        label = control.get_attribute("aria-label") or control.locator("xpath=ancestor::label").inner_text()
        assert label.strip()
        before = control.get_attribute("aria-valuetext")
        control.focus()
        control.press("ArrowRight")
        if control.get_attribute("aria-valuetext") == before:  # it stood at its upper end
            control.press("ArrowLeft")
        assert control.get_attribute("aria-valuetext") != before, label
        assert reset.is_enabled()
        assert figure.locator("p.visually-hidden").inner_text() != described
        reset.click()
        assert control.get_attribute("aria-valuetext") == before, label
        assert numbers(figure) == at_start
        assert reset.is_disabled()


def test_a_finger_moves_a_handle_and_not_the_page(figure_of):
    figure = figure_of("bills", viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    page, knob = figure.page, handle(figure, "p-0")
    knob.evaluate("knob => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box, before, top = knob.bounding_box(), float(knob.get_attribute("aria-valuenow")), page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for way in range(0, 72, 6):
        kind = "touchMove" if way else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + way}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert float(knob.get_attribute("aria-valuenow")) < before - 0.25
    assert page.evaluate("scrollY") == top


def test_arrows_pages_and_ends_of_a_handle(figure):
    for knob in figure.locator('[role="slider"]').all():
        low, high = (float(knob.get_attribute(f"aria-value{end}")) for end in ("min", "max"))

        def now(knob=knob):
            return float(knob.get_attribute("aria-valuenow"))

        knob.focus()
        knob.press("Home")
        assert now() == low
        knob.press("ArrowUp")
        step = now() - low
        assert step > 0
        knob.press("PageUp")
        assert now() == pytest.approx(low + 11 * step)
        knob.press("ArrowDown")
        assert now() == pytest.approx(low + 10 * step)
        knob.press("End")
        assert now() == high


def test_names_and_descriptions(figure):
    for svg in figure.locator("svg").all():
        assert svg.get_attribute("aria-label")
        assert svg.get_attribute("role") in ("img", "group")
        described = svg.get_attribute("aria-describedby")
        assert len(figure.locator(f"#{described}").inner_text().split()) >= 8
    assert figure.locator("figcaption").is_visible()
    assert not figure.locator("img").is_visible()


def test_text_is_legible_in_both_modes(figure):
    """Contrast of at least 4.5 between the words of a drawing and the paper, or the bar they stand on."""
    for scheme in ("light", "dark"):
        figure.page.evaluate("mode => { document.documentElement.dataset.theme = mode; }", scheme)
        pairs = figure.locator("svg text").evaluate_all(
            """all => {
              const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
              const rgb = (colour) => {
                paint.fillStyle = colour;
                paint.fillRect(0, 0, 1, 1);
                return [...paint.getImageData(0, 0, 1, 1).data];
              };
              const paper = getComputedStyle(document.body).backgroundColor;
              const under = (e) => {
                if (!e.classList.contains("inside")) return paper;
                const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
                const bars = [...e.ownerSVGElement.querySelectorAll("rect.bar")].filter((r) => {
                  const b = r.getBoundingClientRect();
                  return b.left <= x && x <= b.right && b.top <= y && y <= b.bottom;
                });
                return getComputedStyle(bars.at(-1)).fill;
              };
              return all.map((e) => [e.textContent, rgb(getComputedStyle(e).fill), rgb(under(e))]);
            }"""
        )
        assert pairs
        for words, ink, paper in pairs:
            lights = []
            for colour in (ink, paper):
                parts = np.array(colour[:3]) / 255
                linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
                lights.append(linear @ [0.2126, 0.7152, 0.0722])
            assert (max(lights) + 0.05) / (min(lights) + 0.05) >= 4.5, (scheme, words, ink, paper)


@EACH
def test_without_scripts_the_picture_stands(open_page, site, name):
    page = open_page(site + PLACES[name], java_script_enabled=False)
    figure = page.locator(f'figure:has(> .sliders[data-figure="{name}"])')
    assert figure.locator("img").is_visible()
    assert figure.locator("figcaption").is_visible()
    assert len(figure.locator("img").get_attribute("alt").split()) >= 12
    assert figure.locator("svg, input").count() == 0


def test_on_paper_the_picture_stands(figure):
    figure.page.emulate_media(media="print")
    seen = {part: figure.locator(part).is_visible() for part in ("img", ".drawing", ".sliders")}
    figure.page.emulate_media(media="screen")
    assert seen == {"img": True, ".drawing": False, ".sliders": False}


def test_the_drawing_follows_the_mode(figure_of):
    figure = figure_of("tangent", color_scheme="light")
    axis = figure.locator("svg .axis").first
    light = axis.evaluate("e => getComputedStyle(e).stroke")
    figure.page.emulate_media(color_scheme="dark")
    figure.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert axis.evaluate("e => getComputedStyle(e).stroke") != light


def test_scripts_come_late_and_only_where_they_are_needed(open_page, site):
    page = open_page(site + PLACES["bumps"])
    page.wait_for_load_state("networkidle")
    names = [url.split("/")[-1].split("?")[0] for url in page.log.requests]
    assert "figures-load.js" in names
    assert "figures.js" not in names  # the figure is far down
    at_figure(page, "bumps")
    assert any(url.endswith("/figures.js") for url in page.log.requests)
    assert page.log.complaints == []
    page = open_page(site + "book/glossary.html")
    assert not [url for url in page.log.requests if "/figures" in url]


def test_the_values_are_those_of_the_chapter():
    """What the page starts from stands in the saved notebook, and is what this file compares with."""
    page = (SITE / PLACES["bills"]).read_text(encoding="utf-8")
    values = re.search(r'data-figure="bills" data-values=\'([^\']+)\'', page) or re.search(
        r'data-figure="bills" data-values="([^"]+)"', page
    )
    found = json.loads(values[1].replace("&quot;", '"'))
    assert (found["p"], found["q"]) == (P.tolist(), Q.tolist())


HOSTILE = "<img src=x onerror='window.hacked = 1'>&\"'"


def fed(value):
    """The same values, with markup for each word."""
    if isinstance(value, str):
        return f"{value}{HOSTILE}"
    if isinstance(value, dict):
        return {key: fed(part) for key, part in value.items()}
    return [fed(part) for part in value] if isinstance(value, list) else value


def answer(body, route):
    route.fulfill(content_type="text/html", body=body)


@EACH
def test_what_a_cell_hands_to_a_figure_is_text_and_never_markup(open_page, site, name):
    """The names, from the words of a reader's cell; and, in the place of the numbers, what is none."""
    page = open_page("about:blank")
    place = rf"data-figure=\"{name}\" data-values='(.*?)'"
    text = (SITE / PLACES[name]).read_text(encoding="utf-8")
    values = json.loads(re.search(place, text)[1])
    for hostile, starts in ((fed(values), True), (dict.fromkeys(values, HOSTILE), False)):
        new = f'data-figure="{name}" data-values="{html.escape(json.dumps(hostile))}"'
        body = re.sub(place, lambda found, new=new: new, text)
        page.route(f"**/{PLACES[name]}", partial(answer, body))
        page.goto(site + PLACES[name])
        figure = page.locator(f'figure:has(> .sliders[data-figure="{name}"])')
        figure.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        if starts:
            figure.locator(".sliders.ready").wait_for()
            shown = figure.inner_text() + "".join(figure.locator("svg text").all_text_contents())
            assert (HOSTILE in shown) == ("names" in hostile)
        assert figure.locator(":is(.drawing, .sliders) img").count() == 0
        assert page.evaluate("window.hacked") is None
        page.unroute(f"**/{PLACES[name]}")
