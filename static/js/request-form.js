/* The request form: a cloud project loads its options, a VPC filters the subnets. */
(() => {
  "use strict";

  const followProject = (form) => {
    const project = form.elements.namedItem("cloud_project");
    const show = form.querySelector("[data-show]");
    if (project && show) {
      project.addEventListener("change", () => form.requestSubmit(show));
    }
  };

  const followVpc = (form) => {
    const vpc = form.elements.namedItem("vpc_id");
    const subnet = form.elements.namedItem("subnet_id");
    if (!vpc || !subnet) return;
    const all = [...subnet.children];

    const follow = () => {
      const chosen = subnet.value;
      const fits = (child) =>
        child.tagName !== "OPTGROUP" ||
        child.querySelector("option").dataset.belongsTo === vpc.value;
      subnet.replaceChildren(...all.filter((child) => !vpc.value || fits(child)));
      const offered = (option) => option.value && !option.disabled && !("refused" in option.dataset);
      const free = [...subnet.options].filter(offered);
      const kept = free.find((option) => option.value === chosen);
      const only = vpc.value && free.length === 1 ? free[0] : null;
      subnet.value = (kept || only || { value: "" }).value;
    };

    // On the element itself, to run before htmx sends the form with the new subnet.
    vpc.addEventListener("change", follow);
    subnet.addEventListener("change", () => {
      const home = subnet.selectedOptions[0]?.dataset.belongsTo;
      if (home && !vpc.value) {
        vpc.value = home;
        follow();
      }
    });
    if (vpc.value && !subnet.matches("[aria-invalid=true]")) follow();
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

  const start = () => {
    const form = document.getElementById("request-form");
    if (!form || form.dataset.follows) return;
    form.dataset.follows = "1";
    followProject(form);
    followVpc(form);
    stopUpdatesOnSubmit(form);
    document.getElementById("problems")?.focus();
  };

  start();
  document.addEventListener("htmx:afterSettle", start);
})();
