// A request that moves on while somebody types: what stands in a form that stays goes with
// it, and what stood in one that is gone is quoted above.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  "use strict";

  const { target, fragment } = event.detail;
  const fields = [...target.querySelectorAll("textarea, input:not([type=hidden])")];
  for (const field of fields.filter((each) => each.value !== each.defaultValue)) {
    const next = field.id && fragment.querySelector(`#${CSS.escape(field.id)}`);
    const wrote = document.getElementById("typed-text");
    if (next) {
      next.value = field.value;
    } else if (wrote) {
      const quote = document.createElement("q");
      quote.className = "wrap typed";
      quote.textContent = field.value;
      wrote.querySelector("p").append(" ", quote);
      wrote.hidden = false;
    }
  }
});
