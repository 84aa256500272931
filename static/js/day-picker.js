// A day is typed, as one likes. This adds a button that opens the browser's own calendar and writes the chosen day.
document.addEventListener("DOMContentLoaded", () => {
  const equip = (field) => {
    if (field.dataset.day || !("showPicker" in HTMLInputElement.prototype)) return;
    field.dataset.day = "equipped";
    const calendar = document.createElement("input");
    Object.assign(calendar, { type: "date", tabIndex: -1, className: "day-calendar" });
    calendar.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "day-button", title: "Vælg dagen i en kalender" });
    button.setAttribute("aria-label", `Kalender: ${field.getAttribute("aria-label") || field.labels[0]?.innerText || "dag"}`);
    const place = document.createElement("span");
    place.className = "day-place";
    field.replaceWith(place);
    place.append(field, calendar, button);
    button.addEventListener("click", () => {
      const typed = field.value.trim().match(/^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/);
      calendar.value = typed ? `${typed[3]}-${typed[2].padStart(2, "0")}-${typed[1].padStart(2, "0")}` : "";
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      if (!calendar.value) return;
      const [year, month, day] = calendar.value.split("-").map(Number);
      field.value = `${day}.${month}.${year}`;
      for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      field.focus();
    });
  };
  const equipAll = (root) => root.querySelectorAll("input[data-day]").forEach((field) => field.name.includes("__prefix__") || equip(field));
  equipAll(document);
  document.addEventListener("formset:added", (event) => equipAll(event.target)); // a new row, by the admin's own script
});
