// What outlives a reload. It stays in this browser: the server keeps nothing.
const NAME = "bayling";
const EARLIER = 30;
const ROOM = 500_000; // characters of a session's revisions that are sent: a hundred times what the model is told
export const LONGEST = 200; // characters of a term that the server takes

const kept = read("localStorage");
export const state = {
  source: "", from: "", to: "", request: "", theme: "", key: "",
  glossaries: {}, // by the language of the translations
  earlier: [], // views of all texts, this one's among them, newest first
  ...kept,
  // What the server told last: the session, and how to show it. Beside that, what is being written by hand.
  view: (Number.isInteger(kept.view) ? kept.earlier?.[kept.view] : kept.view) ?? null,
  ...read("sessionStorage"), // a tab goes on with its own text
};
keepView();

function read(store) {
  try {
    return JSON.parse(window[store].getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

export function save() {
  keepView();
  const { theme, key, glossaries, earlier, ...own } = state;
  let fault = "";
  try {
    sessionStorage.setItem(NAME, JSON.stringify(own));
    localStorage.setItem(NAME, JSON.stringify({ ...state, view: earlier.indexOf(state.view) }));
  } catch (error) {
    fault = error.name;
  }
  dispatchEvent(new CustomEvent("saved", { detail: fault }));
}

// What another tab has saved, so that this one's next saving does not undo it.
addEventListener("storage", (event) => {
  if (event.key !== NAME || !event.newValue) return;
  const { key, glossaries, earlier } = JSON.parse(event.newValue);
  const terms = JSON.stringify(glossaries) !== JSON.stringify(state.glossaries);
  Object.assign(state, { key, earlier }, terms && { glossaries });
  keepView();
  dispatchEvent(new CustomEvent("shared", { detail: { terms } }));
});

// A text is among the earlier ones from its first translation on: a tab may be closed at any moment.
function keepView() {
  if (state.view && !state.earlier.includes(state.view)) keep(state.view);
}

function keep(view) {
  state.earlier = [view, ...state.earlier.filter((other) => !within(other, view))].slice(0, EARLIER);
}

export function setAside() {
  keepView();
  state.view = null;
  save(); // another tab tells of its own at any moment
}

// Whether the text that stands in the field is the one that was translated.
export const isTranslated = () => state.view?.session.source.trim() === state.source.trim();

// Keeps a text that is not translated yet.
export function setTextAside() {
  const source = state.source.trim();
  if (!source || isTranslated()) return;
  const session = { source, target_lang: state.to, revisions: [] };
  const view = { session, text: "", source_lang: state.from, target_lang: state.to };
  if (!state.earlier.some((other) => within(view, other))) keep(view);
}

// Whether all of a session is in another one, which went on from it.
function within({ session }, { session: other }) {
  return session.source === other.source && session.target_lang === other.target_lang
    && session.revisions.every(({ text }, at) => text === other.revisions[at]?.text);
}

export const terms = () => (state.glossaries[state.to] ??= []);
export const fits = (text) => [...text].length <= LONGEST;
const whole = (list) => list.filter(({ source, target }) =>
  source.trim() && target.trim() && fits(source) && fits(target));
export const entries = () => whole(terms());
export const entriesFor = (text) => entries().filter(mayStandIn(text));

// Whether a term's words may be found in a text, whatever the server takes for the same word.
function mayStandIn(text) {
  const letters = bare(text);
  return ({ source }) => bare(source).split(/\s+/).every((part) => letters.includes(part));
}

// Without case and accents, and without H, which Irish puts into words.
const bare = (text) => text.normalize("NFKD").toUpperCase().replace(/[\p{M}H]/gu, "");

// The present session, with the terms into every language that its text may have.
export function sessionNow() {
  const { session } = state.view;
  const mayStand = mayStandIn(session.source);
  const glossary = Object.entries(state.glossaries).flatMap(([lang, list]) =>
    whole(list).filter(mayStand).map(({ source, target }) => ({ source, target, lang })));
  return { ...session, glossary };
}

// The same without the texts that no answer depends on, where it is long: the server takes only so much at once.
export const sent = () => lean(sessionNow());

export function lean(session) {
  const line = []; // the newest first
  for (let at = session.current; at; at = line.at(-1).parent) line.push(session.revisions[at - 1]);
  let room = ROOM;
  const full = new Set();
  for (const one of new Set([...line, ...[...session.revisions].reverse()])) {
    room -= one.text.length + one.request.text.length;
    if (room < 0) break;
    full.add(one);
  }
  const first = line.at(-1); // whose request the model is always told
  const bared = (one) => ({ ...one, text: "", request: one === first ? one.request : { ...one.request, text: "" } });
  return { ...session, revisions: session.revisions.map((one) => (full.has(one) ? one : bared(one))) };
}
