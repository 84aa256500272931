// Comfort on the change form: all of it works without.
document.addEventListener("DOMContentLoaded", () => {
  // A link to a field in a folded group opens the group.
  const unfold = () => {
    const field = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const groups = [];
    for (let group = field?.closest("details"); group; group = group.parentElement.closest("details")) groups.push(group);
    if (groups.some((group) => !group.open)) {
      groups.forEach((group) => { group.open = true; });
      field.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", unfold);
  unfold();

  // "Mere" closes as a menu does.
  const more = document.querySelector(".desk-more");
  document.addEventListener("click", (event) => { if (more?.open && !more.contains(event.target)) more.open = false; });
  more?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    more.open = false;
    more.querySelector("summary").focus();
  });

  // On a narrow screen the preview is folded below the form.
  const preview = document.querySelector(".desk-preview");
  if (preview && !matchMedia("(min-width: 75rem)").matches) preview.open = false;

  // What the address of something new becomes when its field is left empty: shown in it, as the server will make it.
  const address = document.querySelector("[data-suggested-from]");
  const title = address && document.getElementById(address.dataset.suggestedFrom);
  if (!title) return;
  const letters = { æ: "ae", ø: "oe", å: "aa" };
  const suggest = () => {
    const spelled = title.value.toLowerCase().replace(/[æøå]/g, (letter) => letters[letter]);
    const words = spelled.normalize("NFKD").replace(/\p{M}/gu, "").match(/[a-z0-9]+/g) || [];
    const whole = words.join("-");
    address.placeholder = whole.length > 60 ? whole.slice(0, 61).replace(/-[^-]*$/, "").slice(0, 60) : whole;
  };
  title.addEventListener("input", suggest);
  suggest();
});
