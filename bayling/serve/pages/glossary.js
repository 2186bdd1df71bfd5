// The glossary: a table that grows as one types, and files of two columns.
import { $, element } from "./dom.js";
import { Fault } from "./api.js";
import { state, save, terms, entries, fits, LONGEST } from "./state.js";

const MOST = 10_000; // terms that the server takes beside a document

export function showGlossary(use) {
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
      value: term[key], dir: "auto", lang, maxLength: LONGEST, "aria-label": name, placeholder: last ? name : "",
      oninput: keep(key),
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
  const [before, there] = [rows.length, new Set(rows.map((term) => term.source))];
  let [known, incomplete, told] = [0, 0, ""];
  const long = [];
  for (const [at, cells] of [first, ...others].entries()) {
    const term = { source: cells[source], target: cells[target] };
    if (at === 0 && isHead) continue;
    if (!term.source || !term.target) incomplete += cells.some(Boolean) ? 1 : 0;
    else if (there.has(term.source)) known += 1;
    else if (!fits(term.source) || !fits(term.target)) long.push(at + 1);
    else if (rows.length >= MOST) {
      told = ` From line ${at + 1} on nothing was taken: a glossary has at most ${MOST} terms.`;
      break;
    } else there.add(term.source) && rows.push(term);
  }
  save();
  if (long.length) told += ` Not taken, because a term has at most ${LONGEST} characters: line ${long.join(", ")}.`;
  return `${rows.length - before} terms taken; ${known} were there already, ${incomplete} lines have no translation.${told}`;
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
