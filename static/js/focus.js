// A click on the whole picture writes where it was into the two fields. The fields are the truth; this is comfort.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-focus]").forEach((picture) => {
    const fields = ["x", "y"].map((side) => document.getElementById(`id_focus_${side}`));
    if (fields.includes(null)) return;
    const frame = document.createElement("span");
    frame.className = "desk-focus-frame";
    const mark = document.createElement("span");
    mark.className = "desk-focus-mark";
    picture.replaceWith(frame);
    frame.append(picture, mark);
    const show = () => {
      mark.style.left = `${fields[0].value}%`;
      mark.style.top = `${fields[1].value}%`;
    };
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      fields[0].value = Math.round((100 * (event.clientX - box.left)) / box.width);
      fields[1].value = Math.round((100 * (event.clientY - box.top)) / box.height);
      show();
    });
    fields.forEach((field) => field.addEventListener("input", show));
    show();
  });
});
