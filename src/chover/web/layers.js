/** What is open in front of the messages and can be closed: dialogs, menus, panels, on a phone also the list. */

/** At this width the panel covers the messages. */
const NARROW = matchMedia("(max-width: 70rem)");

/** A function to close each layer; the last one is closed first. @returns {(() => void)[]} */
export function layers() {
  const { body } = document;
  const { panel = "", kind } = body.dataset;
  // On a wide screen the members are not a layer: they are part of the page.
  const beside = panel === "members" ? NARROW.matches && kind !== "direct" : panel !== "";
  const children = [...body.children].filter((child) => child instanceof HTMLElement);
  const dialogs = children.filter((child) => child instanceof HTMLDialogElement && child.open);
  const popovers = children.filter((child) => child.popover !== null && child.matches(":popover-open"));
  return [
    ...(body.classList.contains("with-list") ? [() => body.classList.remove("with-list")] : []),
    ...(beside ? [() => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: panel }))] : []),
    ...dialogs.map((dialog) => () => /** @type {HTMLDialogElement} */ (dialog).close()),
    ...popovers.map((popover) => () => popover.hidePopover()),
  ];
}

/** Call `changed` when something may have been opened or closed. @param {() => void} changed */
export function watch(changed) {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.body, { childList: true, attributeFilter: ["class", "data-panel"] });
  // Neither event bubbles.
  for (const name of ["toggle", "close"]) document.addEventListener(name, () => changed(), { capture: true });
}
