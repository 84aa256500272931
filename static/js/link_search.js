// A text field in which a page of this site is found by its words: the combobox with a list of the ARIA authoring
// practices. Without this script, or when nobody answers, it is a plain field.
{
  const WAIT = 200 // milliseconds without a key
  let count = 0
  let isPressed = false
  document.addEventListener("pointerdown", () => { isPressed = true }, true)
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { isPressed = false }, true)

  const make = (tag, attributes, words = "") => {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.textContent = words
    return element
  }

  // `isAddress`: typed text that is not looked for; `onChoice` is told what was chosen. `offer` shows other choices.
  window.linkSearch = (input, { search, language = "da", isAddress = () => false, onChoice = () => {} }) => {
    const id = `link-search-${count += 1}`
    const box = make("div", { class: "link-search" })
    const list = make("ul", { id, role: "listbox", "aria-label": "Sider" })
    const status = make("p", { class: "visually-hidden", role: "status" })
    input.replaceWith(box)
    box.append(input, list, status)
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off",
    })) input.setAttribute(name, value)
    list.hidden = true
    let choices = []
    let at = -1
    let wait
    let asked

    const close = () => {
      clearTimeout(wait)
      asked?.abort()
      list.hidden = true
      at = -1
      input.setAttribute("aria-expanded", "false")
      input.removeAttribute("aria-activedescendant")
    }
    const stand = (place) => {
      at = (place + choices.length) % choices.length
      const rows = [...list.children]
      rows.forEach((row, number) => row.setAttribute("aria-selected", number === at))
      input.setAttribute("aria-activedescendant", rows[at].id)
      rows[at].scrollIntoView({ block: "nearest" })
    }
    const choose = (choice) => {
      input.value = choice.path
      close()
      status.textContent = `Valgt: ${choice.title}`
      onChoice(choice)
      input.dispatchEvent(new Event("change", { bubbles: true }))
    }
    const offer = (found) => {
      choices = found
      at = -1
      list.replaceChildren(...found.map(({ path, title, kind }, number) => {
        const row = make("li", { id: `${id}-${number}`, role: "option", "aria-selected": "false" })
        row.append(make("strong", { lang: language, dir: "auto" }, title), make("span", {}, `${kind} · ${path}`))
        return row
      }))
      list.hidden = !found.length
      input.setAttribute("aria-expanded", String(Boolean(found.length)))
      input.removeAttribute("aria-activedescendant")
      status.textContent = found.length ? `${found.length} ${found.length === 1 ? "side" : "sider"}` : "Ingen sider fundet"
    }
    const look = async () => {
      asked?.abort()
      asked = new AbortController()
      const q = input.value.trim()
      try {
        const answer = await fetch(`${search}?${new URLSearchParams({ q, sprog: language })}`, { signal: asked.signal })
        if (answer.ok) offer((await answer.json()).choices)
      } catch { /* asked again, or no network: what is typed stands */ }
    }

    input.addEventListener("input", () => {
      close()
      const typed = input.value.trim()
      if (typed.length > 1 && !typed.startsWith("/") && !isAddress(typed)) wait = setTimeout(look, WAIT)
    })
    input.addEventListener("keydown", (event) => {
      if (list.hidden) {
        if (event.key === "ArrowDown" && choices.length && input.value.trim()) offer(choices)
        return
      }
      if (event.key === "ArrowDown") stand(at + 1)
      else if (event.key === "ArrowUp") stand(at < 0 ? -1 : at - 1)
      else if (event.key === "Enter" && at >= 0) choose(choices[at])
      else if (event.key === "Escape") close()
      else return
      event.preventDefault() // nor does Escape close the dialog around it
    })
    list.addEventListener("pointerdown", (event) => event.preventDefault()) // the field keeps the focus
    list.addEventListener("click", ({ target }) => {
      const row = [...list.children].indexOf(target.closest("li"))
      if (row >= 0) choose(choices[row])
    })
    // Closed under a pressed pointer, the list would move what is being clicked away from it.
    input.addEventListener("blur", () => {
      if (isPressed) document.addEventListener("pointerup", () => setTimeout(close), { once: true })
      else close()
    })
    return { offer }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("input[data-link-search]").forEach((input) => {
      window.linkSearch(input, { search: input.dataset.linkSearch })
    })
  })
}
