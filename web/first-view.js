// What a page does on its first visit; tools/site/page_weight.py puts this into a page before its own scripts.
(() => {
  let shift = 0, largest = 0;
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("layout-shift", (entry) => { shift += entry.value; });
  watch("largest-contentful-paint", (entry) => { largest = entry.startTime; });

  /** Milliseconds to each event, and the sum of all shifts, once nothing moves any more. */
  window.firstView = async () => {
    if (window.MathJax?.startup?.promise) await MathJax.startup.promise;
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const settled = performance.now();
    await new Promise((done) => setTimeout(done, 400)); // what moves late
    const parsed = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    const fonts = performance.getEntriesByType("resource").filter((entry) => /woff2?$/.test(entry.name));
    const laidOut = window.MathJax ? settled : Math.max(parsed, paint, ...fonts.map((font) => font.responseEnd));
    return { parsed, paint, largest, "laid out": laidOut, shift };
  };
})();
