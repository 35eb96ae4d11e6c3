// @refresh reload
import { mount, StartClient } from '@solidjs/start/client'
import { readVisitor } from './app/visitor'
import { DESK, roomsOfPage } from './app/words-of-page'
import { loadRooms } from './i18n/dictionaries'

// The policy of the page forbids compiled functions, and to try it would be reported. Read by zod as soon as it loads; its own
// `config` would bring zod to every page, where most need none.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

async function start() {
  const root = document.getElementById('app')
  // A page of the server that has no visitor is an error page: nothing to bring to life.
  if (root === null) return
  const { locale, operator } = readVisitor()
  await Promise.all([
    loadRooms(locale, operator === null ? ['base'] : roomsOfPage(DESK)),
    operator === null ? undefined : import('./app/desk'),
  ])
  mount(() => <StartClient />, root)
  // What did not come is asked for again by whoever needs it.
  await loadRooms(locale, ['errors']).catch(() => {})
}

void start()
