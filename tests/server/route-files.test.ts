import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const ROUTES = path.resolve('src/routes')
const files = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file))

/** The framework serves pages only (docs/decisions/0001), and splits route files by what they declare. */
describe('files below src/routes', () => {
  it.each(files)('%s is a page and declares it in place', (file) => {
    expect(file).toMatch(/\.tsx$/)
    expect(foreignExports(readFileSync(path.join(ROUTES, file), 'utf8'))).toEqual([])
  })

  it.each([
    ['export const GET = () => new Response()', ['GET']],
    ['export async function POST() {}', ['POST']],
    ["export { default } from '../pages/start'", ['{']],
    ["export * from './x'", ['*']],
    ['const x = 1\nexport default x\nexport const route = {}', []],
  ])('the rule sees what %j exports', (text, found) => {
    expect(foreignExports(text)).toEqual(found)
  })
})

const EXPORTS = /^export\s+(?:async\s+)?(?:(?:const|let|var|function\*?|class)\s+)?([\w$]+|[{*])/gm

/** Exports other than `default` and `route`, and every form of re-export. */
function foreignExports(text: string): string[] {
  const names = [...text.matchAll(EXPORTS)].map(([, name = '']) => name)
  return names.filter((name) => !['default', 'route', 'type', 'interface'].includes(name))
}
