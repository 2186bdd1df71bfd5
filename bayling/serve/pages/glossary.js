// The glossary: a table that grows as one types, and files of two columns.
import { $, element } from "./dom.js";
import { Fault } from "./api.js";
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
          const next = line.nextElementSibling;
          rows.splice(rows.indexOf(term), 1);
          line.remove();
          next.querySelector("input").focus();
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

// Takes the terms of a file and tells how many. `codeOf` tells which language a name is that of, if any.
export async function importTerms(file, codeOf) {
  const [first, ...others] = (await lines(file)).map((line) => line.split("\t").map((cell) => cell.trim()));
  const langs = first.map(codeOf);
  const named = langs.filter(Boolean); // beside which a column may hold notes
  const isHead = named.length > 1 && new Set(named).size === named.length;
  const [source, target] = isHead ? columns(langs, `${file.name}: its first line names ${first.join(", ")}`) : [0, 1];
  const rows = terms();
  const before = rows.length;
  let [known, incomplete] = [0, 0];
  for (const cells of isHead ? others : [first, ...others]) {
    const term = { source: cells[source], target: cells[target] };
    if (!term.source || !term.target) incomplete += cells.some(Boolean) ? 1 : 0;
    else if (rows.some((other) => other.source === term.source)) known += 1;
    else rows.push(term);
  }
  save();
  return `${rows.length - before} terms taken; ${known} were there already, ${incomplete} lines have no translation.`;
}

function columns(langs, told) {
  const target = langs.indexOf(state.to);
  if (target < 0) throw new Fault(`${told}, not the language of the translation.`);
  const own = state.from || state.view?.source_lang;
  const source = langs.includes(own) ? langs.indexOf(own) : langs.findIndex((lang) => lang && lang !== state.to);
  return [source, target];
}

async function lines(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()).split(/\r?\n/);
  } catch {
    throw new Fault(`${file.name} is not UTF-8 text; save it as UTF-8 with a tab between the columns.`);
  }
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
