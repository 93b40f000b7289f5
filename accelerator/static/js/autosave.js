// Drafts that save themselves: 1.5 s after typing stops, on change and on leaving a field.
//   <form data-autosave="/applications/A-0031/draft">
//     <input type="hidden" name="version" value="7">
//     <p role="status" data-save-status data-saving="Saving…" data-saved="Draft saved {time}"
//        data-offline="Not saved since {time}: no connection. Your words are kept on this device."
//        data-conflict="Somebody else changed this. Reload to see both."
//        data-restored="Words that were kept on this device are back.">
//     <button type="button" data-restore hidden>Use the words kept on this device</button>
// Saving posts the whole form; 2xx means saved, X-Draft-Version renews "version", 409 stops until the page is loaded
// anew, anything else keeps the words in local storage and tries again. They are cleared after saving and on sign-out
// (form[data-sign-out]). Words kept for this very version come back by themselves; where the draft has moved on since,
// the reader decides. Passwords, files and hidden fields are never kept.
import { clock, fill } from "./status.js";

const PAUSE = 1500;
const AGAIN = 15_000;
const PREFIX = "draft:";

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.autosave;
    this.since = new Date();
    this.timer = 0;
    this.busy = false;
    this.changed = false;
    this.stopped = false;
    this.waiting = null;
  }

  show(kind) {
    const status = this.form.querySelector("[data-save-status]");
    const template = status?.dataset[kind];
    if (template) status.textContent = fill(template, { time: clock(this.since) });
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  touch(milliseconds) {
    if (this.stopped) return;
    this.changed = true;
    this.later(milliseconds);
  }

  async save() {
    if (this.busy || this.stopped || !this.changed) return;
    this.busy = true;
    this.changed = false;
    this.show("saving");
    let answer = null;
    try {
      // A redirect leads to the sign-in page: the draft was not taken, so it must not look like a success.
      const body = new FormData(this.form);
      for (const field of fileFields(this.form)) body.delete(field.name);
      answer = await fetch(this.form.dataset.autosave, { method: "POST", body, redirect: "manual" });
    } catch {
      // No connection: handled like any other answer that is not "saved".
    }
    this.busy = false;
    this.settle(answer);
    if (this.waiting) this.form.requestSubmit(this.waiting.submitter);
  }

  settle(answer) {
    if (answer?.ok) this.saved(answer.headers.get("X-Draft-Version"));
    else if (answer?.status === 409) this.conflict();
    else this.failed();
  }

  saved(newest) {
    const field = this.form.querySelector("input[name=version]");
    if (newest && field) field.value = newest;
    this.since = new Date();
    this.show("saved");
    if (this.changed) this.later(PAUSE);
    else forget(this.key);
  }

  conflict() {
    this.stopped = true;
    this.keep();
    this.show("conflict");
  }

  failed() {
    this.changed = true;
    this.keep();
    this.show("offline");
    this.later(AGAIN);
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: version(this.form), words: words(this.form) }));
    } catch {
      // Storage is full or closed; the words are still in the form.
    }
  }

  // The page now carries the words itself; they stay kept until a newer version of it shows that they arrived.
  // While a save is under way the page waits for it: sent now, it would name a version that is about to be an old one.
  sending(event) {
    clearTimeout(this.timer);
    this.waiting = this.busy ? event : null;
    if (this.waiting) {
      event.preventDefault();
      return;
    }
    this.changed = false;
    if (version(this.form)) this.keep();
  }

  open() {
    const kept = read(this.key);
    if (!kept) return;
    if (JSON.stringify(kept.words) === JSON.stringify(words(this.form))) forget(this.key);
    else if (kept.version === version(this.form)) this.restore(kept.words);
    else this.offer(kept.words);
  }

  offer(kept) {
    this.show("conflict");
    const button = this.form.querySelector("[data-restore]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.hidden = true;
      this.restore(kept);
    });
  }

  restore(kept) {
    for (const field of fields(this.form)) if (kept[field.name]) put(field, kept[field.name]);
    this.show("restored");
    this.touch(PAUSE);
  }
}

const fileFields = (form) => [...form.querySelectorAll("input[type=file][name]")];

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && !field.disabled,
  );
}

const version = (form) => form.querySelector("input[name=version]")?.value;

function put(field, values) {
  if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
  else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
  else field.value = values[0] ?? field.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function words(form) {
  const kept = {};
  for (const field of fields(form)) {
    kept[field.name] ??= [];
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked) kept[field.name].push(field.value);
    } else if (field.multiple) {
      for (const option of field.selectedOptions) kept[field.name].push(option.value);
    } else {
      kept[field.name].push(field.value);
    }
  }
  return kept;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

function forgetAll() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

// One listener for all forms, so that a form which arrives later saves itself too.
const drafts = new WeakMap();

function draftOf(target) {
  const form = target.closest?.("form[data-autosave]");
  if (form && !drafts.has(form)) drafts.set(form, new Draft(form));
  return form && drafts.get(form);
}

document.addEventListener("input", (event) => draftOf(event.target)?.touch(PAUSE));
document.addEventListener("change", (event) => draftOf(event.target)?.touch(0));
document.addEventListener("focusout", (event) => {
  const draft = draftOf(event.target);
  if (draft?.changed) draft.later(0);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-sign-out]")) forgetAll();
  else draftOf(event.target)?.sending(event);
});
window.addEventListener("online", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (draftOf(form).changed) draftOf(form).later(0);
  }
});

function openAll() {
  for (const form of document.querySelectorAll("form[data-autosave]")) if (!drafts.has(form)) draftOf(form).open();
}

openAll();
document.addEventListener("htmx:after:swap", openAll);
