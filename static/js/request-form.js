/* The request form: a cloud project loads its options, answers never disturb who types. */
(() => {
  "use strict";

  const followProject = (form) => {
    const project = form.elements.namedItem("cloud_project");
    const show = form.querySelector("[data-show]");
    if (project && show) {
      project.addEventListener("change", () => form.requestSubmit(show));
    }
  };

  const stopUpdatesOnSubmit = (form) => {
    // A request for the summary that is cancelled by the submit would end as an error.
    let leaving = false;
    form.addEventListener("submit", () => { leaving = true; });
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (leaving) event.preventDefault();
    });
    window.addEventListener("pageshow", () => { leaving = false; });
  };

  const searchOnEnter = (form) => {
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input[type=search]")) return;
      event.preventDefault();
      form.dispatchEvent(new Event("change"));
    });
  };

  const isOn = (control) =>
    control.matches("[type=radio], [type=checkbox]") ? control.checked : control.value;
  const valuesIn = (part) =>
    [...part.querySelectorAll("input, select, textarea")].map((each) => `${each.value} ${isOn(each)}`);
  const optionsIn = (part) =>
    [...part.querySelectorAll("option, input")].map((each) => `${each.value} ${each.disabled}`).join("\n");

  /* The hint and the error of a field whose control stays as it is. */
  const updateWords = (part, next) => {
    const field = part.closest(".field") || part.querySelector(".field");
    const nextField = next.closest(".field") || next.querySelector(".field");
    if (!field || !nextField) return;
    field.className = nextField.className;
    for (const words of [".hint", ".problem"]) {
      const [old, fresh] = [field.querySelector(words), nextField.querySelector(words)];
      if (old && fresh) old.textContent = fresh.textContent;
      else if (old) old.remove();
      else if (fresh) field.append(fresh.cloneNode(true));
    }
    const wrong = nextField.querySelector("[aria-invalid]");
    for (const control of field.querySelectorAll("input, select")) {
      if (wrong) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  };

  const keepTyping = (form) => {
    let sent = new Map();
    const late = new Set();

    form.addEventListener("htmx:beforeRequest", () => {
      sent = new Map([...form.querySelectorAll("[id$=_field]")].map((part) => [part.id, valuesIn(part).join("\n")]));
      late.clear();
    });

    form.addEventListener("htmx:oobBeforeSwap", (event) => {
      const { target, fragment } = event.detail;
      const next = fragment.firstElementChild;
      if (!target.id.endsWith("_field") || !next) return;
      const isChanged = sent.get(target.id) !== valuesIn(target).join("\n");
      if (isChanged || target.contains(document.activeElement)) {
        event.detail.shouldSwap = false;
        if (isChanged) return; // the next answer knows what was typed meanwhile
        updateWords(target, next);
        if (optionsIn(target) !== optionsIn(next)) late.add(target.id);
        return;
      }
      const [list, nextList] = [target.querySelector(".many"), next.querySelector(".many")];
      if (list && nextList) {
        const top = list.scrollTop;
        requestAnimationFrame(() => { nextList.scrollTop = top; });
      }
    });

    // The options of a field that had the focus are made when the focus goes on.
    form.addEventListener("focusout", (event) => {
      const part = event.target.closest("[id$=_field]");
      if (part && late.has(part.id) && !part.contains(event.relatedTarget)) {
        form.dispatchEvent(new Event("change"));
      }
    });
  };

  const start = () => {
    const form = document.getElementById("request-form");
    if (!form || form.dataset.follows) return;
    form.dataset.follows = "1";
    followProject(form);
    stopUpdatesOnSubmit(form);
    searchOnEnter(form);
    keepTyping(form);
    document.getElementById("problems")?.focus();
  };

  start();
  document.addEventListener("htmx:afterSettle", start);
})();
