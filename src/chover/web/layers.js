/** What is open in front of the messages and can be closed again: dialogs, menus, panels, on a phone the list. */

/** The panel covers the messages. */
const NARROW = matchMedia("(max-width: 70rem)");

/** Whatever closes each of them, the one that is closed first at the end. @returns {(() => void)[]} */
export function layers() {
  const { body } = document;
  const { panel = "", kind } = body.dataset;
  // On a wide screen the members are no layer: they belong to the page.
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

/** Tell when something may have been opened or closed. @param {() => void} changed */
export function watch(changed) {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.body, { childList: true, attributeFilter: ["class", "data-panel"] });
  // Neither bubbles.
  for (const name of ["toggle", "close"]) document.addEventListener(name, () => changed(), { capture: true });
}
