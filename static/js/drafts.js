// What staff have typed and not saved, kept in this window alone (sessionStorage) until it is saved. On every page of
// the admin: a save is told by a cookie with the draft's id, wherever it led; to log out takes all drafts away.
//
// A draft's key is draft|user|object|language|version|id, its value { at, isSent, fields } (static/js/form_fields.js).
{
  const PREFIX = "draft|"
  const MAX_DRAFTS = 12 // the oldest goes first
  const MAX_LENGTH = 1_000_000 // characters of one; a window has room for five million in all
  const { user } = document.currentScript.dataset

  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))
  const read = (key) => {
    try {
      return { key, ...JSON.parse(sessionStorage.getItem(key)) }
    } catch {
      return { key, at: 0, isSent: false, fields: {} } // not written by us: no words in it, so it is never offered
    }
  }
  const all = () => keys().map(read).sort((one, other) => other.at - one.at)
  const remove = (key) => sessionStorage.removeItem(key)
  const removeId = (id) => keys().filter((key) => key.endsWith(`|${id}`)).forEach(remove)

  // False when the browser has no room for it: then the warning on leaving is all there is.
  const write = (key, draft) => {
    const text = JSON.stringify(draft)
    if (text.length > MAX_LENGTH) return false
    const others = all()
    others.slice(MAX_DRAFTS - 1).forEach((one) => remove(one.key))
    for (const oldest of [...others.slice(0, MAX_DRAFTS - 1).reverse(), null]) {
      try {
        sessionStorage.setItem(key, text)
        return true
      } catch {
        if (oldest) remove(oldest.key)
      }
    }
    return false
  }

  const forgetSaved = () => {
    for (const key of keys()) {
      const cookie = `saved_draft_${key.split("|").at(-1)}`
      if (!document.cookie.split("; ").includes(`${cookie}=1`)) continue
      remove(key)
      document.cookie = `${cookie}=; path=/admin/; max-age=0; samesite=strict`
    }
  }

  if (user) keys().filter((key) => key.split("|")[1] !== user).forEach(remove) // somebody else's, in the same window
  forgetSaved()

  let isOver = false
  document.addEventListener("submit", ({ target }) => {
    const { pathname } = new URL(target.getAttribute("action") || location.href, location.href)
    if (!/\/(logout|log-ud|log-ud\/alle-steder)\/$/.test(pathname)) return
    isOver = true
    keys().forEach(remove)
  })

  window.drafts = {
    user,
    forgetSaved,
    of: (form) => all().filter(({ key }) => key.startsWith(`${PREFIX}${user}|${form}|`)),
    write: (form, version, id, draft) => {
      const key = `${PREFIX}${user}|${form}|${version}|${id}`
      removeId(id) // what is no longer all of it would be put back over the rest
      return !isOver && write(key, draft)
    },
    remove,
    removeId,
  }

  // The page that says that a login has run out.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-drafts-kept]").forEach((note) => { note.hidden = !keys().length })
  })
}
