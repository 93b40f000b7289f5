// Loads the parts that a page needs, by what stands on it; the page works without any of them.
// Also runs after htmx has put something new on the page: a part that is loaded already is not loaded again.
import "./keys.js";

const PARTS = {
  "[data-crit]": "rubric",
  "[data-limit]": "counter",
  "[data-countdown], [data-local]": "countdown",
  "[data-follow]": "follow",
  "form[data-autosave], form[data-sign-out]": "autosave",
};

function load() {
  for (const [selector, part] of Object.entries(PARTS)) {
    if (document.querySelector(selector)) import(`./${part}.js`);
  }
}

load();
document.addEventListener("htmx:after:swap", load);
