// What moves on the first visit to a page; tests/browser/shared.py puts this into a page before its own scripts.
(() => {
  let sum = 0;
  const watch = new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; }));
  watch.observe({ type: "layout-shift", buffered: true });

  /** The sum of all layout shifts (CLS), once nothing moves any more. */
  window.shift = async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await new Promise((done) => setTimeout(done, 400)); // what moves late
    return sum;
  };
})();
