// Asking the server: JSON, and server-sent events.
import { state, save } from "./state.js";
import { $ } from "./dom.js";

export class Fault extends Error {}

export async function ask(path, { body, form, signal } = {}) {
  const headers = state.key ? { Authorization: `Bearer ${bytes(state.key)}` } : {};
  const options = { headers, signal };
  if (body || form) options.method = "POST";
  if (form) options.body = form;
  if (body) {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let reply;
  try {
    reply = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Fault("The server does not answer. Is it still running?");
  }
  if (reply.status === 401) {
    await enterKey(Boolean(state.key));
    return ask(path, { body, form, signal });
  }
  if (!reply.ok) {
    const told = await reply.json().catch(() => ({}));
    throw new Fault(told.error?.message ?? `The server answers with status ${reply.status}.`);
  }
  return reply;
}

// A header holds bytes: a key in another script than the server's is then a wrong one, and not a fault of the page.
const bytes = (text) => String.fromCharCode(...new TextEncoder().encode(text));

export const json = async (path, options) => (await ask(path, options)).json();

// The last one is `done`; whatever else a stream ends with is a fault.
export async function* events(path, options) {
  const reply = await ask(path, options);
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read().catch(broken);
    if (done) broken();
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
      const told = JSON.parse(data);
      if (name === "error") throw new Fault(told.error.message);
      yield [name, told];
      if (name === "done") return;
    }
  }
}

function broken(error) {
  throw error?.name === "AbortError" ? error : new Fault("The server stopped in the middle of the answer.");
}

function enterKey(wrong) {
  const dialog = $("keys");
  $("key-fault").hidden = !wrong;
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((entered, refused) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "key") return refused(new Fault("Without a key this server answers nothing. Reload the page to give one."));
      state.key = $("key").value.trim();
      save();
      entered();
    }, { once: true });
  });
}
