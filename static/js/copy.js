// Copies what a button names in data-copy, and says so.
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

function show(button, copied) {
  button.classList.toggle("copied", copied);
  const symbol = button.querySelector("use");
  if (symbol) symbol.setAttribute("href", copied ? "#i-check" : "#i-copy");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const owner = button.closest("[data-cluster-id]");
  await write(button.dataset.copy || (owner ? owner.dataset.clusterId : ""));
  button.focus();
  show(button, true);
  document.getElementById("said").textContent = document.body.dataset.copied;
  setTimeout(() => show(button, false), 1600);
});
