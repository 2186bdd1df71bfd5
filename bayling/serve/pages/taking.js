// Taking the translation away: to the clipboard, or as a file for other tools.
import { $ } from "./dom.js";
import { ask } from "./api.js";
import { state, sent, sessionNow } from "./state.js";
import { download } from "./glossary.js";
import { openPopover, enterPopover, closePopover, item } from "./popover.js";

const KINDS = [["TMX", "tmx", "tmx"], ["XLIFF", "xliff", "xlf"], ["TSV", "tsv", "tsv"]]; // label, kind, ending

export async function copy(tell) {
  const field = $("by-hand");
  try {
    await navigator.clipboard.writeText(field.hidden ? state.view.text : field.value);
  } catch {
    // Without TLS, a page of another machine is given no clipboard.
    if (field.hidden) getSelection().selectAllChildren($("target"));
    else field.select();
    if (!document.execCommand("copy")) return tell("The browser lets the page copy nothing. The text is selected: press Ctrl C.");
  }
  $("state").textContent = "copied";
}

export function openExport(tell) {
  const items = KINDS.map(([label, kind, ending]) => item(label, () => exportAs(kind, ending, tell)));
  openPopover($("export").getBoundingClientRect(), [...items, item("Session, with all revisions", saveSession)]);
  enterPopover();
}

async function exportAs(kind, ending, tell) {
  closePopover();
  try {
    const reply = await ask("/v1/export", { body: { session: sent(), kind } });
    download(await reply.blob(), `translation.${ending}`);
  } catch (error) {
    tell(error.message);
  }
}

function saveSession() {
  closePopover();
  const whole = `${JSON.stringify(sessionNow(), null, 1)}\n`;
  download(new Blob([whole], { type: "application/json" }), "session.json");
}
