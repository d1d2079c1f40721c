/** Begins to read where something is new, unless what stands on top comes first. Without it the page begins there. */
const fresh = document.querySelector("[data-new]");
if (fresh && !location.hash && !document.querySelector("[data-stay]")) fresh.scrollIntoView({ block: "center" });
