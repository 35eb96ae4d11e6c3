import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { flatten } from '@solid-primitives/i18n'
import { afterAll, describe, expect, it } from 'vitest'
import { en } from '../../src/i18n/en'
import { wordsOfPages } from '../../src/server/words-of-pages'
import { ROOT } from '../support/sources'

const room = mkdtempSync(path.join(os.tmpdir(), 'psm words '))
afterAll(() => rmSync(room, { recursive: true, force: true }))

const SOURCES = {
  'src/app/desk.tsx': "import './shell'",
  'src/app/shell.tsx': "t('app.open')",
  'src/routes/fleet/index.tsx': `
    import { Fleet } from '../../fleet'
    import type { Rules } from '../../rules'
    import { type Slip, type Slips } from '../../slips'`,
  'src/fleet/index.tsx': `
    import {
      Row,
      type Cells,
    } from './row'
    const Dialog = lazy(() => import('./dialog'))`,
  'src/fleet/row.tsx': `lookup(\`fleet.state.\${state}\`) ?? t('ui.none')`,
  'src/fleet/dialog.tsx': "const permission = 'keys.read'; t('audit.title')",
  'src/rules.ts': "t('rules.title')",
  'src/slips.ts': "t('slips.title')",
}
const KEYS = [
  'app.open',
  'fleet.state.new',
  'ui.none',
  'keys.title',
  'audit.title',
  'rules.title',
  'slips.title',
]

describe('the words of a page', () => {
  for (const [file, code] of Object.entries(SOURCES)) {
    mkdirSync(path.dirname(path.join(room, file)), { recursive: true })
    writeFileSync(path.join(room, file), code)
  }

  it('are those of all it loads and of its dialogs, not those of what it takes as a type, nor what only looks like one', () => {
    expect(wordsOfPages(room, KEYS)).toEqual({
      'src/app/desk.tsx': ['app'],
      'src/routes/fleet/index.tsx': ['audit', 'fleet', 'ui'],
    })
  })

  it('are few at the sign-in page and around every other', () => {
    const words = wordsOfPages(ROOT, Object.keys(flatten({ ...en })))
    expect(words['src/routes/sign-in.tsx']).toEqual(['account', 'app', 'errors', 'ui'])
    expect(words['src/app/desk.tsx']).toEqual(['app', 'errors', 'ui'])
  })
})
