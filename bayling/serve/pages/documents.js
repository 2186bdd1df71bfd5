// Documents: up, with progress, and down again.
import { $, element } from "./dom.js";
import { events } from "./api.js";
import { state, entries } from "./state.js";
import { download } from "./glossary.js";

export async function translateDocument(file) {
  const form = new FormData();
  form.append("file", file);
  form.append("target", state.to);
  if (state.from) form.append("source", state.from);
  form.append("glossary", JSON.stringify(entries()));
  form.append("stream", "true");
  const bar = element("progress", { "aria-label": `Translating ${file.name}` });
  const told = element("span", { className: "note", role: "status" }, "waiting");
  const stop = new AbortController();
  const button = element("button", { className: "quiet", textContent: "Stop", onclick: () => stop.abort() });
  const line = element("li", {}, element("b", { dir: "auto" }, file.name), bar, told, button);
  $("files").prepend(line);
  try {
    for await (const [name, data] of events("/v1/documents", { form, signal: stop.signal })) {
      if (name === "progress") {
        bar.max = data.total;
        bar.value = data.done;
        told.textContent = `${data.done} of ${data.total} segments`;
      } else {
        const bytes = Uint8Array.from(atob(data.content), (character) => character.charCodeAt(0));
        const save = () => download(new Blob([bytes]), data.name);
        told.textContent = `${bar.value} segments, ${data.unmet.length} to look at`;
        if (data.unmet.length) line.append(faults(data.unmet));
        button.replaceWith(element("button", { className: "main", textContent: "Download", title: data.name, onclick: save }));
      }
    }
  } catch (error) {
    told.textContent = error.name === "AbortError" ? "stopped" : error.message;
    button.remove();
  }
  bar.remove();
}

// The segments that are not as was asked for.
function faults(unmet) {
  return element("details", {}, element("summary", {}, "What to look at"), element("ul", {}, ...unmet.map((one) =>
    element("li", {}, element("b", {}, one.unmet.join("; ")),
      element("p", { dir: "auto" }, one.source), element("p", { dir: "auto", lang: state.to }, one.text)))));
}
