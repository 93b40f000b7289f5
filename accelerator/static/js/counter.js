// Counters under fields with a limit. Going over is allowed while editing; the server refuses it on sending.
//   <textarea id="pitch" data-limit="200" data-unit="words">
//   <p data-counter-for="pitch" data-left="{n} words left" data-over="{n} words too many">
// Spoken through the status region at nine tenths of the limit and when it is passed.
import { fill, say } from "./status.js";

const spoken = new WeakMap();

export function measure(text, unit) {
  const plain = text.normalize("NFC").trim();
  if (unit === "words") return plain ? plain.split(/\s+/).length : 0;
  return [...plain].length;
}

// What is said of n left or n too many: one and none have sentences of their own, where the page gives them.
function sentence(texts, over, n) {
  if (over) return (n === 1 && texts.overOne) || (texts.over ?? "{n}");
  return (n === 0 && texts.full) || (n === 1 && texts.leftOne) || (texts.left ?? "{n}");
}

function update(field) {
  const counter = document.querySelector(`[data-counter-for="${CSS.escape(field.id)}"]`);
  const limit = Number(field.dataset.limit);
  if (!counter || !limit) return;
  const used = measure(field.value, field.dataset.unit);
  const over = used > limit;
  const n = Math.abs(limit - used);
  counter.textContent = fill(sentence(counter.dataset, over, n), { n, used, limit });
  counter.classList.toggle("over", over);
  const level = over ? 2 : used >= limit * 0.9 ? 1 : 0;
  if (level > (spoken.get(field) ?? 0)) say(counter.textContent);
  spoken.set(field, level);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) update(event.target);
});

function updateAll() {
  for (const field of document.querySelectorAll("[data-limit]")) update(field);
}

updateAll();
document.addEventListener("htmx:after:swap", updateAll);
