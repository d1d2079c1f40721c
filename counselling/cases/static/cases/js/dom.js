/** Copies of the page's <template>s and changes that touch only what differs, so that nothing flickers or jumps. */
import { icon } from "../../web/js/lib.js";

export const byId = (id) => document.getElementById(id);

/** A fresh copy of `<template id="tpl-…">`. */
export function copy(name) {
  return byId(`tpl-${name}`).content.firstElementChild.cloneNode(true);
}

export function slot(root, name) {
  return root.querySelector(`[data-slot="${name}"]`);
}

/** Text into a slot; the node stays as it is when the text did not change. */
export function put(root, name, text) {
  const element = slot(root, name);
  if (element.textContent !== text) element.textContent = text;
  return element;
}

export function show(element, visible) {
  if (element.hidden === visible) element.hidden = !visible;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setIcon(element, name) {
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.replaceChildren(icon(name));
}

/** The pill of an open danger, named in words; "" where there is none. */
export function drawDanger(root, level, words) {
  show(put(root, "danger", words[level] ?? ""), Boolean(level));
}

/** `"Hallo {name}"` with `{name: "Linde"}`; what is not given becomes empty. */
export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/**
 * Brings a list into this order. The item that holds the focus is never taken out of the page, the others move
 * around it: moving it would throw the reader back to the top. A focused item that goes leaves the focus to `rest`.
 */
export function arrange(list, items, rest) {
  const held = [...list.children].find((child) => child.contains(document.activeElement));
  for (const child of [...list.children]) if (!items.includes(child)) child.remove();
  if (held && !items.includes(held)) rest?.focus({ preventScroll: true });
  const anchor = items.indexOf(held);
  if (anchor < 0) {
    items.forEach((item, index) => list.children[index] !== item && list.insertBefore(item, list.children[index] ?? null));
  } else if (items.some((item, index) => list.children[index] !== item)) {
    held.before(...items.slice(0, anchor));
    held.after(...items.slice(anchor + 1));
  }
}

/** A list with one element per key: `draw(element, item)` is called for each item, new or known. */
export class KeyedList {
  #elements = new Map();

  constructor(list, template, draw, rest) {
    Object.assign(this, { list, template, draw, rest });
  }

  update(items, key = (item) => item.case) {
    const known = this.#elements;
    this.#elements = new Map(items.map((item) => [key(item), known.get(key(item)) ?? copy(this.template)]));
    for (const item of items) this.draw(this.#elements.get(key(item)), item);
    arrange(this.list, [...this.#elements.values()], this.rest);
  }
}
