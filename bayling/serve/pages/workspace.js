// The workspace: what a translator does, as requests to the server, and what comes of it on the page.
import { $, element, tabs } from "./dom.js";
import { events, json } from "./api.js";
import { state, save, setAside, setTextAside, isTranslated, entriesFor, sent, lean, terms } from "./state.js";
import { showRevisions, showEarlier } from "./revisions.js";
import { showGlossary, importTerms, exportTerms } from "./glossary.js";
import { openPopover, closePopover, enterPopover, movePopover, isOpen, item, remark, selected, selectWords, toMenu } from "./popover.js";
import { translateDocument } from "./documents.js";
import { copy, openExport } from "./taking.js";

const REQUESTS = [
  ["More formal", "Make it more formal."],
  ["Less formal", "Make it less formal."],
  ["Shorter", "Make it shorter."],
  ["Simpler words", "Use simpler words."],
  ["More natural", "Make it sound more natural."],
  ["Closer to the source", "Stay closer to the source text."],
  ["Nothing left out", "You left something out. Translate everything."],
];
const LARGE = 3 * 2 ** 20; // bytes of a session that is not sent whole
const WAIT = 600; // milliseconds before a selection opens its menu on a touch screen

let languages = [];
let working = null; // what stops the request under way
let turn = Promise.resolve(); // the last step that was asked for of this text

// --- showing -----------------------------------------------------------------------------------------------

function show() {
  const view = state.view;
  const current = view?.text ?? "";
  $("target").textContent = current;
  dress($("target"), view?.target_lang);
  $("unmet").replaceChildren(...(view?.unmet ?? []).map((reason) => element("li", {}, reason)));
  $("undo").ariaDisabled = String(!view?.can_undo); // disabled, it would lose the focus
  $("redo").ariaDisabled = String(!view?.can_redo);
  for (const id of ["edit", "copy", "export", "request", "send"]) $(id).disabled = !current;
  for (const chip of $("chips").children) chip.disabled = !current;
  $("state").textContent = view && view.target_lang !== state.to ? nameOf(view.target_lang) : "";
  showRevisions((number) => move({ do: "go", number }), directionOf);
  showEarlier(reopen);
  showSource();
}

function showSource() {
  const found = !state.from && isTranslated() && state.view.source_lang;
  $("from").options[0].textContent = found ? `${nameOf(found)} (recognised)` : "Recognise the language";
  dress($("source"), state.from || found);
  $("count").textContent = state.source ? `${[...state.source].length} characters` : "";
  $("translate").disabled = !state.source.trim();
}

function showLanguages() {
  const option = (language) => element("option", { value: language.code },
    language.own_name === language.name ? language.name : `${language.name} · ${language.own_name}`);
  const sorted = [...languages].sort((a, b) => a.name.localeCompare(b.name));
  $("from").replaceChildren(element("option", { value: "" }, "Recognise the language"), ...sorted.map(option));
  $("to").replaceChildren(...sorted.map(option));
  $("from").value = state.from;
  $("to").value = state.to;
  $("term-from").textContent = state.from ? nameOf(state.from) : "Word";
  $("term-to").textContent = nameOf(state.to);
  showGlossary(useTerm);
}

const languageOf = (code) => languages.find((language) => language.code === code);
const nameOf = (code) => languageOf(code)?.name ?? code;
const directionOf = (code) => languageOf(code)?.direction ?? "auto";

const englishNames = new Intl.DisplayNames("en", { type: "language", fallback: "none" });

/** The code of a language that is called so; of one that the model is not for, as it is written. */
function codeOf(name) {
  const same = (one) => one.toLowerCase() === name.toLowerCase();
  const listed = languages.find((language) => same(language.code) || same(language.name));
  if (listed) return listed.code;
  if (!/^[a-z]{2,3}([-_][a-z]{4})?([-_]([a-z]{2}|\d{3}))?$/i.test(name)) return;
  const code = name.replaceAll("_", "-");
  return tags(code).find(languageOf) ?? (englishNames.of(code) && code);
}

function dress(field, code) {
  field.dir = directionOf(code);
  field.lang = code || "";
}

