(async () => {
  const ticket = document.querySelector("[data-challenge]"), form = ticket.form;
  const text = new TextEncoder(), { challenge, most } = ticket.dataset;
  let wants = false;
  const hold = (event) => {
    event.preventDefault();
    wants = true;
    form.setAttribute("aria-busy", "true");
  };
  form.addEventListener("submit", hold);
  try {
    for (let n = 0; n < most; n++) {
      const sum = await crypto.subtle.digest("SHA-256", text.encode(ticket.value + n));
      const hex = [...new Uint8Array(sum, 0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
      if (hex === challenge) {
        form.proof.value = n;
        break;
      }
    }
  } finally {
    form.removeEventListener("submit", hold);
    form.removeAttribute("aria-busy");
    if (wants) form.submit();
  }
})();
