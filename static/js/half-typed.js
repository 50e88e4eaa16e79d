// An update of the page while somebody types: typed text is copied into the new form. If
// that form is gone, the text is quoted at the top of the page (#typed-text).
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  "use strict";

  const { target, fragment } = event.detail;
  const fields = [...target.querySelectorAll("textarea, input:not([type=hidden], [type=password])")];
  for (const field of fields.filter((each) => each.value !== each.defaultValue)) {
    const next = field.id && fragment.querySelector(`#${CSS.escape(field.id)}`);
    const notice = document.getElementById("typed-text");
    if (next) {
      next.value = field.value;
    } else if (notice) {
      const quote = document.createElement("q");
      quote.className = "wrap typed";
      quote.textContent = field.value;
      notice.querySelector("p").append(" ", quote);
      notice.hidden = false;
    }
  }
});
