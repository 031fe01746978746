// What all figures share: scales, axes, marks, controls, handles that are keyboard sliders, and the mount.

const NARROW = 420;   // below this many pixels there are fewer ticks
export const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
export const range = (n, low, high) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

/** A number as the book prints it: fixed decimals, a true minus, ∞. */
export const show = (x, digits = 3) =>
  Number.isFinite(x) ? x.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−") : "∞";

// Scales and axes -------------------------------------------------------------------------------------

const scale = (forth, back) => ([d0, d1], [r0, r1]) => {
  const a = forth(d0), b = forth(d1);
  const to = (v) => r0 + ((forth(v) - a) / (b - a)) * (r1 - r0);
  to.invert = (r) => back(a + ((r - r0) / (r1 - r0)) * (b - a));
  return to;
};
export const linear = scale((v) => v, (v) => v);
export const log = scale(Math.log10, (v) => 10 ** v);

/** The frame of a plot: two axes with ticks and titles. An axis is {domain, ticks, label, format, scale}. */
export function frame(size, x, y, margin = {}) {
  const m = { top: 14, right: 16, bottom: 48, left: y.label ? 58 : 14, ...margin };
  const area = { left: m.left, right: size.width - m.right, top: m.top, bottom: size.height - m.bottom };
  const toX = (x.scale || linear)(x.domain, [area.left, area.right]);
  const toY = (y.scale || linear)(y.domain, [area.bottom, area.top]);
  const sparse = (ticks) => (size.width < NARROW && ticks.length > 6 ? ticks.filter((_, i) => i % 2 === 0) : ticks);
  const decimals = (ticks) => Math.max(0, ...ticks.map((t) => show(t, 4).replace(/0+$/, "").split(".")[1].length));
  const format = (axis, v) => (axis.format || ((t) => show(t, decimals(axis.ticks))))(v);   // as Matplotlib writes them
  let markup = `<path class="axis" d="M${area.left} ${area.top}V${area.bottom}H${area.right}"/>`;
  for (const v of sparse(x.ticks || [])) {
    markup += `<path class="axis" d="M${toX(v)} ${area.bottom}v5"/>` + text(toX(v), area.bottom + 20, format(x, v), "tick middle");
  }
  for (const v of y.ticks || []) {
    markup += `<path class="axis" d="M${area.left} ${toY(v)}h-5"/>` + text(area.left - 9, toY(v) + 5, format(y, v), "tick end");
  }
  markup += text((area.left + area.right) / 2, size.height - 6, x.label, "title middle");
  if (y.label) {
    markup += `<text class="title middle" transform="translate(13 ${(area.top + area.bottom) / 2}) rotate(-90)">${escape(y.label)}</text>`;
  }
  return { x: toX, y: toY, area, markup };
}

// Marks: strings of SVG -------------------------------------------------------------------------------

export const text = (x, y, words, name = "") => `<text class="${name}" x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escape(words)}</text>`;
export const curve = (at, xs, ys, name) =>
  `<path class="curve ${name}" d="M${xs.map((x, i) => `${at.x(x).toFixed(1)} ${at.y(ys[i]).toFixed(1)}`).join("L")}"/>`;
export const segment = (x1, y1, x2, y2, name) => `<path class="${name}" d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}"/>`;
export const dot = (x, y, name = "", r = 4.5) => `<circle class="dot ${name}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r}"/>`;
export const box = (x, y, width, height, name) =>
  `<rect class="${name}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width).toFixed(1)}" height="${Math.max(0, height).toFixed(1)}"/>`;

/** What the lines are called, in rows above the plot: a sample of each line, and its name. */
export function legend(size, items, left = 12) {
  let [x, y, markup] = [left, 10, ""];
  for (const [name, mark] of items) {
    const width = 36 + 8.2 * name.length;
    if (x > left && x + width > size.width) [x, y] = [left, y + 18];
    markup += segment(x, y - 4, x + 28, y - 4, `curve ${mark}`) + text(x + 34, y, name, mark.split(" ")[0]);
    x += width + 14;
  }
  return { markup, height: y + 12 };
}

let count = 0;   // makes the ids of this page

