// On pages with sliders: fetch the figures when the first of them comes near, and start each as it does.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    import(new URL("figures.js", import.meta.url)).then(({ start }) => start(target));
  }
}, { rootMargin: "400px" });
document.querySelectorAll("div.sliders[data-figure]").forEach((host) => near.observe(host));
