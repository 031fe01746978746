// What this browser keeps for the reader, if it keeps anything: changed cells, and whether Python was used.
const PREFIX = "cross-entropy-book:";
const DRAFTS = `${PREFIX}drafts:${location.pathname.split("/").pop().replace(/\.html$/, "")}`;
const USED = `${PREFIX}python`;

/** Do it; where the browser refuses, the other value. */
function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

/** The readers' versions of this chapter's cells, each under its key: the book's code, so that a cell that moves takes it along. */
export function drafts() {
  const kept = attempt(() => JSON.parse(localStorage.getItem(DRAFTS)));
  return Object.fromEntries(Object.entries(kept ?? {}).filter(([, draft]) => typeof draft === "string"));
}

/** Keep a draft, or with null forget it; true unless the browser refuses. */
export function keepDraft(key, draft) {
  const all = drafts(); // as it is now: another window may have written
  if (draft === null) delete all[key];
  else all[key] = draft;
  return attempt(() => (localStorage.setItem(DRAFTS, JSON.stringify(all)), true), false);
}

export const pythonWasUsed = () => attempt(() => sessionStorage.getItem(USED) === "1", false);
export const notePythonWasUsed = () => attempt(() => sessionStorage.setItem(USED, "1"));
