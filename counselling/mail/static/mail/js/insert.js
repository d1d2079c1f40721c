/** Puts a text where the caret is, so that it can be undone and is kept like anything that was typed. */

/** `apart`: with an empty line before it, unless the text begins there. The caret stands behind it afterwards. */
export function insert(field, text, { apart = false } = {}) {
  const before = field.value.slice(0, field.selectionStart);
  const gap = apart ? "\n".repeat(missing(before)) : "";
  field.focus();
  const whole = gap + text;
  // The one way that the browser's own "undo" knows; where it is gone the plain way does.
  if (!document.execCommand("insertText", false, whole)) {
    field.setRangeText(whole, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** How many line ends are missing for an empty line. */
function missing(before) {
  if (!before) return 0;
  if (before.endsWith("\n\n")) return 0;
  return before.endsWith("\n") ? 1 : 2;
}