function tell(message) {
  $("fault").hidden = !message;
  $("fault").firstElementChild.textContent = message ?? "";
}

function took(view) {
  // The server tells what changed of new revisions alone, and was not sent all of the others.
  const { session: before, changes, byHand } = state.view ?? {};
  const revisions = [...before?.revisions ?? [], ...view.session.revisions.slice(before?.revisions.length)];
  const text = revisions[view.session.current - 1]?.text ?? "";
  state.view = { byHand, ...view, text, session: { ...view.session, revisions }, changes: { ...changes, ...view.changes } };
  save();
  show();
}

// --- asking ------------------------------------------------------------------------------------------------

async function stream(path, body) {
  working?.abort();
  const stop = (working = new AbortController());
  const made = $("made");
  tell(null);
  closePopover();
  made.classList.add("busy");
  $("target").ariaBusy = "true"; // read out once it is whole
  const into = body.target ?? body.request?.target ?? (body.request ? null : body.session.target_lang);
  if (into) dress($("target"), into);
  $("translate").textContent = "Stop";
  $("unmet").replaceChildren();
  $("state").textContent = "asking the model";
  let [text, attempt] = ["", 1];
  try {
    for await (const [name, data] of events(path, { body: { ...body, stream: true }, signal: stop.signal })) {
      if (name === "done") {
        took(data);
        return true;
      }
      if (data.attempt !== attempt) [text, attempt] = ["", data.attempt];
      text += data.text;
      $("target").textContent = text.trimStart();
      $("state").textContent = attempt > 1 ? "asking again: something was missing" : "";
    }
  } catch (error) {
    if (stop === working) show();
    if (error.name !== "AbortError") tell(error.message);
    return false;
  } finally {
    if (stop === working) {
      working = null;
      made.classList.remove("busy");
      $("target").ariaBusy = "false";
      $("translate").textContent = "Translate";
      showSource();
    }
  }
}

async function translate() {
  const source = state.source.trim();
  if (working) return working.abort();
  if (!source) return $("source").focus();
  if (!await keepEdit()) return;
  const same = isTranslated() && state.view.session.target_lang === state.to
    && [state.view.source_lang, ""].includes(state.from);
  if (!same) putAside();
  $("target").textContent = "";
  const body = { text: source, target: state.to, source: state.from || null, glossary: entriesFor(source) };
  if (!same) return stream("/v1/translate", body);
  return stream("/v1/revise", { session: sent() });
}

async function change(request) {
  if (!state.view) return tell("Nothing is translated yet. Translate a text first.");
  if (!await keepEdit()) return;
  await turn;
  if (await stream("/v1/revise", { session: sent(), request }) && request === state.request.trim()) {
    state.request = $("request").value = "";
    agree(state.view.session.revisions.at(-1).request);
    save();
  }
}

// A term that is to hold for all further texts goes into the glossary.
function agree({ kind, term }) {
  if (kind !== "persistence") return;
  const rows = (state.glossaries[term.lang] ??= []);
  const known = rows.find((other) => other.source === term.source);
  if (known) known.target = term.target;
  else rows.push({ source: term.source, target: term.target });
  save();
  showGlossary(useTerm);
}

// Steps go one after another, each from what the one before made: `next` tells of a view what to do, if anything.
function step(next) {
  const source = state.view?.session.source;
  const take = async () => {
    const view = state.view;
    const what = view && view.session.source === source && !working && next(view);
    if (!what) return false;
    tell(null);
    closePopover();
    try {
      const made = await json("/v1/step", { body: { session: sent(), ...what } });
      if (view !== state.view) return false; // who asked is elsewhere by now
      took(made);
      return true;
    } catch (error) {
      tell(error.message);
      return false;
    }
  };
  return (turn = turn.then(take));
}

// To another revision; what is being written by hand becomes one before.
async function move(what) {
  if (await keepEdit()) await step((view) => view[`can_${what.do}`] !== false && what);
}

async function moveBy(lines) {
  if (!await keepEdit()) return;
  await step(({ session: { current, revisions } }) =>
    revisions[current + lines - 1] && { do: "go", number: current + lines });
}

