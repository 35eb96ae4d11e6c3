import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../support/built-server'

/** Words that only server code has; the second test sees that it still has them. Names of settings are words of a page. */
const SERVER_WORDS = ['pg_advisory_xact_lock', 'dynamic_shared_memory_type', 'node:fs', 'psmanager.runtime']

beforeAll(ensureBuilt, 180_000)

describe('the bundle for browsers', () => {
  it('has no server code in it', () => {
    const texts = textsBelow('.output/public')
    expect(texts.size).toBeGreaterThan(0)
    for (const [file, text] of texts)
      for (const word of SERVER_WORDS) expect(text.includes(word), `${word} in ${file}`).toBe(false)
  })

  it('would be found out: the server has all of these words', () => {
    const all = [...textsBelow('.output/server').values()].join('\n')
    for (const word of SERVER_WORDS) expect(all.includes(word), word).toBe(true)
  })

  it('comes without source maps', () => {
    expect(filesBelow('.output/public').filter((file) => file.endsWith('.map'))).toEqual([])
  })

  it('loads nothing from another host', () => {
    for (const [file, text] of textsBelow('.output/public'))
      expect(text.match(/(?:src|href|import|url)\s*[=(]\s*["'`]?https?:\/\//g), file).toBeNull()
  })
})

function filesBelow(folder: string): string[] {
  return readdirSync(path.resolve(folder), { recursive: true, encoding: 'utf8' })
}

function textsBelow(folder: string): Map<string, string> {
  const files = filesBelow(folder).filter((file) => /\.(m?js|css)$/.test(file))
  return new Map(files.map((file) => [file, readFileSync(path.resolve(folder, file), 'utf8')]))
}
