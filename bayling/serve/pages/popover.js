// A small menu beside selected words.
import { $, element } from "./dom.js";

const GAP = 6;

export function openPopover(box, items) {
  const menu = $("popover");
  menu.replaceChildren(...items);
  menu.hidden = false;
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - GAP);
  const below = box.bottom + GAP + menu.offsetHeight < innerHeight;
  const top = below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - menu.offsetHeight);
  menu.style.left = `${Math.max(GAP, left) + scrollX}px`;
  menu.style.top = `${top + scrollY}px`;
}

export function closePopover() {
  $("popover").hidden = true;
}

export const item = (label, chosen) => element("button", { role: "menuitem", onclick: chosen, dir: "auto" }, label);
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
