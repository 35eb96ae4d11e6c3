// @refresh reload
import { mount, StartClient } from '@solidjs/start/client'
import { config } from 'zod/v4/core'
import { readVisitor } from './app/visitor'
import { loadDictionary } from './i18n/dictionaries'

// The policy of the page forbids compiled functions, and to try it would be reported.
config({ jitless: true })

async function start() {
  const root = document.getElementById('app')
  // A page of the server that has no visitor is an error page: nothing to bring to life.
  if (root === null) return
  await loadDictionary(readVisitor().locale)
  mount(() => <StartClient />, root)
}

void start()
