// Ctrl+K or ⌘K moves the focus to the search; on a page without one, it opens the list.
document.addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
  const search = document.querySelector("input[type=search]");
  const list = document.body.dataset.search;
  if (!search && !list) return;
  event.preventDefault();
  if (!search) window.location.assign(list);
  else search.focus();
});
