// What is pasted, as the few tags that prose.py keeps. Word, Google Docs, mail and web pages say most of what they mean
// with styles, which the policy lets no document have; so they are read as text. What is left out is said.
import { Extension, Plugin } from "django-prose-editor/editor"
import { Reader } from "pasted-blocks"
import { PICTURES, readSheets, RTL } from "pasted-elements"

const OURS = ":is(p, h2, h3, ul, ol, li, a, strong, em, blockquote, br, span, bdi):not([data-style], [class])"
const TAG = /<[a-z](?:[^<>"']|"[^"<]*"|'[^'<]*')*/gi // no further than the next one, or many open quotes would take long

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const writer = (blocks, field) => {
  const all = (some) => some.flatMap((block) => [block, ...all(block.blocks ?? block.items?.flat() ?? [])])
  const levels = all(blocks).flatMap(({ level }) => level ?? [])
  const top = Math.min(2, ...levels) // a document's own title stands where our page has its name already

  const run = ({ text, marks, isBreak }, isHeading) => {
    if (isBreak) return "<br>"
    let html = escaped(text)
    const href = marks.href && `<a href="${escaped(marks.href)}">`
    if (!text.trim()) return href ? `${href}${html}</a>` : html
    const lang = marks.lang !== field.lang && /\p{L}/u.test(text) ? marks.lang : null
    const dir = lang ? (RTL.has(lang) ? "rtl" : "ltr") : marks.lang ? null : marks.dir
    if (marks.italic) html = `<em>${html}</em>`
    if (marks.bold && !isHeading) html = `<strong>${html}</strong>`
    if (lang) html = `<span lang="${lang}" dir="${dir}">${html}</span>`
    else if (dir && dir !== field.dir && /\p{L}/u.test(text)) html = `<span dir="${dir}">${html}</span>`
    return href ? `${href}${html}</a>` : html
  }
  const write = (block, isItem = false) => {
    const { tag, level, runs, items, blocks: quoted } = block
    const inside = (some) => some.map((one) => write(one, Boolean(items))).join("")
    if (items) return `<${tag}>${items.map((item) => `<li>${inside(item)}</li>`).join("")}</${tag}>`
    if (quoted) return `<${tag}>${inside(quoted)}</${tag}>`
    const name = level === undefined || isItem ? "p" : level <= top ? "h2" : "h3"
    return `<${name}>${runs.map((one) => run(one, level !== undefined)).join("")}</${name}>`
  }
  return { runs: all(blocks).flatMap(({ runs = [] }) => runs), html: () => blocks.map((block) => write(block)).join("") }
}

// Word marks what it has not been told the language of with its own: a mark on every word says nothing about any.
const dropBlanketLanguage = (runs, field, note) => {
  const worded = runs.filter(({ text }) => /\p{L}/u.test(text))
  const [lang, ...others] = new Set(worded.map(({ marks }) => marks.lang ?? field.lang))
  if (!lang || others.length || lang === field.lang || RTL.has(lang) !== (field.dir === "rtl")) return
  worded.forEach((run) => { run.marks = { ...run.marks, lang: null } })
  note(`mærket „${lang}“ for sproget i det hele`)
}

export const cleaned = (html, field) => {
  const template = document.createElement("template") // its content is in no page: nothing in it is loaded or run
  template.innerHTML = html.replace(TAG, (tag) => tag.replace(/(\s)(style|on\w+)(?=\s*=)/gi, "$1data-$2")) // nor reported
  const source = template.content
  const leftOut = new Set()
  const elements = [...source.querySelectorAll(":not(meta)")]
  if (html.includes("data-pm-slice") && elements.every((element) => element.matches(OURS))) return { html, leftOut }
  const note = (what) => leftOut.add(what)
  const reader = new Reader({ styleOf: readSheets(source), note })
  reader.block(source, {})
  const { runs, html: write } = writer(reader.blocks, field)
  dropBlanketLanguage(runs, field, note)
  return { html: write(), leftOut }
}

export const Pasted = Extension.create({
  name: "pasted",
  onCreate() {
    const status = document.createElement("p")
    status.className = "prose-editor-status"
    status.setAttribute("role", "status")
    this.editor.view.dom.closest(".prose-editor").append(status)
    let wait
    this.storage.say = (words) => {
      clearTimeout(wait)
      status.textContent = ""
      wait = setTimeout(() => { status.textContent = words }, 100) // or the same words would not be read out again
    }
  },
  transformPastedHTML(html) {
    const { lang, dir } = this.editor.view.dom
    try {
      const { html: kept, leftOut } = cleaned(html, { lang: lang || "da", dir: dir || "ltr" })
      this.storage.say?.(leftOut.size ? `Ikke sat ind som det var: ${[...leftOut].join(", ")}.` : "")
      return kept
    } catch {
      return html // better the library's reading of it than nothing
    }
  },
  addProseMirrorPlugins() {
    const { storage } = this
    const handlePaste = (_, { clipboardData }) => {
      const hasWords = clipboardData?.types.some((type) => type.startsWith("text/"))
      if (clipboardData?.files.length && !hasWords) storage.say?.(`Ikke sat ind som det var: ${PICTURES}.`)
      return false
    }
    return [new Plugin({ props: { handlePaste } })]
  },
})
