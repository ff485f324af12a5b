/** Fields that say below themselves what is wrong, and switches. */

import { make } from "../html.js";

let made = 0;

/** An id that nothing else has. */
function fresh() {
  made += 1;
  return `field-${made}`;
}

/**
 * A field with its label, an explanation, and room for what is wrong.
 * @template {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Input
 * @param {string} label
 * @param {Input} input
 * @param {string} [help]
 */
export function labelled(label, input, help = "") {
  const [id, about, wrong] = [fresh(), fresh(), fresh()];
  const error = make("small.error", { id: wrong, role: "alert", hidden: true });
  input.id = id;
  input.setAttribute("aria-describedby", `${wrong} ${about}`);
  const fail = (/** @type {string} */ text) => {
    error.textContent = text;
    error.hidden = !text;
    input.setAttribute("aria-invalid", String(text !== ""));
    if (text) input.focus();
  };
  input.addEventListener("input", () => !error.hidden && fail(""));
  return { input, fail, element: make("div.field", null, make("label", { for: id }, label), input, error, make("small", { id: about, hidden: !help }, help)) };
}

/**
 * A switch. `changed` returns what went wrong, or ""; then the switch goes back, and says so.
 * @param {string} label
 * @param {string} help
 * @param {{on: boolean, disabled?: boolean}} how
 * @param {(on: boolean) => Promise<string> | string} changed
 */
export function toggle(label, help, { on, disabled = false }, changed) {
  const [name, about] = [fresh(), fresh()];
  const error = make("small.error", { role: "alert", hidden: true });
  const input = make("input", { type: "checkbox", role: "switch", checked: on, disabled, "aria-labelledby": name, "aria-describedby": about });
  input.addEventListener("change", async () => {
    const wanted = input.checked;
    const problem = await changed(wanted);
    if (problem) input.checked = !wanted;
    error.textContent = problem;
    error.hidden = !problem;
  });
  return { input, element: make("label.switch", null, make("span", null, make("span", { id: name }, label), help && make("small", { id: about }, help), error), input) };
}

/** A form with one primary action, and a line for what is wrong with all of it. @param {string} action @param {() => Promise<string> | string} submit What went wrong, or "". @param {...import("../html.js").Child} content */
export function form(action, submit, ...content) {
  const error = make("p.error", { role: "alert", hidden: true });
  const button = make("button.primary", { type: "submit" }, action);
  const sent = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const problem = await submit();
    button.removeAttribute("aria-busy");
    error.textContent = problem;
    error.hidden = !problem;
  };
  return make("form.fields", { novalidate: true, onsubmit: sent }, ...content, error, button);
}
