/** The height that is really visible: a phone's on-screen keyboard takes half of it, and not every browser tells CSS. */
export function followViewport() {
  const view = globalThis.visualViewport;
  if (!view) return;
  const root = document.documentElement;
  const fit = () => {
    if (view.scale > 1.01) return; // pinch zoom: the reader chose what to see
    root.style.setProperty("--visible", `${Math.round(view.height)}px`);
    if (document.body.classList.contains("in-chat")) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  fit();
}
