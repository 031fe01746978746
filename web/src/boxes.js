// A formula wider than the window scrolls in its own box. Such a box can be reached with the Tab key and
// says what it is; one that shows all it has is not in the way.

const boxes = document.querySelectorAll(".bd-article .formula");

function name(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Formula, scrolls sideways");
  } else {
    for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
  }
}

const widths = new ResizeObserver((entries) => entries.forEach((entry) => name(entry.target)));
boxes.forEach((box) => widths.observe(box));
document.fonts.ready.then(() => boxes.forEach(name)); // the fonts may have made them wider
