// Ctrl+K or ⌘K goes to the search; from a page without one, to the list that has it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
  const search = document.querySelector("input[type=search]");
  const list = document.body.dataset.search;
  if (!search && !list) return;
  event.preventDefault();
  if (!search) window.location.assign(list);
  else search.focus();
});