function useTerm({ source, target }) {
  if (state.view && state.view.target_lang !== state.to) return tell(`This translation is not into ${nameOf(state.to)}.`);
  if (source.trim() && target.trim()) change({ kind: "term", source: source.trim(), target: target.trim() });
}

// --- selected words ----------------------------------------------------------------------------------------

function onTargetSelection() {
  const found = selected($("target"));
  if (!found || !state.view || working) return;
  openPopover(found.box, [
    item("Other words", () => otherWords(found)),
    item("Change this…", () => begin(`Replace “${found.text}” with “”`, 1)),
  ]);
}

async function otherWords(found) {
  openPopover(found.box, [remark("asking the model …")]);
  const view = state.view;
  const asked = { session: sent(), start: codePoints(found.start), end: codePoints(found.end) };
  try {
    const { alternatives } = await json("/v1/alternatives", { body: asked });
    if (view !== state.view || working || !isOpen()) return; // who asked is elsewhere by now
    const replace = (words) => () => {
      const text = state.view.text;
      step(() => ({ do: "edit", text: text.slice(0, found.start) + words + text.slice(found.end) }));
    };
    const none = [remark("The model knows no other words here.")];
    openPopover(found.box, alternatives.length ? alternatives.map((words) => item(words, replace(words))) : none);
  } catch (error) {
    closePopover();
    tell(error.message);
  }
}

// The server counts characters, JavaScript halves of some.
const codePoints = (units) => [...state.view.text.slice(0, units)].length;

function onSourceSelection() {
  const field = $("source");
  const text = field.value.slice(field.selectionStart, field.selectionEnd).trim();
  if (!text || text.length > 200 || text === state.source.trim() || !state.view || working) return closePopover();
  const box = field.getBoundingClientRect();
  openPopover({ left: box.left + 16, top: box.bottom - 70, bottom: box.bottom - 52 }, [
    item("This was left out", () => change({ kind: "restore", phrase: text })),
    item("Add to the glossary", () => addTerm(text)),
  ]);
}

function addTerm(source) {
  closePopover();
  terms().push({ source, target: "" });
  save();
  showGlossary(useTerm);
  showAside("tab-glossary");
  [...$("terms").querySelectorAll("tr")].at(-2).querySelectorAll("input")[1].focus();
}

// Lets the user write on, so many characters before the end.
function begin(request, before) {
  closePopover();
  const field = $("request");
  field.value = state.request = request;
  field.focus();
  field.setSelectionRange(request.length - before, request.length - before);
}

// --- editing by hand ---------------------------------------------------------------------------------------

function startEdit() {
  if (!state.view || working) return;
  const field = $("by-hand");
  if (!field.hidden) return keepEdit();
  const begun = state.view.byHand?.at === state.view.session.current ? state.view.byHand.text : "";
  field.value = begun || state.view.text;
  dress(field, state.view.target_lang);
  field.hidden = false;
  $("target").hidden = true;
  $("edit").textContent = "Keep";
  field.focus();
}

function writeByHand(open) {
  if (state.view) state.view.byHand = { at: state.view.session.current, text: $("by-hand").value, open };
  save();
}

function closeEdit() {
  const focused = document.activeElement === $("by-hand");
  $("by-hand").hidden = true;
  $("target").hidden = false;
  $("edit").textContent = "Edit";
  if (focused) $("target").focus();
}

// What was written stays, and Edit goes on with it.
function leaveEdit() {
  writeByHand(false);
  closeEdit();
  const text = $("by-hand").value.trim();
  if (text && text !== state.view?.text) $("state").textContent = "Edit goes on with what you wrote";
}

// Tells whether nothing that was written by hand is left to be kept.
async function keepEdit() {
  const field = $("by-hand");
  if (field.hidden) return true;
  const text = field.value.trim();
  const kept = () => field.hidden || !text || text === state.view?.text;
  if (!kept() && !await step(() => !kept() && { do: "edit", text }) && !kept()) return false;
  if (state.view) state.view.byHand = null;
  save();
  closeEdit();
  return true;
}

