import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { routesOf } from '../../src/integrator/paths'
import { appRouter } from '../../src/trpc/root'

const FILE = 'src/integrator/operation-codes.json'
const text = readFileSync(FILE, 'utf8')
const codes = JSON.parse(text) as Record<string, [kind: string, code: string, words: string][]>

describe('the codes that operations can be refused with', () => {
  it('are those of the sources; after a change: npm run openapi', () => {
    const script =
      "import('./scripts/lib/operation-codes.mjs').then(({ codesFile }) => process.stdout.write(codesFile()))"
    const made = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', maxBuffer: 1e7 })
    expect(made === text, FILE).toBe(true)
  }, 120_000)

  it('are known of every operation', () => {
    const all = routesOf(appRouter).map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(codes).sort()).toEqual(all.sort())
  })

  it('are found through what a verb calls, and are not those of others', () => {
    const of = (operation: string) => (codes[operation] ?? []).map(([, code]) => code)
    expect(of('POST /groups')).toEqual(['group_name_taken', 'outside_your_limits'])
    expect(of('GET /groups/{groupId}')).toEqual(['group_not_found'])
    expect(of('POST /swaps')).toContain('swap_other_platform')
  })
})
