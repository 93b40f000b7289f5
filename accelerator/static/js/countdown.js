// Time left beside an absolute time, renewed each minute, and the same instant on this device's clock.
//   <time datetime="2020-07-31T14:59:00Z" data-countdown data-days="{d} days {h} hours left"
//         data-hours="{h} hours {m} minutes left" data-minutes="{m} minutes left" data-over="Closed"
//         data-warn="Closes in {m} minutes.">
//   <span data-local="2020-07-31T14:59:00Z" data-until="2020-07-31T16:00:00Z" data-zone="Asia/Tokyo"
//         data-text="{time} in {zone}, " hidden></span>
// The server writes the first text; nothing ticks in seconds. <html data-now="..."> is the server's instant: time left is
// counted from it, so a device whose clock is wrong, or a demonstration of another year, shows what the server means.
import { fill, now, say } from "./status.js";

const MINUTE = 60_000;
const WARNINGS = [30, 5];

function left(milliseconds) {
  const minutes = Math.ceil(milliseconds / MINUTE);
  return { minutes, d: Math.floor(minutes / 1440), h: Math.floor((minutes % 1440) / 60), m: minutes % 60 };
}

export function words(element, milliseconds) {
  const { days, hours, minutes, over } = element.dataset;
  if (milliseconds <= 0) return over;
  const parts = left(milliseconds);
  if (parts.d) return days && fill(days, parts);
  if (parts.h) return hours && fill(hours, parts);
  return minutes && fill(minutes, parts);
}

function renew(element, now) {
  const milliseconds = Date.parse(element.dateTime) - now;
  if (Number.isNaN(milliseconds)) return;
  const text = words(element, milliseconds);
  if (text) element.textContent = text;
  element.classList.toggle("beacon", milliseconds > 0 && milliseconds <= 60 * MINUTE);
  const { minutes } = left(milliseconds);
  if (element.dataset.warn && WARNINGS.includes(minutes)) say(fill(element.dataset.warn, { m: minutes }));
}

const offsetAt = (instant, timeZone) =>
  new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(instant)
    .find((part) => part.type === "timeZoneName").value;

// Lisbon, or ポルトガル時間: browsers know no city but the English one, and the zone's name in every language.
function nameOf(zone, instant, language) {
  if (language === "en") return zone.split("/").pop().replaceAll("_", " ");
  return new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "shortGeneric" })
    .formatToParts(instant)
    .find((part) => part.type === "timeZoneName").value;
}

// Shown only where this device's clock differs from the one that the page already shows.
function beside(element) {
  const instant = new Date(element.dataset.local);
  if (Number.isNaN(instant.getTime())) return;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (offsetAt(instant, here) === offsetAt(instant, element.dataset.zone)) return;
  const language = document.documentElement.lang || "en";
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const end = new Date(element.dataset.until ?? Number.NaN);
  const time = Number.isNaN(end.getTime()) ? format.format(instant) : format.formatRange(instant, end);
  element.textContent = fill(element.dataset.text ?? "({time})", { time, zone: nameOf(here, instant, language) });
  element.hidden = false;
  for (const label of element.closest("[data-clocks]")?.querySelectorAll("[data-clock]") ?? []) label.hidden = false;
}

function tick() {
  const present = now().getTime();
  for (const element of document.querySelectorAll("time[data-countdown]")) renew(element, present);
}

function show() {
  for (const element of document.querySelectorAll("[data-local]")) beside(element);
  tick();
}

show();
document.addEventListener("htmx:after:swap", show);
setInterval(tick, MINUTE);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) tick();
});
