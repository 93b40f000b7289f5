// Files: one that is too large is refused before it is sent, the others are sent with their progress and a way back.
//   macros/forms.html: file_notes(), beside <input type="file" data-most="20971520">
// The form is posted by script with X-Upload: the answer is the address to go on to (X-Location), or the page again with
// what is wrong; a file that nothing was wrong with is put back into its field. Without this script the form is sent as any other.
import { say } from "./status.js";

const chosen = (form) => [...form.querySelectorAll("input[type=file]")].filter((field) => field.files.length);
const noteOf = (field) => field.closest(".field")?.querySelector("[data-file-error]");

function check(field) {
  const note = noteOf(field);
  if (!note) return;
  const tooLarge = [...field.files].some((file) => file.size > Number(field.dataset.most));
  note.textContent = tooLarge ? note.dataset.tooLarge : "";
  note.hidden = !tooLarge;
  field.closest(".field").classList.toggle("field-error", tooLarge);
  if (!tooLarge) return;
  field.value = "";
  say(note.textContent);
}

function send(form, submitter) {
  const bar = form.querySelector("[data-upload]");
  const progress = bar.querySelector("progress");
  const body = new FormData(form, submitter);
  const request = new XMLHttpRequest();
  const reset = () => {
    bar.hidden = true;
    for (const button of form.querySelectorAll("button:not([data-cancel])")) button.disabled = false;
  };
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "1");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => settle(form, request, reset));
  request.addEventListener("error", () => {
    reset();
    say(bar.dataset.failed);
    tell(form, bar.dataset.failed);
  });
  request.addEventListener("abort", reset);
  bar.querySelector("[data-cancel]").onclick = () => request.abort();
  progress.value = 0;
  bar.hidden = false;
  tell(form, "");
  for (const button of form.querySelectorAll("button:not([data-cancel])")) button.disabled = true;
  bar.querySelector("[data-cancel]").focus();
  request.send(body);
}

function tell(form, text) {
  const note = noteOf(form.querySelector("input[type=file]"));
  if (!note) return;
  note.textContent = text;
  note.hidden = !text;
}

function settle(form, request, reset) {
  const onward = request.getResponseHeader("X-Location");
  if (onward) {
    location.assign(onward);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.getElementById("main");
  const present = document.getElementById("main");
  if (!main || !present) {
    reset();
    tell(form, form.querySelector("[data-upload]").dataset.failed);
    return;
  }
  const kept = chosen(form).map((field) => [field.id, field.files]);
  document.title = page.title;
  present.replaceWith(main);
  for (const [id, files] of kept) {
    const field = document.getElementById(id);
    if (field?.type === "file" && field.getAttribute("aria-invalid") !== "true" && !field.dataset.kept) field.files = files;
  }
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file][data-most]")) check(event.target);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.querySelector("[data-upload]") || !chosen(form).length) return;
  event.preventDefault();
  send(form, event.submitter);
});
