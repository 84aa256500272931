// Nothing typed in a change form is lost: a draft in the browser while it is written, a question before a link leads
// away, Ctrl+S. Needs drafts.js and form_fields.js. docs/decisions/0032 says why.
{
  const { formFields, drafts } = window
  const WRITE_AFTER = 500 // milliseconds without a key
  const { object, language, isUnsaved, admin } = document.currentScript.dataset
  const name = `${object}|${language}`
  const id = crypto.randomUUID()

  const begin = (form, saveButton) => {
    const served = formFields.served(form)
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward"
    let isTouched = isBack // the browser may have put back what was typed
    let isLeaving = false
    let wait

    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
    const isChanged = () => isUnsaved === "true" || (isTouched && !same(formFields.typed(form), served))
    const version = () => form.elements.seen?.value || "0"
    const keep = (isSent = false) => {
      clearTimeout(wait)
      if (isChanged()) drafts.write(name, version(), id, { at: Date.now(), isSent, fields: formFields.typed(form) })
      else drafts.removeId(id)
    }
    const keepSoon = () => {
      isTouched = true
      clearTimeout(wait)
      wait = setTimeout(keep, WRITE_AFTER)
    }
    const setHidden = (key, value) => {
      const input = form.querySelector(`[name=${key}]`) ?? form.appendChild(document.createElement("input"))
      Object.assign(input, { type: "hidden", name: key, value })
    }
    const save = (next = "") => {
      if (next) setHidden("_next", next)
      form.requestSubmit(saveButton)
    }

    form.addEventListener("input", keepSoon)
    form.addEventListener("change", keepSoon)
    document.addEventListener("formset:added", keepSoon)
    document.addEventListener("formset:removed", keepSoon)
    window.addEventListener("pagehide", () => { if (!isLeaving) keep() })
    document.addEventListener("visibilitychange", () => { if (document.hidden && !isLeaving) keep() })
    window.addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return
      isLeaving = false
      form.querySelectorAll("[name=_next]").forEach((input) => input.remove())
    })
    window.addEventListener("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return
      setHidden("_draft", id)
      keep(true)
      isLeaving = true
    })
    window.addEventListener("beforeunload", (event) => { if (!isLeaving && isChanged()) event.preventDefault() })
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      save()
    })

    // A link to another page of the admin: an own question, because it can save first. Other ways out are the browser's.
    const dialog = document.getElementById("save-first").content.firstElementChild.cloneNode(true)
    document.body.append(dialog)
    let next
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]")
      const isPlain = !event.defaultPrevented && !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey
      if (!link || !isPlain || (link.target && link.target !== "_self") || link.hasAttribute("download")) return
      const { origin, pathname, search, hash } = new URL(link.href)
      const isSamePage = pathname === location.pathname && search === location.search && hash
      if (origin !== location.origin || !pathname.startsWith(admin) || isSamePage || !isChanged()) return
      event.preventDefault()
      next = pathname + search + hash
      dialog.returnValue = ""
      dialog.showModal()
    })
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "save") save(next)
      if (dialog.returnValue !== "leave") return
      keep()
      isLeaving = true
      location.assign(next)
    })

    // What was typed before: put back at once where somebody came back to it, else offered.
    const bar = document.getElementById("found-draft").content.firstElementChild.cloneNode(true)
    const [offered, restored] = bar.querySelectorAll("p")
    let found
    const say = (sentence) => {
      offered.hidden = sentence !== offered
      restored.hidden = sentence !== restored
      for (const time of bar.querySelectorAll("time")) time.textContent = timeOf(new Date(found.at))
      form.before(bar)
    }
    const restore = () => {
      formFields.restore(form, found.fields)
      isTouched = true
      keep()
      drafts.remove(found.key)
    }
    const offerNext = () => {
      bar.remove()
      found = drafts.of(name).find((draft) => !draft.key.endsWith(id) && !same(draft.fields, formFields.typed(form)))
      if (found) say(offered)
    }
    bar.addEventListener("click", ({ target: { value } }) => {
      if (value === "restore") {
        restore()
        say(restored)
      } else if (value === "discard") {
        drafts.remove(found.key)
        offerNext()
      } else if (value === "undo") {
        drafts.removeId(id)
        isLeaving = true
        location.assign(location.pathname + location.search)
      }
    })

    if (isUnsaved === "true") { // the form as it was sent, with what is wrong: nobody needs the draft of it
      drafts.of(name).filter(({ isSent }) => isSent).forEach(({ key }) => drafts.remove(key))
      keep()
      return
    }
    drafts.of(name).filter(({ fields }) => same(fields, served) || !Object.keys(fields).length)
      .forEach(({ key }) => drafts.remove(key))
    window.addEventListener("load", () => { // once the admin's own scripts can add inline rows
      offerNext()
      if (!found || !(isBack || found.isSent)) return
      restore()
      say(restored)
    })
  }

  const timeOf = (moment) => {
    const clock = moment.toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit" })
    const isToday = moment.toDateString() === new Date().toDateString()
    return isToday ? `kl. ${clock}` : `${moment.getDate()}.${moment.getMonth() + 1}. kl. ${clock}`
  }

  document.addEventListener("DOMContentLoaded", () => {
    const saveButton = document.querySelector("#content-main [name=_save]") // not on a form that one may only read
    if (saveButton) begin(saveButton.form, saveButton)
  })
}
