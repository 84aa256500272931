// The prose editor as staff meet it: Danish buttons with words, only what prose.py keeps, and a language
// for single words.
import {
  Blockquote as PlainBlockquote, Extension, Mark, OrderedList as PlainOrderedList, updateAttrsDialog,
} from "django-prose-editor/editor"

const OF_A_LANGUAGE = { lang: { default: null }, dir: { default: null } }
const SAME_LANGUAGE = "Samme sprog som resten"
const hasWords = (editor, mark) => !editor.state.selection.empty || editor.isActive(mark)

export const Blockquote = PlainBlockquote.extend({ addAttributes: () => OF_A_LANGUAGE })

// Without the library's list types: our readers' lists are numbered 1, 2, 3.
export const OrderedList = PlainOrderedList.extend({ addAttributes: () => ({}), addNodeView: null })

export const Isolated = Mark.create({
  name: "isolated",
  addAttributes: () => OF_A_LANGUAGE,
  parseHTML: () => [{ tag: "bdi" }],
  renderHTML: ({ HTMLAttributes }) => ["bdi", HTMLAttributes, 0],
})

export const Language = Mark.create({
  name: "language",
  priority: 101, // around bold and italic
  exitable: true,
  addOptions: () => ({ languages: [] }),
  addAttributes: () => OF_A_LANGUAGE,
  parseHTML: () => [{ tag: "span[lang]" }, { tag: "span[dir]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],

  addCommands() {
    const { languages } = this.options
    return {
      askLanguage: () => ({ editor }) => {
        const now = languages.find(({ lang }) => lang === editor.getAttributes("language").lang)
        const choices = [SAME_LANGUAGE, ...languages.map(({ name }) => name)]
        updateAttrsDialog(
          { name: { title: "Ordene er på", enum: choices } },
          { title: "Ord på et andet sprog", submitText: "Brug" },
        )(editor, { name: now?.name ?? SAME_LANGUAGE }).then((answer) => {
          if (!answer) return
          const chosen = languages.find(({ name }) => name === answer.name)
          const words = editor.chain().focus()
          if (editor.state.selection.empty) words.extendMarkRange("language")
          if (chosen) words.setMark("language", { lang: chosen.lang, dir: chosen.dir })
          else words.unsetMark("language")
          words.run()
        })
        return true
      },
    }
  },
})

// [group, words on the button, keys, what it does, when it is on, when it can be used]
const TOOLS = [
  ["blocks", "Afsnit", "Ctrl+Alt+0", (chain) => chain.setParagraph(), ["paragraph"]],
  ["blocks", "Overskrift", "Ctrl+Alt+2", (chain) => chain.toggleHeading({ level: 2 }), ["heading", { level: 2 }]],
  ["blocks", "Underoverskrift", "Ctrl+Alt+3", (chain) => chain.toggleHeading({ level: 3 }), ["heading", { level: 3 }]],
  ["blocks", "Punkter", "Ctrl+Shift+8", (chain) => chain.toggleBulletList(), ["bulletList"]],
  ["blocks", "Tal", "Ctrl+Shift+7", (chain) => chain.toggleOrderedList(), ["orderedList"]],
  ["blocks", "Citat", "Ctrl+Shift+B", (chain) => chain.toggleBlockquote(), ["blockquote"]],
  ["marks", "Fed", "Ctrl+B", (chain) => chain.toggleBold(), ["bold"]],
  ["marks", "Kursiv", "Ctrl+I", (chain) => chain.toggleItalic(), ["italic"]],
  ["links", "Link", "Ctrl+K", (chain) => chain.addLink(), ["link"]],
  ["links", "Fjern link", "", (chain) => chain.unsetLink(), null, (editor) => editor.isActive("link")],
  ["links", "Sprog", "", (chain) => chain.askLanguage(), ["language"], (editor) => hasWords(editor, "language")],
  ["history", "Fortryd", "Ctrl+Z", (chain) => chain.undo(), null, (editor) => editor.can().undo()],
  ["history", "Gentag", "Ctrl+Y", (chain) => chain.redo(), null, (editor) => editor.can().redo()],
]

// One stop for the Tab key; arrow keys inside (the ARIA authoring practices' toolbar).
const oneStop = (bar) => {
  const buttons = [...bar.querySelectorAll("button")]
  bar.setAttribute("role", "toolbar")
  bar.setAttribute("aria-label", "Tekstens form")
  buttons.forEach((button, place) => { button.tabIndex = place ? -1 : 0 })
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const place = buttons.indexOf(document.activeElement)
    if (!step || place < 0) return
    event.preventDefault()
    const next = buttons.at((place + step) % buttons.length)
    buttons[place].tabIndex = -1
    next.tabIndex = 0
    next.focus()
  })
}

// The editor writes one long line, and a paragraph inside each list item. Our texts have neither: what was not touched
// must stay as it was, or its translations would look older than it.
const ITEM = /<li><p>((?:(?!<\/?p>).)*)<\/p>(?=<\/li>|<ul>|<ol>)/g
const BLOCK = /(<\/(?:p|h2|h3|ul|ol|li|blockquote)>|<(?:ul|ol|blockquote)\b[^>]*>)(?=<)/g

export const House = Extension.create({
  name: "house",
  onBeforeCreate() {
    const written = this.editor.getHTML.bind(this.editor)
    this.editor.getHTML = () => written().replace(ITEM, "<li>$1").replace(BLOCK, "$1\n")
  },
  addMenuItems({ menu, buttons }) {
    for (const [groups, words, keys, act, state, enabled = () => true] of TOOLS) {
      const button = buttons.text(words, keys ? `${words} (${keys})` : words)
      menu.defineItem({
        name: words, groups, button, enabled,
        command: (editor) => act(editor.chain().focus()).run(),
        active: (editor) => Boolean(state) && editor.isActive(...state),
        update: (editor) => {
          if (state) button.setAttribute("aria-pressed", editor.isActive(...state))
          button.setAttribute("aria-disabled", !enabled(editor))
        },
      })
    }
  },
  onCreate() {
    oneStop(this.editor.storage.menu.dom)
  },
})

// The editor stands in for a textarea: it is called the same, and its text is in the same language and direction.
document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const [label] = textarea.labels
  const name = label?.textContent.trim().replace(/:$/, "") || textarea.getAttribute("aria-label") || textarea.name
  const attributes = { "aria-label": name, "aria-multiline": "true" }
  for (const copied of ["lang", "dir", "aria-describedby", "aria-invalid"]) {
    if (textarea.hasAttribute(copied)) attributes[copied] = textarea.getAttribute(copied)
  }
  editor.setOptions({ editorProps: { attributes } })
  label?.addEventListener("click", () => editor.commands.focus())
})
