// Lists that scroll by themselves open where their current row is, and follow it when it moves on.

const shown = new WeakMap();

function bringIntoView(list) {
  const current = [...list.querySelectorAll("[aria-current]")].at(-1); // a filter above the rows may have one too
  if (!current || shown.get(list) === current) return;
  shown.set(list, current);
  const above = current.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
  list.scrollTop = above - (list.clientHeight - current.offsetHeight) / 3;
}

function follow() {
  document.querySelectorAll("[data-follow]").forEach(bringIntoView);
}

follow();
document.addEventListener("htmx:after:swap", follow);