// --- other texts -------------------------------------------------------------------------------------------

async function leave() {
  working?.abort();
  if (!await keepEdit()) return false;
  setTextAside();
  putAside();
  return true;
}

function putAside() {
  setAside();
  turn = Promise.resolve(); // what the text before still waits for holds up no other
}

async function reopen(view) {
  if (!await leave()) return;
  state.earlier = state.earlier.filter((other) => other !== view);
  state.source = $("source").value = view.session.source;
  state.to = view.session.target_lang;
  if (state.from !== view.source_lang) state.from = "";
  if (view.session.revisions.length) took(view);
  save();
  showLanguages();
  show();
  showAside("tab-revisions");
  if (document.activeElement === document.body) $("tab-revisions").focus(); // the earlier text's line is gone
}

async function openSession(file) {
  try {
    const session = JSON.parse(await file.text());
    const large = file.size > LARGE;
    const what = large ? { session: lean(session), do: "go", number: session.current } : { session, do: "show" };
    const view = await json("/v1/step", { body: what });
    if (large) view.session.revisions = session.revisions;
    for (const { lang, ...term } of view.session.glossary) {
      const known = (state.glossaries[lang] ??= []);
      if (!known.some((other) => other.source === term.source)) known.push(term);
    }
    await reopen(view);
  } catch (error) {
    tell(error instanceof SyntaxError ? `${file.name} is no session: it is not JSON.` : `${file.name}: ${error.message}`);
  }
}

async function startNew() {
  if (!await leave()) return;
  state.source = $("source").value = "";
  state.request = $("request").value = "";
  save();
  show();
  $("source").focus();
}

// --- the page ----------------------------------------------------------------------------------------------

const showMain = tabs(document.querySelector(".bar .tabs"));
const showAside = tabs(document.querySelector("aside .tabs"));

function listen() {
  $("source").addEventListener("input", () => {
    state.source = $("source").value;
    save();
    showSource();
  });
  $("request").addEventListener("input", () => {
    state.request = $("request").value;
    save();
  });
  $("by-hand").addEventListener("input", () => writeByHand(true));
  for (const id of ["from", "to"]) {
    $(id).addEventListener("change", () => {
      state[id] = $(id).value;
      save();
      showLanguages();
      showSource();
      if (id === "to" && isTranslated() && state.view.target_lang !== state.to) change({ kind: "retarget", target: state.to });
    });
  }
  $("swap").addEventListener("click", async () => {
    const typed = state.source.trim() && !isTranslated(); // which is what is to be translated then
    const from = state.from || (!typed && state.view?.source_lang) || "";
    if (!from) return tell("Which language is the text in? Choose it on the left first.");
    working?.abort();
    if (!await keepEdit()) return;
    const text = !typed && state.view?.text;
    putAside();
    [state.from, state.to] = [state.to, from];
    if (text) state.source = $("source").value = text;
    save();
    showLanguages();
    show();
  });
  $("translate").addEventListener("click", translate);
  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (state.request.trim() && !working) change(state.request.trim());
  });
  $("undo").addEventListener("click", () => move({ do: "undo" }));
  $("redo").addEventListener("click", () => move({ do: "redo" }));
  $("edit").addEventListener("click", startEdit);
  $("copy").addEventListener("click", () => copy(tell));
  $("export").addEventListener("click", () => openExport(tell));
  $("session-file").addEventListener("change", (event) => {
    openSession(event.target.files[0]);
    event.target.value = "";
  });
  $("new").addEventListener("click", startNew);
  $("theme").addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
    state.theme = dark ? "light" : "dark";
    save();
    document.documentElement.dataset.theme = state.theme;
  });
  $("help").addEventListener("click", () => $("keyboard").showModal());
  $("fault").querySelector("button").addEventListener("click", () => tell(null));
  $("target").addEventListener("mouseup", () => setTimeout(onTargetSelection));
  $("target").addEventListener("keydown", selectWords);
  $("target").addEventListener("keyup", (event) => event.key.startsWith("Arrow") && onTargetSelection());
  $("target").addEventListener("touchend", () => setTimeout(onTargetSelection, WAIT));
  $("source").addEventListener("mouseup", () => setTimeout(onSourceSelection));
  $("source").addEventListener("keyup", (event) => event.shiftKey && event.key.startsWith("Arrow") && onSourceSelection());
  $("source").addEventListener("touchend", () => setTimeout(onSourceSelection, WAIT));
  $("popover").addEventListener("keydown", movePopover);
  $("terms-export").addEventListener("click", exportTerms);
  $("terms-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    try {
      $("terms-told").textContent = await importTerms(file, codeOf);
    } catch (error) {
      tell(error.message);
    }
    event.target.value = "";
    showGlossary(useTerm);
  });
  document.addEventListener("pointerdown", (event) => $("popover").contains(event.target) || closePopover());
  document.addEventListener("keydown", onKey);
  addEventListener("shared", ({ detail }) => {
    showEarlier(reopen);
    if (detail.terms) showGlossary(useTerm);
  });
  addEventListener("saved", ({ detail: fault }) => {
    $("unsaved").hidden = !fault;
    $("room").hidden = fault !== "QuotaExceededError" || state.earlier.length < 2;
  });
  $("room").addEventListener("click", () => {
    state.earlier.pop();
    save();
    showEarlier(reopen);
  });
  addEventListener("error", (event) => tell(`The page has a fault: ${event.message}`));
  addEventListener("unhandledrejection", (event) => tell(`The page has a fault: ${event.reason?.message ?? event.reason}`));
  listenForFiles();
}

