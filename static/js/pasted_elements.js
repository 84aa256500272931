// What each element of a pasted document says: its style as text, whether it is left out, and how it marks its words.
const SILENT = new Set(
  "script style title head meta link template noscript svg xml colgroup col o:wrapblock v:shape".split(" "),
)
export const PICTURES = "billeder (hent dem ind under Billeder)"
const DELETED = "slettet eller overstreget tekst"
const LINKS = "links, der ikke virker her"
const LEFT_OUT = {
  img: PICTURES, picture: PICTURES, canvas: PICTURES, del: DELETED, s: DELETED, strike: DELETED,
  ...Object.fromEntries("video audio iframe object embed map math".split(" ").map((tag) => [tag, "indlejret indhold"])),
  ...Object.fromEntries("button input select textarea".split(" ").map((tag) => [tag, "knapper og felter"])),
}
const COMMENT = ".msocomanchor, .MsoCommentReference, .MsoCommentText, [href^='#cmnt'], [href^='#_msocom']"
export const RTL = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "yi", "sd", "ug", "dv"])
const RAISED = Object.fromEntries([..."0123456789+-=()n"].map((sign, place) => [sign, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"[place]]))
const LOWERED = Object.fromEntries([..."0123456789+-=()"].map((sign, place) => [sign, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"[place]]))

const declarations = (text) => Object.fromEntries(
  text.split(";").map((one) => one.split(/:(.*)/s, 2).map((half) => half?.trim().toLowerCase())).filter(([, value]) => value),
)

const matching = (source, selector) => {
  try {
    return source.querySelectorAll(selector)
  } catch {
    return [] // a name space, for instance
  }
}

// Rules of the document's own style sheet: Apple's and LibreOffice's say bold with a class.
export const readSheets = (source) => {
  const ruled = new Map()
  for (const { textContent } of source.querySelectorAll("style")) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(textContent)
    for (const { selectorText, style } of [...sheet.cssRules].slice(0, 2000)) {
      if (!selectorText || !/font|decoration|display|visibility/.test(style.cssText)) continue
      for (const element of matching(source, selectorText)) {
        ruled.set(element, { ...ruled.get(element), ...declarations(style.cssText) })
      }
    }
  }
  return (element) => ({ ...ruled.get(element), ...declarations(element.getAttribute("data-style") ?? element.getAttribute("style") ?? "") })
}

export const whyLeftOut = (element, style) => {
  const tag = element.localName
  if (SILENT.has(tag) || style["mso-list"] === "ignore") return ""
  const office = style["mso-element"] ?? style["mso-special-character"]
  if (element.matches(COMMENT) || /comment/.test(office)) return "kommentarer"
  if (tag === "img" && element.getAttribute("width") <= 1 && element.hasAttribute("width")) return ""
  if (tag in LEFT_OUT) return LEFT_OUT[tag]
  if (/line-through/.test(`${style["text-decoration"]} ${style["text-decoration-line"]}`)) return DELETED
  const isHidden = [style.display, style.visibility, style["mso-hide"]].some((value) => /^(none|hidden|all)$/.test(value))
  return isHidden || element.hidden ? "skjult tekst" : null
}

const isHeavy = (weight, now) => {
  if (/^(bold|bolder)$/.test(weight) || weight >= 600) return true
  return /^(normal|lighter)$/.test(weight) || weight < 600 ? false : now
}

// Where a link leads: out of the mail program's and the search engine's detours, which name who was sent the mail.
const target = (href, note) => {
  const bare = href.trim()
  if (/^#afsnit-\d+$/.test(bare)) return bare
  const inside = /^https:\/\/docs\.google\.com\/.*#(heading|bookmark)=/.test(bare)
  if (inside || /^(#|[a-z]:\\|\\\\|(?!https?:|mailto:|tel:)[a-z][a-z\d+.-]*:(?!\d))/i.test(bare)) {
    note(LINKS)
    return null
  }
  try {
    const { host, pathname, searchParams } = new URL(bare)
    if (host.endsWith(".safelinks.protection.outlook.com")) return searchParams.get("url") ?? bare
    const isSearch = /^(www\.)?google\.[a-z.]+$/.test(host) && pathname === "/url"
    if (isSearch) return searchParams.get("q") ?? searchParams.get("url") ?? bare
  } catch {
    // A path on a site, or what somebody typed: the editor's own link extension judges it.
  }
  return bare
}

const BLOCKS = new Set(
  ("address article aside body center dd details div dl dt fieldset figcaption figure footer form header main nav p pre "
    + "section summary caption tbody td tfoot th thead tr").split(" "),
)
const CELL = "[role=row], [role=cell], [role=gridcell], [role=columnheader], [role=rowheader], [role=listitem]"
export const isBlock = (element, style) =>
  BLOCKS.has(element.localName) || element.matches(CELL)
  || /^(block|flex|grid|list-item|table|table-row|table-cell)\b/.test(style.display)

export const marksOf = (element, style, marks, note) => {
  const tag = element.localName
  const lang = (element.getAttribute("lang") || element.getAttribute("xml:lang") || "").toLowerCase().split(/[-_]/)[0]
  const dir = (element.getAttribute("dir") ?? "").toLowerCase()
  const isAnchor = tag === "a" && element.hasAttribute("href")
  const slant = { italic: true, oblique: true, normal: false }[style["font-style"]]
  const script = { sup: RAISED, sub: LOWERED }[tag] ?? { super: RAISED, sub: LOWERED }[style["vertical-align"]]
  return {
    ...marks,
    bold: isHeavy(style["font-weight"], marks.bold || tag === "b" || tag === "strong"),
    italic: slant ?? (marks.italic || tag === "i" || tag === "em"),
    script: script ?? marks.script,
    href: isAnchor ? target(element.getAttribute("href"), note) : marks.href,
    isNote: marks.isNote || (isAnchor && /^#(_?ftn|_?edn|sdfootnote|sdendnote)/.test(element.getAttribute("href"))),
    lang: /^[a-z]{2,3}$/.test(lang) && lang !== "zxx" ? lang : marks.lang,
    dir: /^(ltr|rtl)$/.test(dir) ? dir : marks.dir,
    pre: marks.pre || tag === "pre",
  }
}
