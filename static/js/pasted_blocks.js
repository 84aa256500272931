// A pasted document as lines, lists and quotations, whatever its program makes them of.
import { isBlock, marksOf, whyLeftOut } from "pasted-elements"

// A block is { tag, level, runs }, a line; { tag, items }, a list, of arrays of blocks; { tag, blocks }, a quotation

export class Reader {
  blocks = []
  line = null

  constructor(paste) {
    this.paste = paste // what all readers of one paste share: styleOf, note
  }

  inside(fill) {
    const reader = new Reader(this.paste)
    fill(reader)
    reader.end()
    return reader.blocks
  }

  end() {
    const { line } = this
    this.line = null
    if (!line) return
    const { runs } = line
    while (runs.length && /^[\s\u00ad\u200b\ufeff]*$/.test(runs.at(-1).text)) runs.pop()
    while (runs.length && /^[\s\u00ad\u200b\ufeff]*$/.test(runs[0].text)) runs.shift()
    if (!runs.length) return
    runs[0].text = runs[0].text.trimStart()
    runs.at(-1).text = runs.at(-1).text.trimEnd()
    this.blocks.push(line)
  }

  text(string, marks) {
    if (!marks.pre) return this.words(string, marks)
    return string.split("\n").forEach((part, place) => {
      if (place) this.break(marks)
      this.words(part, marks)
    })
  }

  words(string, marks) {
    let text = string.replace(/[ \t\r\n\f\u00a0]{2,}|[ \t\r\n\f]/g, " ")
    if (marks.isNote && /^\W*[\dA-Za-z]{1,4}\W*$/.test(text)) {
      const number = `[${text.replace(/\W/g, "")}]`
      text = this.line ? ` ${number}` : `${number} `
    } else if (marks.script && [...text.trim()].every((sign) => sign in marks.script)) {
      text = [...text].map((sign) => marks.script[sign] ?? sign).join("")
    }
    if (!this.line && !text.trim()) return
    this.line ??= { tag: "p", runs: [] }
    this.line.runs.push({ text: this.line.level === undefined ? text : text.replace(/\s+/g, " "), marks })
  }

  break(marks) {
    if (!this.line) return
    if (this.line.level !== undefined) this.words(" ", marks)
    else if (this.line.runs.at(-1)?.isBreak) this.end()
    else this.line.runs.push({ text: "", isBreak: true, marks })
  }

  children(element, marks) {
    for (const child of element.childNodes) this.node(child, marks)
  }

