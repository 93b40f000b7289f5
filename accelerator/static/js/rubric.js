// The weighted total of a rubric and how many criteria are scored, while it is being filled in:
//   [data-crit][data-weight]  one criterion            [data-total]  the total so far
//   [data-scored="{done} of {all} scored"]             the count
//   [data-so-far="so far" data-whole="total"]          what the total is called
// It only repeats what the server computes; without this script both appear after saving.
import { fill } from "./status.js";

function count() {
  const criteria = [...document.querySelectorAll("[data-crit][data-weight]")];
  let weights = 0;
  let sum = 0;
  let done = 0;
  for (const group of criteria) {
    const chosen = group.querySelector("input:checked");
    if (!chosen) continue;
    done += 1;
    weights += Number(group.dataset.weight);
    sum += Number(group.dataset.weight) * Number(chosen.value);
  }
  const all = criteria.length;
  for (const output of document.querySelectorAll("[data-total]")) {
    output.textContent = weights ? (sum / weights).toFixed(1) : "–";
  }
  for (const words of document.querySelectorAll("[data-scored]")) {
    words.textContent = fill(words.dataset.scored, { done, all });
  }
  for (const name of document.querySelectorAll("[data-so-far]")) {
    name.textContent = done < all ? name.dataset.soFar : name.dataset.whole;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-crit]")) count();
});
// Words that were kept on this device come back by themselves, and the browser restores a form on the way back.
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-crit]")) count();
});
count();
