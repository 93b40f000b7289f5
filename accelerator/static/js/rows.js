// One more row of a table that is filled in row by row, without a round trip.
//   <div data-rows data-most="6" data-name="founders" data-legend="Founder {n}" data-added="Founder {n} was added">
//     <fieldset data-row> fields named founders.0.email ... </fieldset>
//   </div>
//   <button name="add" value="founders" data-add-row>Add another founder</button>
// Without this script the button saves the page, which comes back with an empty row.
import { fill, say } from "./status.js";

function renumber(row, name, at) {
  const old = new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\.\\d+\\.`);
  for (const part of row.querySelectorAll("[id], [name], [for]")) {
    for (const attribute of ["id", "name", "for"]) {
      const value = part.getAttribute(attribute);
      if (value) part.setAttribute(attribute, value.replace(old, `${name}.${at}.`));
    }
  }
}

function empty(row) {
  for (const error of row.querySelectorAll(".err")) error.remove();
  for (const field of row.querySelectorAll(".field-error")) field.classList.remove("field-error");
  for (const field of row.querySelectorAll("input, select, textarea")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
  }
}

function add(rows, button) {
  const all = rows.querySelectorAll("[data-row]");
  const row = all[all.length - 1].cloneNode(true);
  const { name, legend, added, most } = rows.dataset;
  renumber(row, name, all.length);
  empty(row);
  for (const title of row.querySelectorAll("[data-row-title]")) title.textContent = fill(legend, { n: all.length + 1 });
  rows.append(row);
  button.hidden = all.length + 1 >= Number(most);
  row.querySelector("input, select, textarea")?.focus();
  say(fill(added, { n: all.length + 1 }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  const rows = button && document.querySelector(`[data-rows][data-name="${CSS.escape(button.value)}"]`);
  if (!rows) return;
  event.preventDefault();
  add(rows, button);
});
