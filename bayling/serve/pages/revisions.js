// The list of revisions, each with what changed, and the earlier texts.
import { $, element } from "./dom.js";
import { state } from "./state.js";

const NAMES = { added: "ins", removed: "del" };

export function showRevisions(go) {
  const view = state.view;
  const revisions = view?.session.revisions ?? [];
  $("list").replaceChildren(...revisions.map((revision) => {
    const current = revision.number === view.session.current;
    const words = element("div", { className: "words", dir: "auto", lang: revision.target_lang });
    words.append(...marked(view.changes[revision.number], revision.text));
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
}

export function marked(changes, text) {
  if (!changes) return [text];
  return changes.map((change) => (change.kind === "same" ? change.text : element(NAMES[change.kind], {}, change.text)));
}

function named(revision) {
  if (revision.request.kind === "translate") return "Translation";
  if (revision.request.kind === "edit") return "By hand";
  return revision.request.text;
}

export function showEarlier(open) {
  $("kept").replaceChildren(...state.earlier.map((view) => element("li", {},
    element("button", { onclick: () => open(view) },
      element("div", { className: "words", dir: "auto" }, view.session.source),
      element("div", { className: "words note", dir: "auto" }, view.text)))));
}
