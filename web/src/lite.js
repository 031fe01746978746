// What a notebook in JupyterLite has of the book: its light or dark, and links that lead to its pages.

// The reader's choice on the book's pages; without one JupyterLab follows the system, as web/jupyter-lite.json says.
function theme() {
  try {
    return { light: "JupyterLab Light", dark: "JupyterLab Dark" }[localStorage.getItem("mode")];
  } catch {
    return undefined; // this browser keeps nothing
  }
}

const settings = document.getElementById("jupyter-config-data");
// JupyterLite writes its settings here before it starts.
new MutationObserver((changes, observer) => {
  observer.disconnect();
  const config = JSON.parse(settings.textContent);
  const themes = config.settingsOverrides["@jupyterlab/apputils-extension:themes"];
  if (theme()) Object.assign(themes, { "adaptive-theme": false, theme: theme() });
  settings.textContent = JSON.stringify(config);
}).observe(settings, { childList: true });

// JupyterLab takes a relative link for a file beside the notebook. Another chapter opens as a notebook, and what has
// a folder is a page of the book.
const FILE = /\/lite\/files\/(.+)$/;

for (const kind of ["mouseover", "focusin", "click"]) {
  addEventListener(
    kind,
    (event) => {
      const link = event.target.closest?.(".jp-RenderedMarkdown a");
      const file = link?.href.match(FILE)?.[1];
      if (file) link.href = file.includes("/") ? `../../${file}` : file.replace(/^([^#]+)/, "../notebooks/index.html?path=$1");
      if (link?.target === "_blank") event.stopImmediatePropagation(); // before JupyterLab, which looks for the file
    },
    true,
  );
}
