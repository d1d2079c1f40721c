/** "Wieder da …", as the server wrote it: it holds from its `data-since` on (when today's hours end), else at once. */
export function tellBack(line, wanted) {
  const { since } = line.dataset;
  line.hidden = !wanted || !line.textContent.trim() || (since && Date.now() < Date.parse(since));
}
