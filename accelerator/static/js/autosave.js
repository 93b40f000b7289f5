// Drafts that save themselves: 1.5 s after typing stops, on change and on leaving a field.
//   <form data-autosave="/applications/A-0031/draft" data-compares>
//     <input type="hidden" name="version" value="7">
//     macros/forms.html: save_status(), with the sentences, the way back to sign in, and the button that puts words back
// Saving posts the whole form; 2xx means saved, X-Draft-Version renews "version", 409 stops until the page is loaded
// anew; an answer that does not know the person any more says so and leads back here by way of signing in; anything
// else keeps the words in local storage and tries again. The page is sent once its words are saved: what the server has
// need not be kept here, so nothing old can come back. Words kept for this very version come back by themselves; where
// the draft has moved on since, they are forgotten if they say the same, and else the person decides. What says the same
// is the server's to judge, which alone knows how it tidies words (data-compares: it answers 409 to what differs).
// Kept words are cleared after saving and on sign-out (form[data-sign-out]). Passwords, files, hidden fields: never kept.
// Words that are being composed, as in Japanese, are no words yet: they wait for the end of the composition.
import { clock, fill, now } from "./status.js";

const PAUSE = 1500;
const AGAIN = 15_000;
const PREFIX = "draft:";
// What the server says to whom it does not know (any more), or knows by another sign-in than the page's.
const SIGNED_OUT = [400, 401, 403, 404];

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.autosave;
    this.since = now();
    this.timer = 0;
    this.busy = false;
    this.changed = false;
    this.stopped = false;
    this.out = false;
    this.composing = false;
    this.waiting = null; // the button that was pressed
    this.refused = false;
    this.passing = false;
  }

  show(kind) {
    const status = this.form.querySelector("[data-save-status]");
    const template = status?.dataset[kind];
    if (template) status.textContent = fill(template, { time: clock(this.since) });
    const back = this.form.querySelector("[data-sign-in]");
    if (back) back.hidden = kind !== "signedOut";
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  touch(milliseconds) {
    if (this.stopped) return;
    this.changed = true;
    if (this.out) this.keep();
    else this.later(milliseconds);
  }

  async save() {
    if (this.busy || this.stopped || !this.changed) return;
    if (this.composing && !this.waiting) {
      this.later(PAUSE);
      return;
    }
    this.busy = true;
    this.changed = false;
    this.show("saving");
    // A redirect leads to the sign-in page: the draft was not taken, so it must not look like a success.
    const body = new FormData(this.form);
    for (const field of fileFields(this.form)) body.delete(field.name);
    const answer = await this.post(body);
    this.busy = false;
    this.settle(answer);
    this.onward(answer?.ok);
  }

  async post(body) {
    try {
      return await fetch(this.form.dataset.autosave, { method: "POST", body, redirect: "manual" });
    } catch {
      return null; // no connection
    }
  }

  settle(answer) {
    if (answer?.ok) this.saved(answer.headers.get("X-Draft-Version"));
    else if (answer?.status === 409) this.conflict();
    else if (answer && (answer.type === "opaqueredirect" || SIGNED_OUT.includes(answer.status))) this.signedOut();
    else this.failed(answer ? "failed" : "offline");
  }

  saved(newest) {
    const field = this.form.querySelector("input[name=version]");
    if (newest && field) field.value = newest;
    this.since = now();
    this.out = false;
    this.show("saved");
    if (this.changed) this.later(PAUSE);
    else forget(this.key);
  }

  conflict() {
    this.stopped = true;
    this.keep();
    this.show("conflict");
  }

  signedOut() {
    this.out = true;
    this.changed = true;
    this.keep();
    this.show("signedOut");
  }

  failed(kind) {
    this.changed = true;
    this.keep();
    this.show(kind);
    this.later(AGAIN);
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: version(this.form), words: words(this.form) }));
    } catch {
      // Storage is full or closed; the words are still in the form.
    }
  }

  // The page waits until its words are saved. Where that fails it stays, with all that was typed and the reason; who
  // presses once more sends it all the same, with the words kept here in case it does not arrive.
  sending(event) {
    if (this.passing || this.stopped || !version(this.form) || !(this.busy || this.changed)) return;
    clearTimeout(this.timer);
    if (this.refused) {
      this.keep();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    this.waiting = event.submitter;
    this.save();
  }

  onward(saved) {
    const submitter = this.waiting;
    if (!submitter) return;
    this.refused = !saved;
    if (saved && this.changed) {
      this.save(); // typed while it was being saved
      return;
    }
    this.waiting = null;
    if (!saved && !this.stopped) return;
    this.passing = true;
    this.form.requestSubmit(submitter);
    this.passing = false;
  }

  async open() {
    const kept = read(this.key);
    if (!kept) return;
    if (same(kept.words, words(this.form))) forget(this.key);
    else if (kept.version === version(this.form)) this.restore(kept.words);
    else if (await this.isStored(kept)) forget(this.key);
    else this.offer(kept.words);
  }

  async isStored(kept) {
    if (!("compares" in this.form.dataset)) return false;
    const body = new FormData();
    for (const field of this.form.querySelectorAll("input[type=hidden][name]")) body.append(field.name, field.value);
    for (const [name, values] of Object.entries(kept.words)) for (const value of values) body.append(name, value);
    body.set("version", kept.version);
    return Boolean((await this.post(body))?.ok);
  }

  offer(kept) {
    this.show("kept");
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

// Full-width and half-width, spaces and commas in numbers: what people can't see differ does not differ.
const plain = (text) => {
  const folded = text.normalize("NFKC").replace(/\s+/g, " ").trim();
  return /^[\d.,\s-]+$/.test(folded) ? folded.replace(/[,\s]/g, "") : folded;
};

function same(kept, present) {
  const names = new Set([...Object.keys(kept), ...Object.keys(present)]);
  return [...names].every((name) => {
    const [one, other] = [kept[name] ?? [], present[name] ?? []].map((values) => values.map(plain).filter(Boolean));
    return JSON.stringify(one) === JSON.stringify(other);
  });
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

document.addEventListener("compositionstart", (event) => {
  const draft = draftOf(event.target);
  if (draft) draft.composing = true;
});
document.addEventListener("compositionend", (event) => {
  const draft = draftOf(event.target);
  if (!draft) return;
  draft.composing = false;
  draft.touch(PAUSE);
});
document.addEventListener("input", (event) => {
  if (!event.isComposing) draftOf(event.target)?.touch(PAUSE);
});
document.addEventListener("change", (event) => draftOf(event.target)?.touch(0));
document.addEventListener("focusout", (event) => {
  const draft = draftOf(event.target);
  if (draft?.changed) draft.later(0);
});
// Before any other listener: a page whose words are not saved yet is sent by nobody.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("form[data-sign-out]")) forgetAll();
    else draftOf(event.target)?.sending(event);
  },
  true,
);
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
