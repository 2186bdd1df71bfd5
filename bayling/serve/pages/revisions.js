// The list of revisions, each with what changed, and the earlier texts.
import { $, element } from "./dom.js";
import { state } from "./state.js";

const NAMES = { added: "ins", removed: "del" };
const AROUND = 60; // characters of what stayed the same that are shown beside a change
const BEGINNING = 600; // more than the lines of a text that are shown hold

const beginning = (text) => text.slice(0, BEGINNING);

export function showRevisions(go, directionOf) {
  const view = state.view;
  const revisions = view?.session.revisions ?? [];
  const focused = $("list").contains(document.activeElement) && document.activeElement.dataset.number;
  $("list").replaceChildren(...revisions.map((revision) => {
    const current = revision.number === view.session.current;
    const changes = view.changes[revision.number];
    const words = element("div", { className: changes ? "words changed" : "words", dir: directionOf(revision.target_lang), lang: revision.target_lang });
    words.append(...marked(changes, revision.text));
    const from = revision.parent && revision.parent !== revision.number - 1 ? ` from ${revision.parent}` : "";
    const button = element(
      "button",
      { onclick: () => go(revision.number), "data-number": revision.number, title: revision.request.text },
      element("div", { className: "head" },
        element("b", { dir: "auto" }, named(revision)), element("span", {}, `${revision.number}${from}`)),
      words,
    );
    if (current) button.setAttribute("aria-current", "true");
    return element("li", {}, button);
  }));
  $("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  if (focused) $("list").querySelector(`[data-number="${focused}"]`)?.focus({ preventScroll: true });
}

export function marked(changes, text) {
  if (!changes) return [beginning(text)];
  if (changes.every((change) => change.kind === "same")) return [element("span", { className: "note" }, "unchanged")];
  return changes.map((change, at) => (change.kind === "same"
    ? nearby(change.text, at > 0, at < changes.length - 1)
    : element(NAMES[change.kind], {}, change.text)));
}

// What is far from any change is left out, so that the changes of a long text are in sight.
function nearby(text, before, after) {
  const all = [...text];
  if (all.length <= (before + after) * AROUND + AROUND) return text;
  const [head, tail] = [before ? all.slice(0, AROUND) : [], after ? all.slice(-AROUND) : []];
  return `${head.join("")} … ${tail.join("")}`;
}

function named(revision) {
  if (revision.request.kind === "translate") return "Translation";
  if (revision.request.kind === "edit") return "By hand";
  return revision.request.text;
}

export function showEarlier(open) {
  $("kept").replaceChildren(...state.earlier.filter((view) => view !== state.view).map((view) => element("li", {},
    element("button", { onclick: () => open(view) },
      element("div", { className: "words", dir: "auto" }, beginning(view.session.source)),
      element("div", { className: "words note", dir: view.target_direction, lang: view.target_lang }, beginning(view.text) || "not translated yet")))));
}
