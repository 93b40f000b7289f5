// Loads the parts that a page needs, by what stands on it; the page works without any of them.
// Also runs after htmx has put something new on the page: a part that is loaded already is not loaded again.
import "./keys.js";
import { say } from "./status.js";

const PARTS = {
  "[data-crit]": "rubric",
  "[data-limit]": "counter",
  "[data-countdown], [data-local]": "countdown",
  "[data-follow]": "follow",
  "input[type=file][data-most]": "files",
  "input[data-cities]": "cities",
  "[data-rows]": "rows",
  "form[data-autosave], form[data-sign-out]": "autosave",
};

function load() {
  for (const [selector, part] of Object.entries(PARTS)) {
    if (document.querySelector(selector)) import(`./${part}.js`);
  }
}

// What went wrong is where reading goes on: the summary of a form's errors takes the focus, once.
const focused = new WeakSet();

function focusSummary() {
  const summary = document.querySelector("[data-focus]");
  if (!summary || focused.has(summary)) return;
  focused.add(summary);
  summary.focus();
}

function arrive() {
  load();
  focusSummary();
}

// Only a part that the program itself drew is put into the page: no error page, neither ours nor a proxy's.
function check(event) {
  const answer = event.detail?.ctx?.response;
  const headers = answer?.headers ?? answer?.raw?.headers;
  if (!headers || headers.get("X-Fragment") === "yes") return;
  event.preventDefault();
  say(document.getElementById("status")?.dataset.stale ?? "");
}

arrive();
document.addEventListener("htmx:before:swap", check);
document.addEventListener("htmx:after:swap", arrive);
