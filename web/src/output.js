// What a cell produced, in the place and the shape of what the book saved.

const element = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

export class Output {
  /** @param {HTMLElement} cell */
  constructor(cell, name) {
    this.name = name;
    this.saved = cell.querySelector(".cell_output");
    this.home = (cell.matches(".tag_hide-cell") && cell.querySelector("details")) || cell; // in the fold with its code
    this.figure = this.saved?.querySelector("figure") ?? null;
    this.live = null;
    this.urls = [];
    this.stream = null; // where printed text goes on, as long as nothing else comes between
  }

  /** Begin again. The old output stays until there is something to show: no flicker on a rerun. */
  clear() {
    this.pending = true;
    this.stream = null;
    this.figures = 0;
  }

  /** Take the old output away, if it is still there. */
  settle() {
    if (!this.pending) return;
    this.pending = false;
    const old = this.live ?? this.saved;
    this.live = element("div", "cell_output docutils container live-output");
    this.release();
    if (old) old.replaceWith(this.live);
    else this.home.append(this.live);
  }

  release() {
    this.urls.splice(0).forEach((url) => URL.revokeObjectURL(url));
  }

  add(kind, content, edited) {
    this.settle();
    if (kind === "figure") {
      this.stream = null;
      this.live.append(this.picture(content, edited));
      return;
    }
    if (kind === "html") {
      this.stream = null;
      const said = new DOMParser().parseFromString(content, "text/html").body;
      const note = said.querySelector("div.sliders[data-figure]");
      const frame = this.live.querySelector(":scope > figure:last-of-type");
      if (note && frame) this.addSliders(frame, note.dataset);
      else this.live.append(element("p", "live-html", said.textContent));
      return;
    }
    if (this.stream?.dataset.kind !== kind) {
      const box = element("div", "output stream notranslate"); // as the saved ones are, for the same look
      const frame = element("div", "highlight");
      const pre = element("pre", `live-${kind}`);
      pre.dataset.kind = kind;
      frame.append(pre);
      box.append(frame);
      this.live.append(box);
      this.stream = pre;
    }
    this.stream.append(content);
  }

  /** A figure: in the saved one's frame, with its caption and, for the saved code, its description. */
  picture(bytes, edited) {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    this.urls.push(image.src);
    const first = this.figures === 0;
    this.figures += 1;
    const saved = first ? this.figure?.querySelector("img") : null;
    image.alt = saved && !edited ? saved.alt : "Figure drawn by your own code.";
    image.style.cssText = saved?.style.cssText ?? "";
    // The size before the picture is there: nothing jumps. (A PNG tells it in bytes 16 to 23.)
    const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    image.width = header.getUint32(16) / 2;
    image.height = header.getUint32(20) / 2;
    if (!saved) return image;
    const frame = this.figure.cloneNode(true);
    frame.querySelectorAll(".drawing, .sliders, :scope > .visually-hidden").forEach((part) => part.remove());
    const old = frame.querySelector("img");
    (old.closest("a") ?? old).replaceWith(image);
    return frame;
  }

  /** The figure's sliders, from the values of this run. */
  async addSliders(frame, { figure, values }) {
    const host = element("div", "sliders");
    Object.assign(host.dataset, { figure, values });
    frame.querySelector("figcaption").before(host);
    const [{ start }] = await Promise.all([
      import(new URL("../figures.js", import.meta.url)),
      frame.querySelector("img").decode(),
    ]);
    if (host.isConnected) start(host);
  }

  /** Whether the last run has shown nothing. */
  get isEmpty() {
    return this.pending || !this.live.querySelector(":scope > :not(.live-label)");
  }

  /** Whether it is as the book saved it, and no run is about to change it. */
  get isSaved() {
    return !this.pending && !this.live;
  }

  /** Say below the output that it is live. */
  label(text) {
    this.settle();
    this.live.querySelector(":scope > .live-label")?.remove();
    if (text) this.live.append(element("p", "live-label", text));
    for (const pre of this.live.querySelectorAll("pre")) {
      if (pre.scrollHeight <= pre.clientHeight && pre.scrollWidth <= pre.clientWidth) continue;
      // One that scrolls can be reached with the keyboard.
      Object.assign(pre, { tabIndex: 0, role: "group", ariaLabel: `Output of ${this.name}, scrolls` });
    }
  }

  /** Back to what the book saved. */
  restore() {
    this.pending = false;
    this.release();
    if (!this.live) return;
    if (this.saved) this.live.replaceWith(this.saved);
    else this.live.remove();
    this.live = null;
  }
}