/** Marks that must not leave the plot's frame. */
export function within(area, markup) {
  const id = `within-${++count}`;
  const { left, right, top, bottom } = area;
  return `<clipPath id="${id}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath><g clip-path="url(#${id})">${markup}</g>`;
}

// Controls --------------------------------------------------------------------------------------------

const SVG = "http://www.w3.org/2000/svg";
function make(tag, attributes = {}, ...children) {
  const element = ["svg", "g", "circle", "path", "rect"].includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const nice = (n) => Number((ROUND[((n % 10) + 10) % 10] * 10 ** Math.floor(n / 10)).toPrecision(2));
function nearest(value) {
  const distance = (n) => Math.abs(Math.log(nice(n) / value));
  const low = Math.floor(10 * Math.log10(value));
  return [low - 1, low, low + 1, low + 2].reduce((best, n) => (distance(n) < distance(best) ? n : best));
}

const get = (state, [key, i]) => (i === undefined ? state[key] : state[key][i]);
const path = (control) => [].concat(control.key);
const written = (control, value) => (control.format || ((v) => show(v, 2)))(value);
const snapped = (control, value) => {
  const [low, high, step] = [control.min, control.max, control.step];
  if (control.log) return clamp(nice(nearest(value)), low, high);
  return clamp(Number((Math.round(value / step) * step).toFixed(6)), low, high);
};
/** Steps up or down; a logarithmic control goes through round numbers, ten to each power of ten. */
const moved = (control, value, steps) =>
  control.log ? clamp(nice(nearest(value) + steps), control.min, control.max) : snapped(control, value + steps * control.step);

/** A labelled range with its value and unit. */
function slider(control, set) {
  const bare = control.log ? Math.log10 : (v) => v;
  const input = make("input", { type: "range", min: bare(control.min), max: bare(control.max), step: control.log ? "any" : control.step, "data-key": path(control).join("-") });
  const value = make("span", { class: "value", "aria-hidden": "true" });
  input.addEventListener("input", () => set(control, snapped(control, control.log ? 10 ** input.value : Number(input.value))));
  if (control.log) {   // the browser's own steps would be a hundredth of the way
    input.addEventListener("keydown", (event) => {
      const steps = STEPS[event.key];
      if (!steps) return;
      event.preventDefault();
      set(control, moved(control, control.now, steps));
    });
  }
  const update = (state) => {
    control.now = get(state, path(control));
    input.value = bare(control.now);
    input.setAttribute("aria-valuetext", value.textContent = written(control, control.now));
  };
  return [make("label", { class: `range ${control.mark || ""}` }, make("span", { class: "name" }, control.label), input, value), update];
}

/** A choice between a few words. */
function choice(control, set) {
  const name = `choice-${++count}`;
  const inputs = control.options.map(([value, label]) => {
    const input = make("input", { type: "radio", name, value });
    input.addEventListener("change", () => set(control, value));
    return [input, make("label", {}, input, label)];
  });
  const update = (state) => inputs.forEach(([input]) => { input.checked = input.value === state[control.key]; });
  const title = make("span", { class: "name", id: `${name}-name` }, control.label);
  return [make("div", { class: "choice", role: "radiogroup", "aria-labelledby": title.id }, title, ...inputs.map(([, label]) => label)), update];
}

/** A button that sets several values at once. */
function button(label, act) {
  const element = make("button", { type: "button" }, label);
  element.addEventListener("click", act);
  return element;
}

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/** A handle in the drawing that can be dragged, and is a slider for the keyboard and for those who hear the page. */
function grip(handle, drawing, set) {
  const element = make("g", { class: `handle ${handle.mark || ""}`, role: "slider", tabindex: 0, "data-key": path(handle).join("-"),
    "aria-label": handle.label, "aria-valuemin": handle.min, "aria-valuemax": handle.max,
    "aria-orientation": handle.along === "y" ? "vertical" : "horizontal" },
  make("circle", { class: "reach", r: 15 }), make("circle", { class: "knob", r: 7 }));
  let now, where;
  element.addEventListener("keydown", (event) => {
    const target = event.key === "Home" ? handle.min : event.key === "End" ? handle.max : STEPS[event.key] && moved(handle, now, STEPS[event.key]);
    if (target === undefined) return;
    event.preventDefault();
    set(handle, target);
  });
  const drag = (event) => {
    const place = drawing.getBoundingClientRect();
    const value = handle.along === "y" ? where.y.invert(event.clientY - place.top) : where.x.invert(event.clientX - place.left);
    set(handle, snapped(handle, value));
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
  });
  // A finger on it moves it, and not the page. (Chromium does not honour touch-action on a part of a drawing.)
  element.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  element.addEventListener("pointermove", (event) => element.hasPointerCapture(event.pointerId) && drag(event));
  const update = (state, at) => {
    where = at;
    now = get(state, path(handle));
    const [x, y] = handle.at(state, at);
    element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    element.setAttribute("aria-valuenow", now);
    element.setAttribute("aria-valuetext", written(handle, now));
  };
  return [element, update];
}

