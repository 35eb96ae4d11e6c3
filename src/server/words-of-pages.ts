import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const PAGES = 'src/routes'
/** Around every page of whoever has signed in. */
const DESK = 'src/app/desk.tsx'
/** `'fleet.title'`, and the beginning of a template: `` `fleet.state.${state}` ``. */
const TEXT = /(['"`])([a-z]\w*\.[\w.-]*)(?=\1|(\$\{))/g
const IMPORT =
  /^[ \t]*(?:import|export)\s+(?!type\b)(?:([^'"]*?)\s+from\s+)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm

/**
 * Which rooms of the dictionaries each page shows texts of, its dialogs included: read off the sources when they are built, so that a
 * page brings its own words and nobody keeps a list.
 * @param root the project's folder
 * @param keys every text of the dictionaries, such as `fleet.title`
 * @returns rooms by the page's file, such as `{ 'src/routes/license/numbers.tsx': ['license', 'ui'] }`
 */
export function wordsOfPages(root: string, keys: readonly string[]): Record<string, string[]> {
  const roomsOf = createRooms(keys)
  const files = new Map<string, { rooms: Set<string>; imports: string[] }>()
  const read = (file: string) => {
    const known = files.get(file)
    if (known !== undefined) return known
    const code = readFileSync(path.join(root, file), 'utf8')
    const found = { rooms: roomsOf(code), imports: importsOf(root, file, code) }
    files.set(file, found)
    return found
  }
  const pages = readdirSync(path.join(root, PAGES), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .map((name) => `${PAGES}/${name.replaceAll(path.sep, '/')}`)
    .sort()
  return Object.fromEntries(
    [DESK, ...pages].map((page) => {
      const reached = new Set([page])
      for (const file of reached) for (const next of read(file).imports) reached.add(next)
      return [page, [...new Set([...reached].flatMap((file) => [...read(file).rooms]))].sort()]
    }),
  )
}

/** What tells the rooms whose texts a source names, whole or by the beginning that some text has. */
function createRooms(keys: readonly string[]): (code: string) => Set<string> {
  const texts = new Set(keys)
  const beginnings = new Set(
    keys.flatMap((key) => [...key.matchAll(/\./g)].map(({ index }) => key.slice(0, index + 1))),
  )
  const isNamed = (text: string, isBegun: boolean) =>
    isBegun || text.endsWith('.') ? beginnings.has(text.slice(0, text.lastIndexOf('.') + 1)) : texts.has(text)
  return (code) =>
    new Set(
      [...code.matchAll(TEXT)].flatMap(([, , text = '', begun]) =>
        isNamed(text, begun !== undefined) ? [text.slice(0, text.indexOf('.'))] : [],
      ),
    )
}

/** Sources of the browser that a file loads at once or later; what it takes as a type alone is not loaded. */
function importsOf(root: string, file: string, code: string): string[] {
  return [...code.matchAll(IMPORT)].flatMap(([, names = '', at, later]) => {
    const isTypes = /^\{[^}]*\}$/.test(names) && namesIn(names).every((name) => name.startsWith('type '))
    const target = isTypes ? undefined : resolve(root, file, at ?? later ?? '')
    return target === undefined ? [] : [target]
  })
}

const namesIn = (names: string) =>
  names
    .slice(1, -1)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function resolve(root: string, from: string, specifier: string): string | undefined {
  const base = path.posix.join(path.posix.dirname(from), specifier)
  return [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find(
    (file) => /\.tsx?$/.test(file) && statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile(),
  )
}
