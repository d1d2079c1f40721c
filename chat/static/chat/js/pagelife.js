/**
 * What happens to a page around its scripts: looked at again, network doubtful, left ("leaving" is the quick exit).
 * Returns a function that stops listening.
 */
export function onPageLife(page, { wake, doubt, leave }) {
  const heard = { focus: wake, pageshow: wake, online: wake, offline: doubt, leaving: leave, pagehide: leave };
  for (const [name, listener] of Object.entries(heard)) page.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(heard)) page.removeEventListener(name, listener);
  };
}
