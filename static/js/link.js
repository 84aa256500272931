// Links in the prose editor. A page of the site is chosen by its words, never by typing its path; what is typed as an
// address is mended, or refused with a sentence (links/internal.py judges what is ours).
import { Link as PlainLink } from "django-prose-editor/editor"

// What people type, as an address: "politi.dk" and "www.politi.dk" are places outside the site, "a@b.dk" is a mailbox,
// eight digits a telephone.
const address = (typed) => {
  const bare = typed.trim()
  if (/^[^\s/:#?@]+@[^\s/:#?@]+$/.test(bare)) return `mailto:${bare}`
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+([/?#]|$)/i.test(bare)) return `https://${bare}`
  if (/^\+?[\d\s().-]{8,}$/.test(bare)) {
    const digits = bare.replace(/[^\d+]/g, "")
    return `tel:${digits.length === 8 ? "+45" : ""}${digits}`
  }
  return bare.replace(/^http:/i, "https:")
}

const isAllowed = (href, schemes) => {
  try {
    return Boolean(href) && schemes.includes(new URL(href, "https://our.site").protocol.slice(0, -1))
  } catch {
    return false
  }
}

// With a scheme of its own it leads out of the site, unless it is our own name.
const isElsewhere = (href, site) => /^[a-z]+:/i.test(href) && !`${href}/`.startsWith(`${site}/`)

const FORM = `<dialog class="writing-dialog" aria-labelledby="link-title">
  <form method="dialog" novalidate>
    <h2 id="link-title">Link</h2>
    <label for="link-target">Side eller adresse</label>
    <input id="link-target" type="text" autocomplete="off" aria-describedby="link-help link-error">
    <p id="link-help" class="help">Skriv nogle ord fra siden, og vælg den. Eller skriv en adresse: www.politi.dk, navn@odense.dk, 66 13 13 72.</p>
    <p id="link-error" class="writing-error" role="alert"></p>
    <div id="link-words-row"><label for="link-words">Ord, der bliver til link</label>
      <input id="link-words" type="text" autocomplete="off"></div>
    <div class="writing-buttons"><button class="button default">Brug</button>
      <button class="button" type="button" value="cancel">Fortryd</button></div>
  </form>
</dialog>`

// Asks for a link. Resolves to { href, words, note }, or to nothing when it is given up. `language`: of the text.
const askForLink = ({ href, needsWords, language, schemes, search, site }) => new Promise((resolve) => {
  const holder = document.createElement("div")
  holder.innerHTML = FORM
  const dialog = holder.firstElementChild
  document.body.append(dialog)
  const [target, error, wordsRow, words] = ["target", "error", "words-row", "words"]
    .map((name) => dialog.querySelector(`#link-${name}`))
  words.lang = language
  wordsRow.hidden = !needsWords
  target.value = href.replace(/^(mailto|tel):/, "")
  let answer
  const refuse = (sentence) => {
    error.textContent = sentence
    target.setAttribute("aria-invalid", "true")
    target.focus()
  }
  const accept = () => {
    error.textContent = ""
    target.removeAttribute("aria-invalid")
  }
  const chooser = window.linkSearch(target, {
    search, language, isAddress: (typed) => isElsewhere(address(typed), site),
    onChoice: ({ title }) => {
      accept()
      if (!words.value) words.value = title
    },
  })
  target.addEventListener("input", accept)

  // Ours is looked up; when nobody answers, publishing will.
  const judged = async (typed) => {
    try {
      const answers = await fetch(`${search}?${new URLSearchParams({ adresse: typed, sprog: language })}`)
      if (answers.ok) return await answers.json()
    } catch { /* no network */ }
    return { address: typed.startsWith("/") ? typed : "", sentence: "Siden kan ikke slås op lige nu.", choices: [] }
  }
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault()
    const typed = address(target.value)
    if (!isAllowed(typed, schemes)) return refuse("Skriv en adresse, der begynder med /, https://, mailto: eller tel:")
    let [link, note] = [typed, ""]
    if (!isElsewhere(typed, site)) {
      const { address: own, sentence, choices } = await judged(typed)
      if (!own) {
        refuse(sentence)
        return chooser.offer(choices)
      }
      [link, note] = [own, sentence]
    }
    answer = { href: link, words: words.value.trim() || target.value.trim(), note }
    dialog.close()
  })
  dialog.querySelector("[value=cancel]").addEventListener("click", () => dialog.close())
  dialog.addEventListener("close", () => {
    dialog.remove()
    resolve(answer)
  })
  dialog.showModal()
})

export const Link = PlainLink.extend({
  addOptions() {
    // Never a link by itself: that would tear {politi.dk} apart.
    return { ...this.parent?.(), schemes: [], search: "", site: "", autolink: false, linkOnPaste: false }
  },
  addPasteRules: () => [],
  addAttributes: () => ({
    href: { default: null, parseHTML: (element) => element.getAttribute("href").replace(/^http:/i, "https:") },
  }),
  parseHTML() {
    return [{
      tag: "a[href]",
      getAttrs: (element) => isAllowed(address(element.getAttribute("href")), this.options.schemes) && null,
    }]
  },
  renderHTML: ({ HTMLAttributes: { href } }) => ["a", { href, rel: "noreferrer" }, 0],
  addMenuItems: () => {},

  addCommands() {
    const { schemes, search, site } = this.options
    return {
      ...this.parent?.(),
      addLink: () => ({ editor }) => {
        const needsWords = editor.state.selection.empty && !editor.isActive("link")
        const language = editor.view.dom.lang || "da"
        const href = editor.getAttributes("link").href ?? ""
        const { from, to } = editor.state.selection  // the browser may put the caret elsewhere when the dialog closes
        askForLink({ href, needsWords, language, schemes, search, site }).then((answer) => {
          const chain = editor.chain().focus().setTextSelection({ from, to })
          if (!answer) return chain.run()
          const marks = [{ type: "link", attrs: { href: answer.href } }]
          if (needsWords) chain.insertContent({ type: "text", text: answer.words, marks }).unsetMark("link")
          else {
            if (from === to) chain.extendMarkRange("link")
            chain.setMark("link", { href: answer.href })
          }
          chain.run()
          if (answer.note) editor.storage.pasted?.say?.(answer.note)
        })
        return true
      },
    }
  },
})
