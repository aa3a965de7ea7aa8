// Makes and uses passkeys: the one thing here that a browser cannot do without JavaScript. The page brings the options in a data
// attribute, the answer goes back in a hidden field of an ordinary form.
const bytesOf = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0))
const textOf = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const keysOf = list => list?.map(key => ({ ...key, id: bytesOf(key.id) }))

/** By hand, not by the browser's own toJSON: some password managers bring objects that lack it. */
const spell = credential => {
  const response = { clientDataJSON: textOf(credential.response.clientDataJSON) }
  if (credential.response.attestationObject) {
    response.attestationObject = textOf(credential.response.attestationObject)
    response.transports = credential.response.getTransports?.() ?? []
  } else {
    response.authenticatorData = textOf(credential.response.authenticatorData)
    response.signature = textOf(credential.response.signature)
    response.userHandle = credential.response.userHandle ? textOf(credential.response.userHandle) : undefined
  }
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults?.() ?? {},
    response,
  })
}

const ask = (options, creates) => creates
  ? navigator.credentials.create({ publicKey: { ...options, challenge: bytesOf(options.challenge), user: { ...options.user, id: bytesOf(options.user.id) }, excludeCredentials: keysOf(options.excludeCredentials) } })
  : navigator.credentials.get({ publicKey: { ...options, challenge: bytesOf(options.challenge), allowCredentials: keysOf(options.allowCredentials) } })

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const options = JSON.parse(form.dataset.options)
  const failure = form.querySelector('[data-passkey-failure]')
  const start = async () => {
    failure.hidden = true
    try {
      form.elements.credential.value = spell(await ask(options, form.dataset.passkey === 'create'))
      form.submit()
    } catch {
      // Cancelled, no such key on the device, or a site under another name: the person may try again or go back.
      failure.hidden = false
      failure.focus()
    }
  }
  form.addEventListener('submit', event => {
    event.preventDefault()
    start()
  })
}
