// Copy buttons. A button copies its data-copy and announces that to screen readers.
// Lists mark values with data-copies instead; their buttons are created here, because
// they do not work without JavaScript anyway.
document.documentElement.classList.add("js");

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // navigator.clipboard exists with https only; execCommand works without it.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await write(button.dataset.copy);
  button.focus();
  button.classList.add("copied");
  document.getElementById("announcement").textContent = document.body.dataset.copied;
  setTimeout(() => button.classList.remove("copied"), 1600);
});

function addButton(code) {
  if (code.nextElementSibling?.matches(".copy")) return;
  const row = code.closest("tr");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.dataset.copy = code.dataset.copies || row.dataset.clusterId;
  button.setAttribute("aria-label", document.body.dataset[code.dataset.copies ? "copyEndpoint" : "copyId"]);
  code.after(button);
}

function addButtons() {
  for (const code of document.querySelectorAll("code[data-copies]")) addButton(code);
}

// A live update replaces a row: restore the focus on its link or button.
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", () => {
  const row = document.activeElement.closest("tr[id]");
  focused = row && { id: row.id, selector: document.activeElement.matches(".copy") ? ".copy" : "a" };
});

document.addEventListener("htmx:oobAfterSwap", () => {
  addButtons();
  if (focused) document.getElementById(focused.id)?.querySelector(focused.selector)?.focus();
});
document.addEventListener("htmx:afterSettle", addButtons);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", addButtons);
else addButtons();