  node(node, marks) {
    if (node.nodeType === Node.TEXT_NODE) this.text(node.data, marks)
    else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, marks)
  }

  // The words of an item or a cell, marked as it says.
  within(element, outer) {
    this.children(element, marksOf(element, this.paste.styleOf(element), outer, this.paste.note))
  }

  block(element, marks) {
    if (this.line?.level !== undefined) { // in a heading: the words belong to it
      this.words(" ", marks)
      this.children(element, marks)
      return
    }
    this.end()
    this.children(element, marks)
    this.end()
  }

  element(element, outer) {
    const { styleOf, note } = this.paste
    const style = styleOf(element)
    const tag = element.localName
    const why = whyLeftOut(element, style)
    if (why !== null) {
      if (why && (element.textContent.trim() || why !== "skjult tekst")) note(why)
      return
    }
    const marks = marksOf(element, style, outer, note)
    const heading = /^h[1-6]$/.test(tag) ? Number(tag[1]) : headingOf(element)
    const flat = /level(\d)/.exec(style["mso-list"] ?? "")
    if (tag === "br") this.break(marks)
    else if (tag === "hr") this.end()
    else if (heading !== null) this.heading(element, heading, marks)
    else if (flat) this.item(element, Number(flat[1]), markerOf(element, styleOf), marks)
    else if (tag === "li") this.item(element, 1, "ul", marks)
    else if (tag === "ul" || tag === "ol") this.list(element, tag, marks)
    else if (tag === "table") this.table(element, marks)
    else if (tag === "blockquote" && !/40px/.test(style.margin)) this.quote(element, marks)
    else if (isBlock(element, style) || tag === "blockquote") this.block(element, marks)
    else if (tag === "q") this.quoted(element, marks)
    else this.children(element, marks)
  }

  quoted(element, marks) { // the browser writes its quotation marks itself, and copies them not
    this.text("„", marks)
    this.children(element, marks)
    this.text("“", marks)
  }

  heading(element, level, marks) {
    this.end()
    this.line = { tag: "h2", level, runs: [] }
    this.children(element, marks)
    this.end()
  }

  quote(element, marks) {
    this.end()
    const blocks = this.inside((reader) => reader.children(element, marks))
    if (blocks.length) this.blocks.push({ tag: "blockquote", blocks })
  }

  list(element, tag, marks) {
    this.end()
    const levels = [...element.children].map((item) => Number(item.dataset.ariaLevel))
    if (levels.some((level) => level)) { // Word on the web: each item in a list of its own, whatever its level
      [...element.children].forEach((item, place) => this.item(item, levels[place] || 1, tag, marks))
      return
    }
    if (tag === "ol" && element.getAttribute("start") > 1) this.paste.note("tal, der ikke begynder ved 1")
    const items = []
    for (const child of element.childNodes) {
      const isItem = child.localName === "li"
      const blocks = this.inside((reader) => (isItem ? reader.within(child, marks) : reader.node(child, marks)))
      if (blocks.some((block) => block.items) && !isItem && items.length) items.at(-1).push(...blocks) // as in Google Docs
      else if (blocks.length) items.push(blocks)
    }
    if (items.length) this.blocks.push({ tag, items })
  }

  // One item of a list whose items stand one after the other, each with its level.
  item(element, level, tag, marks) {
    this.end()
    const content = this.inside((reader) => reader.children(element, marks))
    if (!content.length) return
    let place = this.blocks
    for (let depth = 1; depth < level && place.at(-1)?.isFlat; depth += 1) place = place.at(-1).items.at(-1)
    if (!place.at(-1)?.isFlat || place.at(-1).tag !== tag) place.push({ tag, items: [], isFlat: true })
    place.at(-1).items.push(content)
  }

  table(element, marks) {
    this.end()
    const rows = [...element.rows]
    const read = rows.map((row) => [...row.cells].map((cell) => this.inside((reader) => reader.within(cell, marks))))
    const isLayout = rows.every(({ cells }) => cells.length < 2)
      || read.flat(2).some(({ runs, level }) => !runs || level !== undefined)
    if (isLayout || element.querySelector("table")) {
      this.block(element, marks)
      return
    }
    if (element.caption) this.block(element.caption, marks)
    const inOneLine = (blocks) => blocks.flatMap(({ runs }) => [...runs, { text: " ", marks }]).slice(0, -1)
    const lines = read.map((cells) => cells.map(inOneLine))
    const labels = labelsOf(rows, lines)
    const items = lines.slice(labels ? 1 : 0).map((cells) => [{ tag: "p", runs: joined(cells, labels) }])
    this.blocks.push({ tag: "ul", items: items.filter(([{ runs }]) => runs.length) })
    this.paste.note("tabeller: hver række er blevet til et punkt")
  }
}

const headingOf = (element) => {
  if (element.matches("[role=heading]")) return Number(element.getAttribute("aria-level")) || 2
  return element.matches(".MsoTitle") ? 0 : null
}

const markerOf = (element, styleOf) => {
  const marker = [...element.querySelectorAll("span")].find((span) => styleOf(span)["mso-list"] === "ignore")
  return /^\s*\(?(\p{N}+|[a-zæøå]{1,4})[.)]/iu.test(marker?.textContent ?? "") ? "ol" : "ul"
}

const textOf = (runs) => runs.map(({ text }) => text).join("").trim()

// The words of the first row, where it is the head of the others: by its tags, or because all of it is bold.
const labelsOf = ([first, ...rest], [head]) => {
  const isPlain = (cell) => cell.colSpan === 1 && cell.rowSpan === 1
  const isRegular = [first, ...rest].every(({ cells }) => cells.length === head.length && [...cells].every(isPlain))
  const isHead = first.parentElement.localName === "thead" || [...first.cells].every((cell) => cell.localName === "th")
    || head.every((runs) => runs.every(({ text, marks }) => marks.bold || !text.trim()))
  return rest.length && isRegular && isHead && head.some((runs) => textOf(runs)) ? head.map(textOf) : null
}

const joined = (cells, labels) => cells.flatMap((runs, place) => {
  if (!textOf(runs)) return []
  const before = labels?.[place] ? [{ text: `${labels[place].replace(/:$/, "")}: `, marks: {} }] : []
  const isFirst = !cells.slice(0, place).some((earlier) => textOf(earlier))
  return [...(isFirst ? [] : [{ text: "; ", marks: {} }]), ...before, ...runs]
})
