// A list of pictures beside the select that holds the choice. The select is the truth, and all there is without this.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("select[data-pictures]").forEach((select) => {
    const chooser = document.createElement("details");
    chooser.className = "media-chooser";
    const title = document.createElement("summary");
    title.textContent = "Vælg billede ved at se";
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "Søg i billederne";
    search.setAttribute("aria-label", "Søg i billederne");
    const choices = document.createElement("div");
    choices.className = "media-choices";
    choices.setAttribute("role", "radiogroup");
    choices.setAttribute("aria-label", "Billeder");
    const choice = (option) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = `${select.id}-shown`; // outside the form's own names: it belongs to no form
      radio.setAttribute("form", `${select.id}-none`);
      radio.value = option.value;
      radio.checked = option.selected;
      let sight;
      if (option.dataset.thumbnail) {
        sight = new Image(240, 160);
        sight.loading = "lazy";
        sight.alt = "";
        sight.src = option.dataset.thumbnail;
      } else {
        sight = document.createElement("span");
        sight.className = "media-blank";
        sight.textContent = option.value ? "Nyt" : "Intet";
      }
      const name = document.createElement("span");
      name.textContent = option.value ? option.textContent : "Intet billede";
      label.append(radio, sight, name);
      return label;
    };
    const fill = () => choices.replaceChildren(...[...select.options].map(choice));
    const find = () => {
      const words = search.value.trim().toLocaleLowerCase("da");
      for (const label of choices.children) label.hidden = !label.textContent.toLocaleLowerCase("da").includes(words);
    };
    choices.addEventListener("change", (event) => {
      event.stopPropagation();
      select.value = event.target.value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    select.addEventListener("change", () => {
      if (select.options.length !== choices.children.length) fill();
      for (const radio of choices.querySelectorAll("input")) radio.checked = radio.value === select.value;
    });
    search.addEventListener("input", find);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it would save the whole form
    });
    fill();
    chooser.append(title, search, choices);
    (select.closest(".flex-container") ?? select).after(chooser);
  });
});