function listenForFiles() {
  const drop = $("drop");
  $("file").addEventListener("change", (event) => {
    for (const file of event.target.files) translateDocument(file);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    showMain("tab-document");
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    for (const file of event.dataTransfer.files) translateDocument(file);
  });
}

function onKey(event) {
  if (document.querySelector("dialog[open]") || event.defaultPrevented || event.isComposing) return;
  if ($("text").hidden && event.key !== "?") return; // all others are for what is not in sight
  const command = event.ctrlKey || event.metaKey;
  const typing = event.target.matches("input, textarea, select");
  if (command && event.key === "Enter") {
    if (event.target === $("request")) $("ask").requestSubmit();
    else $("by-hand").hidden ? translate() : keepEdit();
  }
  else if (event.key === "Escape") {
    if (isOpen()) closePopover();
    else if (!$("by-hand").hidden) leaveEdit();
    else working?.abort();
  } else if (isOpen() && toMenu(event)) enterPopover();
  else if (event.altKey && !event.target.matches("select") && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    moveBy(event.key === "ArrowUp" ? -1 : 1);
  } else if (typing) return;
  else if (command && event.key.toLowerCase() === "z") move({ do: event.shiftKey ? "redo" : "undo" });
  else if (command || event.altKey) return;
  else if (event.key === "/") $("request").focus();
  else if (event.key === "?") $("keyboard").showModal();
  else if (event.key.toLowerCase() === "e") startEdit();
  else return;
  event.preventDefault();
}

/** What a language of the browser may be called here, the nearest first: zh-TW, zh-Hant, zh. */
function tags(code) {
  const { language, script } = new Intl.Locale(code).maximize();
  return [code, `${language}-${script}`, language];
}

async function start() {
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  $("source").value = state.source;
  $("request").value = state.request;
  $("chips").append(...REQUESTS.map(([label, text]) =>
    element("button", { type: "button", textContent: label, title: text, onclick: () => change(text) })));
  listen();
  show();
  try {
    languages = (await json("/v1/languages")).languages;
    const known = (code) => languages.some((language) => language.code === code);
    const own = navigator.languages.flatMap(tags).find((code) => code !== "en" && known(code));
    if (!known(state.to)) state.to = own ?? languages.find((language) => language.code !== "en")?.code ?? "";
    if (!known(state.from)) state.from = "";
    $("model").textContent = (await json("/v1/models")).data[0].id;
  } catch (error) {
    tell(error.message);
  }
  showLanguages();
  show();
  if (state.view?.byHand?.open) startEdit();
}

start();
