// @refresh reload
import { mount, StartClient } from '@solidjs/start/client'
import { readVisitor } from './app/visitor'
import { loadDictionary } from './i18n/dictionaries'

async function start() {
  const root = document.getElementById('app')
  // A page of the server that has no visitor is an error page: nothing to bring to life.
  if (root === null) return
  const { locale, operator } = readVisitor()
  // Pages with schemas come after the desk, which tells zod how to run.
  await Promise.all([loadDictionary(locale), operator === null ? undefined : import('./app/desk')])
  mount(() => <StartClient />, root)
}

void start()
