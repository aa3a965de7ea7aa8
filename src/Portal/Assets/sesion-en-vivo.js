// Follows a session while it goes on: puts the parts that changed into the page. Without it, a reload shows the same.
const page = document.querySelector('[data-live]')
const says = document.querySelector('[data-live-says]')
const state = document.querySelector('[data-live-state]')
const address = page.dataset.live
let known = page.dataset.liveId
let stream = null
let timer = 0
let isOver = false

const show = what => {
  state.textContent = page.dataset[what]
  state.hidden = false
}

const partOf = name => page.querySelector(`:scope > [data-part="${name}"]`)
const reachable = part => [...part.querySelectorAll('a, summary')]

/** What was opened stays open, and who stood on a link stands on it still. */
const replace = (part, html) => {
  const open = [...part.querySelectorAll('details')].map(one => one.open)
  const at = reachable(part).indexOf(document.activeElement)
  part.innerHTML = html
  part.querySelectorAll('details').forEach((one, index) => { one.open = open[index] ?? false })
  if (at >= 0) {
    reachable(part)[at]?.focus({ preventScroll: true })
  }
}

const put = change => {
  for (const { name, html } of change.parts) {
    let part = partOf(name)
    if (!part) {
      part = document.createElement('div')
      part.dataset.part = name
      page.append(part)
    }
    replace(part, html)
  }
  let next = page.firstElementChild
  for (const name of change.order) {
    const part = partOf(name)
    if (part === next) {
      next = next.nextElementSibling
    } else {
      page.insertBefore(part, next)
    }
  }
  // After a while away everything comes at once: that is for looking at, not for reading aloud.
  says.textContent = change.whole ? '' : change.parts.map(part => part.says).filter(Boolean).join(' ')
  if (change.over) {
    isOver = true
    stop()
    show('over')
  }
}

const stop = () => {
  clearTimeout(timer)
  stream?.close()
  stream = null
}

const follow = () => {
  stop()
  if (isOver) {
    return
  }
  stream = new EventSource(`${address}en-vivo?desde=${encodeURIComponent(known)}`)
  stream.addEventListener('open', () => show('following'))
  stream.addEventListener('message', event => {
    known = event.lastEventId
    put(JSON.parse(event.data))
  })
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED) {
      // No place, or something in between that lets no stream through.
      stop()
      ask(4)
    } else {
      show('waiting')
    }
  })
}

/** The page anew every 15 seconds or so, and after some of those another try. */
const ask = times => {
  show('asking')
  timer = setTimeout(async () => {
    try {
      const answer = await fetch(`${address}cambios`)
      if (answer.ok) {
        const { id, over, parts } = await answer.json()
        if (id !== known) {
          known = id
          put({ whole: true, over, order: parts.map(part => part.name), parts })
        }
        if (over) {
          return
        }
      }
    } catch {
      show('waiting')
    }
    if (times > 0) {
      ask(times - 1)
    } else {
      follow()
    }
  }, 12000 + Math.random() * 6000)
}

// Nobody sees a page in the background; it is brought up to date when somebody does.
document.addEventListener('visibilitychange', () => document.hidden ? stop() : follow())
addEventListener('pagehide', stop)
addEventListener('pageshow', event => event.persisted && follow())
if (!document.hidden) {
  follow()
}
