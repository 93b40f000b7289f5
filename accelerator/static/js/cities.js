// Offers the cities of a picker: fetched once, when somebody comes to the field, and kept by the browser.
//   <input list="x" data-cities="/assets/cities/ja/123.json" [data-device]> <datalist id="x"></datalist>
// With data-device the field takes the city of this device, as long as nobody has typed and nothing was sent.
const lists = new Map();

function fetched(address) {
  if (!lists.has(address)) lists.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : [])));
  return lists.get(address);
}

async function fill(input) {
  const list = input.list;
  if (!list || list.dataset.full) return;
  list.dataset.full = "yes";
  const there = new Set([...list.options].map((option) => option.value));
  for (const [name, country] of await fetched(input.dataset.cities)) {
    if (there.has(name)) continue;
    const option = document.createElement("option");
    option.value = name;
    if (country && country !== name) option.label = `${name} – ${country}`;
    list.append(option);
  }
}

async function ofDevice(input) {
  const before = input.value;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone?.includes("/") || input.getAttribute("aria-invalid")) return;
  const found = (await fetched(input.dataset.cities)).find((row) => row[2]?.split(" ").includes(zone));
  if (input.value === before) input.value = found ? found[0] : zone.split("/").pop().replaceAll("_", " ");
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("input[data-cities]")) fill(event.target);
});
if (document.activeElement?.matches("input[data-cities]")) fill(document.activeElement);
for (const input of document.querySelectorAll("input[data-device]")) ofDevice(input);
