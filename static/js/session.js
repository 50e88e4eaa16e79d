// A page whose session has ended keeps its typed values. The server triggers these events
// by htmx response headers: portal:signed-out shows a notice, and portal:fresh-token
// brings a new CSRF token after a sign-in in another tab.
(() => {
  "use strict";

  const show = (isShown, somebodyElse) => {
    const notice = document.getElementById("signed-out");
    if (!notice) return;
    notice.querySelector("[data-signed-out]").hidden = somebodyElse;
    notice.querySelector("[data-somebody-else]").hidden = !somebodyElse;
    notice.hidden = !isShown;
  };

  document.addEventListener("portal:signed-out", (event) => {
    show(true, event.detail.somebodyElse);
  });

  document.addEventListener("portal:fresh-token", (event) => {
    const { token } = event.detail;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      field.value = token;
    }
    document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
    show(false, false);
    // Send the form again that was refused for its old token.
    if (event.target.matches("form")) event.target.dispatchEvent(new Event("change"));
  });
})();
