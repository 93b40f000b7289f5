// Single-key shortcuts. Each key presses something that is visible on the page:
//   [data-key="KeyS"]      a button or link, clicked (a field is focused)
//   [data-go="KeyH"]       a link, followed after G
//   [data-crit]            one question of a rubric: digits choose its radio, J and K move
//   [data-row]             one row of a list: J and K move, O or Enter opens [data-open]
//   [data-row-keys="KeyO=o"]  around rows: presses the current row's control of the value "o"; it wins over "open"
//   [data-jump="KeyL"]     a place to scroll to and focus
//   [data-search]          the search field, also reached by Ctrl K
//   dialog#keys            the list of keys, opened by ? and [data-help]
// Escape leaves a field, so that the keys work again.
// Letters and digits are read by place (event.code), so they work with a Japanese layout and input method. <html data-keys="off"> switches them off,
// data-keys="alt" asks for Alt with each (WCAG 2.1.4).

const root = document.documentElement;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const FIELD = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
const GO_MILLISECONDS = 1500;
// Signs sit in other places on other keyboards (on a Japanese one "[" is right of "@"): these go by what is printed.
const SIGNS = { "/": "Slash", "[": "BracketLeft", "]": "BracketRight" };

let goUntil = 0;
let criterion = -1;
let row = -1;

function isShortcut(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || root.dataset.keys === "off") return false;
  if (event.ctrlKey || event.metaKey || event.altKey !== (root.dataset.keys === "alt")) return false;
  return !event.target.closest?.(FIELD) && !document.querySelector("dialog[open]");
}

function press(control) {
  if (!control || control.disabled) return false;
  if (control.matches(FIELD)) control.focus();
  else control.click();
  return true;
}

function showHelp() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
}

// ---- rubric ----

function focusCriterion(criteria, index) {
  criterion = Math.max(0, Math.min(criteria.length - 1, index));
  const group = criteria[criterion];
  (group.querySelector("input:checked") ?? group.querySelector("input"))?.focus();
  return true;
}

function onRubric(code, criteria) {
  const focused = criteria.findIndex((group) => group.contains(document.activeElement));
  if (focused >= 0) criterion = focused;
  if (criterion < 0) criterion = Math.max(0, criteria.findIndex((group) => !group.querySelector("input:checked")));
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code);
  if (digit) {
    const radio = all("input[type=radio]", criteria[criterion])[Number(digit[1]) - 1];
    if (!radio || radio.disabled) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    return focusCriterion(criteria, criterion + 1);
  }
  if (code === "KeyJ") return focusCriterion(criteria, criterion + 1);
  if (code === "KeyK") return focusCriterion(criteria, criterion - 1);
  return false;
}

// ---- rows ----

function focusRow(rows, index) {
  row = Math.max(0, Math.min(rows.length - 1, index));
  const current = rows[row];
  if (!current.hasAttribute("tabindex")) current.tabIndex = -1;
  current.focus();
  current.scrollIntoView({ block: "nearest" });
  return true;
}

function controlOf(current, code) {
  const keys = current.closest("[data-row-keys]")?.dataset.rowKeys.split(" ") ?? [];
  const value = keys.find((pair) => pair.startsWith(`${code}=`))?.split("=")[1];
  return value && current.querySelector(`input[value="${value}"]`);
}

function onRows(code, rows) {
  const focused = rows.findIndex((one) => one.contains(document.activeElement));
  if (focused >= 0) row = focused;
  if (code === "KeyJ") return focusRow(rows, row + 1);
  if (code === "KeyK") return focusRow(rows, row - 1);
  const current = rows[row];
  if (!current) return false;
  const control = controlOf(current, code);
  if (control) return press(control);
  if (code === "KeyO" || (code === "Enter" && document.activeElement === current)) {
    return press(current.querySelector("[data-open]"));
  }
  return false;
}

// ---- page ----

function onPage(event) {
  if (event.key === "?") return showHelp();
  const sign = SIGNS[event.key];
  if (event.shiftKey && !sign) return false;
  const code = sign ?? (Object.values(SIGNS).includes(event.code) ? "" : event.code);
  // Space and Enter already mean something on whatever can be pressed.
  if (["Space", "Enter"].includes(code) && event.target.closest?.("a, button, summary, input")) return false;
  if (performance.now() < goUntil) {
    goUntil = 0;
    return press(document.querySelector(`[data-go="${code}"]`));
  }
  if (code === "KeyG" && document.querySelector("[data-go]")) {
    goUntil = performance.now() + GO_MILLISECONDS;
    return true;
  }
  const criteria = all("[data-crit]");
  if (criteria.length && onRubric(code, criteria)) return true;
  const rows = all("[data-row]");
  if (rows.length && onRows(code, rows)) return true;
  const place = document.querySelector(`[data-jump="${code}"]`);
  if (place) {
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
    return true;
  }
  return press(document.querySelector(`[data-key="${code}"]`));
}

function leavesField(event) {
  if (event.key !== "Escape" || event.isComposing || event.keyCode === 229 || root.dataset.keys === "off") return false;
  return event.target.matches?.("textarea, input[data-key]") && !document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (leavesField(event)) {
    event.target.blur();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK" && press(document.querySelector("[data-search]"))) {
    event.preventDefault();
    return;
  }
  if (isShortcut(event) && onPage(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) showHelp();
});