// Drawings --------------------------------------------------------------------------------------------

const HATCH = (id) => `<defs><pattern id="${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatching" d="M0 0V6"/></pattern></defs>`;

/** An SVG as large as its place, redrawn when the place or the values change. */
function drawing(place, part, title, described, set) {
  const svg = make("svg", { role: part.handles ? "group" : "img", "aria-label": title, "aria-describedby": described });
  const marks = make("g", { "aria-hidden": "true" });
  svg.append(marks);
  const handles = (part.handles || []).map((handle) => grip(handle, svg, set));
  svg.append(...handles.map(([element]) => element));
  place.append(svg);
  const hatch = `hatch-${++count}`;
  let last;
  const update = (state = last) => {
    last = state;
    const size = { width: place.clientWidth, height: place.clientHeight };
    if (!size.width) return;
    svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    const at = part.draw(state, size, `url(#${hatch})`);
    marks.innerHTML = HATCH(hatch) + at.markup;
    handles.forEach(([, place]) => place(state, at));
  };
  new ResizeObserver(() => last && update()).observe(place);
  return update;
}

/** Put the living figure in the place of its picture, and its controls into `host`. */
export function mount(host, kind, values) {
  const figure = host.closest("figure");
  const picture = figure.querySelector("img");
  const still = picture.closest("a") || picture;
  const { width, height } = picture.getBoundingClientRect();
  const spec = kind(values);
  const start = structuredClone(spec.state);
  let state = structuredClone(start);
  const updates = [];
  const set = (control, value) => {
    const [key, i] = path(control);
    const next = spec.change ? spec.change(state, key, i, value) : i === undefined ? value : state[key].map((v, j) => (j === i ? value : v));
    refresh({ ...state, [key]: next });
  };

  const described = `described-${++count}`;
  const description = make("p", { id: described, class: "visually-hidden" });
  const place = make("div", { class: "drawing", style: `aspect-ratio:${width}/${height};width:${picture.style.width || `${width}px`}` });
  updates.push(drawing(place, spec, spec.title, described, set));
  if (spec.panel) {
    const panel = make("div", { class: "panel" });
    updates.push(drawing(panel, spec.panel, spec.panel.title, described, set));
    host.append(panel);
  }
  for (const control of spec.controls || []) {
    const [element, update] = (control.options ? choice : slider)(control, set);
    host.append(element);
    updates.push(update);
  }
  const output = make("output");
  updates.push((now) => {
    output.innerHTML = spec.readout(now).map(([key, label, value = ""]) => key === "line" ? `<span class="line">${escape(label)}</span>`
      : `<span data-name="${key}">${escape(label)} <b>${escape(value)}</b></span>`).join("");
    description.textContent = spec.describe(now);
  });
  const buttons = (spec.buttons || []).map(([label, part]) => button(label, () => refresh({ ...state, ...structuredClone(part) })));
  const reset = button("Reset", () => refresh(structuredClone(start)));
  reset.className = "reset";
  host.append(output, make("div", { class: "buttons" }, ...buttons, reset));

  function refresh(next) {
    state = next;
    updates.forEach((update) => update(state));
    reset.disabled = JSON.stringify(state) === JSON.stringify(start);
  }
  still.classList.add("still");
  still.before(place);
  place.after(description);
  host.classList.add("ready");
  refresh(state);
}
