// Copies what a button names in data-copy, and says so. Lists name what can be copied
// with data-copies; their buttons are made here, since without a script none works.
document.documentElement.classList.add("js");

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https the clipboard is closed; the old way still opens it.
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

function offer(code) {
  if (code.nextElementSibling?.matches(".copy")) return;
  const row = code.closest("tr");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.dataset.copy = code.dataset.copies || row.dataset.clusterId;
  button.setAttribute("aria-label", document.body.dataset[code.dataset.copies ? "copyEndpoint" : "copyId"]);
  code.after(button);
}

function offerAll() {
  for (const code of document.querySelectorAll("code[data-copies]")) offer(code);
}

// A row that moved on is replaced; whoever was on its link or button stays there.
let left = null;

document.addEventListener("htmx:oobBeforeSwap", () => {
  const row = document.activeElement.closest("tr[id]");
  left = row && { id: row.id, what: document.activeElement.matches(".copy") ? ".copy" : "a" };
});

document.addEventListener("htmx:oobAfterSwap", () => {
  offerAll();
  if (left) document.getElementById(left.id)?.querySelector(left.what)?.focus();
});
document.addEventListener("htmx:afterSettle", offerAll);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", offerAll);
else offerAll();
