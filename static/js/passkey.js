// Says in words that a passkey did not work: allauth itself only tells the console.
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  document.getElementById('passkey-error').hidden = false
})
