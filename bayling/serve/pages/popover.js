// A small menu beside selected words.
import { $, element } from "./dom.js";

const GAP = 6;
let opener = null; // where the keyboard came from

export const isOpen = () => !$("popover").hidden;

export function openPopover(box, items) {
  const menu = $("popover");
  const inside = menu.contains(document.activeElement);
  menu.replaceChildren(...items);
  menu.hidden = false;
  if (inside) focusItem(0); // the keyboard stays here
  else opener = null;
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - GAP);
  const below = box.bottom + GAP + menu.offsetHeight < innerHeight;
  const top = below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - menu.offsetHeight);
  menu.style.left = `${Math.max(GAP, left) + scrollX}px`;
  menu.style.top = `${top + scrollY}px`;
}

export function closePopover() {
  const inside = $("popover").contains(document.activeElement);
  $("popover").hidden = true;
  if (inside) opener?.focus();
}

export function enterPopover() {
  opener = document.activeElement;
  focusItem(0);
}

export function movePopover(event) {
  const items = [...$("popover").querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") closePopover();
  else if (to === undefined) return;
  else focusItem((to + items.length) % items.length);
  event.preventDefault();
}

const focusItem = (at) => ($("popover").querySelectorAll("button")[at] ?? $("popover")).focus();

export const item = (label, chosen) =>
  element("button", { role: "menuitem", tabIndex: -1, onclick: chosen, dir: "auto" }, label);
export const remark = (text) => element("span", { className: "note" }, text);

// Characters of the selection, from the start of an element that holds nothing but text.
export function selected(holder) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!holder.contains(range.startContainer) || !holder.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(holder);
  before.setEnd(range.startContainer, range.startOffset);
  const [start, text] = [before.toString().length, range.toString()];
  const lead = text.length - text.trimStart().length;
  if (!text.trim()) return null;
  return { start: start + lead, end: start + lead + text.trim().length, text: text.trim(), box: range.getBoundingClientRect() };
}

// In the translation, arrow keys choose words: the next one, or with Shift one more.
export function selectWords(event) {
  const step = { ArrowRight: "right", ArrowLeft: "left" }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || !$("target").textContent) return;
  event.preventDefault();
  const selection = getSelection();
  if (!$("target").contains(selection.focusNode)) selection.collapse($("target"), 0);
  else if (!event.shiftKey) selection.collapse(selection.focusNode, selection.focusOffset);
  selection.modify("extend", step, "word");
}

// From selected words to what can be done with them.
export function toMenu(event) {
  const from = event.target.id;
  if (event.shiftKey || event.altKey) return false;
  return (from === "target" && ["Tab", "ArrowDown"].includes(event.key)) || (from === "source" && event.key === "Tab");
}
