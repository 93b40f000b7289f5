// The weighted total of a rubric, while it is being filled in: [data-crit][data-weight] -> [data-total].
// It only repeats what the server computes; without this script the total appears after saving.
function total() {
  let weights = 0;
  let sum = 0;
  for (const group of document.querySelectorAll("[data-crit]")) {
    const chosen = group.querySelector("input:checked");
    const weight = Number(group.dataset.weight ?? 1);
    if (chosen && Number.isFinite(Number(chosen.value))) {
      weights += weight;
      sum += weight * Number(chosen.value);
    }
  }
  for (const output of document.querySelectorAll("[data-total]")) {
    output.textContent = weights ? (sum / weights).toFixed(1) : "–";
  }
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-crit]")) total();
});
