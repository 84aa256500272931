(() => {
  const link = document.querySelector(".exit");
  const leave = (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  };
  link.addEventListener("click", leave);
  if (!document.querySelector(".guide")) return;
  let presses = [];
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    presses = event.key === "Shift" ? [event.timeStamp, ...presses] : [];
    if (event.timeStamp - presses[2] < 1000) leave(event);
  });
})();
