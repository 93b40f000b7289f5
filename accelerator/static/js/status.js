// The one status region of a page, <p id="status" role="status">: what is written there is also read out.
export function say(text) {
  const region = document.getElementById("status");
  if (region) region.textContent = text;
}

// "{n} left" with {n: 3} becomes "3 left"; texts come from the page, in the reader's language.
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// Hours and minutes on the 24-hour clock of this device.
export function clock(date) {
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
