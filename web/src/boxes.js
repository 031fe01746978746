// A formula or a line of code wider than the window scrolls in its own box. Such a box can be reached with
// the Tab key; one that shows all it has is not in the way. The theme does this for code that is in sight when
// the page opens; here also for formulas, and for what is opened later.

const formulas = document.querySelectorAll(".bd-article .formula");
const code = document.querySelectorAll(".bd-article pre");

function reach(box) {
  const wide = box.scrollWidth > box.clientWidth;
  box.tabIndex = wide ? 0 : -1;
  if (!box.matches(".formula")) return;
  if (wide) {
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Formula, scrolls sideways");
  } else {
    for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
  }
}

const sizes = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
[...formulas, ...code].forEach((box) => sizes.observe(box));
document.fonts.ready.then(() => formulas.forEach(reach)); // the fonts may have made them wider
