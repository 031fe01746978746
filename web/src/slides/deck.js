// A deck: reveal.js with the speaker's view, light or dark. A classic script, so that it opens from the disk too.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const printing = /[?&](print-pdf|view=print)/i.test(location.search);
  const follow = () => (root.dataset.theme = system.matches && !printing ? "dark" : "light");
  follow();
  system.addEventListener("change", follow);

  const deck = new Reveal(document.querySelector(".reveal"), {
    width: 1280,
    height: 720,
    margin: 0,
    minScale: 0.1,
    maxScale: 4,
    center: false,
    controls: true, // for the mouse, in the margins
    controlsLayout: "edges",
    controlsTutorial: false,
    display: "flex",
    hash: true,
    navigationMode: "linear",
    pdfMaxPagesPerSlide: 1,
    pdfSeparateFragments: false, // on paper a slide is one page, with its answer
    plugins: [RevealNotes],
    slideNumber: "c/t",
    totalTime: 60 * Number(document.body.dataset.minutes), // the speaker's clock; each slide has its data-timing
    transition: "none",
  });
  deck.initialize().then(() => {
    for (const button of document.querySelectorAll(".keys button")) {
      const { key } = button.dataset;
      button.addEventListener("click", () => (key ? deck.triggerKey(Number(key)) : deck.toggleHelp()));
    }
    deck.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    });
  });
  window.deck = deck;
})();
