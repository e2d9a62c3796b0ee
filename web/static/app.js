/* Small conveniences. Every page works without this file: nothing here decides, sends or shows what HTML alone would not. */
"use strict";

/* A second press of the same button sends nothing: the first is on its way. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
});

/* Coming back by the browser's own button, a form may be sent again. */
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* A suggestion that is chosen fills its field; the arrows walk from the field through the list, Escape closes it. */
document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-fill]");
  const field = choice && document.getElementById(choice.dataset.fill);
  if (!field) return;
  event.preventDefault();
  field.value = choice.dataset.value;
  choice.closest(".suggestions").replaceChildren();
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("keydown", (event) => {
  const place = event.target.closest?.("[data-suggests], .suggestions");
  if (!place || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const list = place.matches(".suggestions") ? place : document.getElementById(place.dataset.suggests);
  const stops = [document.querySelector(`[data-suggests="${list.id}"]`), ...list.querySelectorAll(".choice")];
  if (stops.length === 1) return;
  event.preventDefault();
  if (event.key === "Escape") list.replaceChildren();
  const at = event.key === "Escape" ? 0 : stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  stops[Math.max(0, Math.min(at, stops.length - 1))].focus();
});

/* Amounts are grouped once their field is left: 50000 reads 50,000. The server reads both. */
document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches("[data-yen]")) return;
  const digits = field.value.normalize("NFKC").replace(/[,\s¥円]/g, "");
  if (/^\d{1,15}$/.test(digits)) field.value = Number(digits).toLocaleString("en");
});

/* What is left to write, said politely while writing. */
document.addEventListener("input", (event) => {
  const count = document.getElementById(`${event.target.id}-count`);
  if (count) count.textContent = `${[...event.target.value].length} / ${count.dataset.most}`;
});

/* After a partial update, an error summary takes the focus as it does on a fresh page. */
document.addEventListener("htmx:afterSettle", (event) => {
  const summary = event.target.querySelector?.("[data-errors]");
  if (summary) summary.focus();
});

/* Printing opens what is folded, so that paper shows everything. */
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) {
    part.open = true;
    part.dataset.folded = "yes";
  }
});
addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-folded]")) {
    part.open = false;
    delete part.dataset.folded;
  }
});
