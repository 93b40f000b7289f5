// The one status region of a page, <p id="status" role="status">: what is written there is also read out.
export function say(text) {
  const region = document.getElementById("status");
  if (region) region.textContent = text;
}

// "{n} left" with {n: 3} becomes "3 left"; texts come from the page, in the reader's language.
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// <html data-now="..."> is the server's instant when the page was made: a device whose clock is wrong, or a demonstration
// of another year, shows what the server means.
const loaded = Date.now();
const behind = (Date.parse(document.documentElement.dataset.now) || loaded) - loaded;

export function now() {
  return new Date(Date.now() + behind);
}

// Hours and minutes as the server writes them: on the 24-hour clock of <html data-zone="...">, the zone of the profile.
export function clock(instant) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const timeZone = document.documentElement.dataset.zone || undefined;
  try {
    return instant.toLocaleTimeString("en-GB", { ...form, timeZone });
  } catch {
    return instant.toLocaleTimeString("en-GB", form); // a zone that this browser does not know
  }
}
