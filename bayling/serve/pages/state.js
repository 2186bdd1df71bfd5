// What outlives a reload. It stays in this browser: the server keeps nothing.
const NAME = "bayling";
const EARLIER = 30;

export const state = {
  source: "", from: "", to: "", request: "", byHand: "", theme: "", key: "",
  view: null, // what the server told last: the session, and how to show it
  glossaries: {}, // by the language of the translations
  earlier: [], // views of other texts, newest first
  ...read("localStorage"),
  ...read("sessionStorage"), // a tab goes on with its own text
};

function read(store) {
  try {
    return JSON.parse(window[store].getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

export function save() {
  for (;;) {
    try {
      const { theme, key, glossaries, earlier, ...own } = state;
      localStorage.setItem(NAME, JSON.stringify(state));
      sessionStorage.setItem(NAME, JSON.stringify(own));
      return;
    } catch (error) {
      const full = error.name === "QuotaExceededError" && state.earlier.length;
      if (!full) return void dispatchEvent(new Event("unsaved"));
      state.earlier.pop(); // no room: the oldest goes
    }
  }
}

// What another tab has saved, so that this one's next saving does not undo it.
addEventListener("storage", (event) => {
  if (event.key !== NAME || !event.newValue) return;
  const { key, glossaries, earlier } = JSON.parse(event.newValue);
  const terms = JSON.stringify(glossaries) !== JSON.stringify(state.glossaries);
  Object.assign(state, { key, earlier }, terms && { glossaries });
  dispatchEvent(new CustomEvent("shared", { detail: { terms } }));
});

export function setAside() {
  if (state.view) {
    state.earlier = [state.view, ...state.earlier.filter((view) => !within(view, state.view))].slice(0, EARLIER);
  }
  state.view = null;
  save(); // another tab tells of its own at any moment
}

// Whether all of a session is in another one, which went on from it.
const within = ({ session, target_lang }, other) => session.source === other.session.source
  && target_lang === other.target_lang
  && session.revisions.every(({ text }, at) => text === other.session.revisions[at]?.text);

export const terms = () => (state.glossaries[state.to] ??= []);
const whole = (list) => list.filter((term) => term.source.trim() && term.target.trim());
export const entries = () => whole(terms());
// The terms into every language, as a session has them.
export const glossary = () => Object.entries(state.glossaries)
  .flatMap(([lang, list]) => whole(list).map(({ source, target }) => ({ source, target, lang })));
