// The glossary: a table that grows as one types, and files of two columns.
import { $, element } from "./dom.js";
import { state, save, terms, entries } from "./state.js";

export function showGlossary(changed, use) {
  const rows = terms();
  const row = (term, last) => {
    const keep = (key) => (event) => {
      term[key] = event.target.value;
      if (!rows.includes(term)) {
        rows.push(term);
        $("terms").append(row({ source: "", target: "" }, true));
        buttons.replaceChildren(...tools());
      }
      save();
    };
    const field = (key, lang, name) => element("input", {
      value: term[key], dir: "auto", lang, maxLength: 200, "aria-label": name, placeholder: last ? name : "",
      oninput: keep(key), onchange: changed,
    });
    const tools = () => [
      element("button", {
        className: "quiet icon", title: "Use it in this translation", "aria-label": "Use now", textContent: "✓",
        onclick: () => use(term),
      }),
      element("button", {
        className: "quiet icon", title: "Remove", "aria-label": "Remove", textContent: "✕",
        onclick: () => {
          rows.splice(rows.indexOf(term), 1);
          line.remove();
          save();
          changed();
        },
      }),
    ];
    const buttons = element("td", {}, ...(last ? [] : tools()));
    const line = element("tr", {},
      element("td", {}, field("source", state.from, "Word")),
      element("td", {}, field("target", state.to, "Translation")), buttons);
    return line;
  };
  $("terms").replaceChildren(...rows.map((term) => row(term, false)), row({ source: "", target: "" }, true));
}

export async function importTerms(file) {
  const rows = terms();
  const lines = (await file.text()).replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [source, target] of lines.map((line) => line.split("\t").map((cell) => cell.trim()))) {
    const isHead = source === state.from && target === state.to;
    if (source && target && !isHead && !rows.some((term) => term.source === source)) rows.push({ source, target });
  }
  save();
}

export function exportTerms() {
  const lines = entries().map((term) => `${term.source}\t${term.target}\n`);
  const head = `${state.from || state.view?.source_lang || "en"}\t${state.to}\n`;
  download(new Blob([head, ...lines], { type: "text/tab-separated-values" }), "glossary.tsv");
}

export function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
