// Whoever writes is at work: without a request, half an hour ends the login. Every five minutes while something is typed.
const keepAlive = document.currentScript.dataset.address
let askedAt = Date.now()
document.addEventListener('input', () => {
  if (Date.now() - askedAt < 300000) return
  askedAt = Date.now()
  fetch(keepAlive, { method: 'POST', headers: { 'X-CSRFToken': document.querySelector('[name=csrfmiddlewaretoken]').value } })
})
