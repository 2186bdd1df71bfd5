// What outlives a reload. It stays in this browser: the server keeps nothing.
const NAME = "bayling";
const EARLIER = 30;

export const state = {
  source: "", from: "", to: "", request: "", theme: "", key: "",
  view: null, // what the server told last: the session, and how to show it
  glossaries: {}, // by the language of the translations
  earlier: [], // views of other texts, newest first
  ...read(),
};

function read() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

export function save() {
  for (;;) {
    try {
      localStorage.setItem(NAME, JSON.stringify(state));
      return;
    } catch (error) {
      const full = error.name === "QuotaExceededError" && state.earlier.length;
      if (!full) return void dispatchEvent(new Event("unsaved"));
      state.earlier.pop(); // no room: the oldest goes
    }
  }
}

export function setAside() {
  if (state.view) {
    const same = (view) => view.session.source === state.view.session.source && view.target_lang === state.view.target_lang;
    state.earlier = [state.view, ...state.earlier.filter((view) => !same(view))].slice(0, EARLIER);
  }
  state.view = null;
}

export const terms = () => (state.glossaries[state.to] ??= []);
export const entries = () => terms().filter((term) => term.source.trim() && term.target.trim());
