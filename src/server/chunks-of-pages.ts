import type { Rollup } from 'vite'

/** Asked for by its own name, for whoever has signed in. */
const DESK = 'src/app/desk.tsx'

type Info = Rollup.ManualChunkMeta['getModuleInfo']

/**
 * What is needed together comes in one piece. Left to itself the bundler cuts wherever two of sixty pages differ: fifty scripts a page,
 * and telephones pay for every request. Each piece has what its modules import as well, but for what a piece before it has, so that no
 * piece waits for a later one; a module of two pieces goes to the first.
 */
const PIECES: { name: string; of: readonly string[] }[] = [
  // What runs before anybody has signed in, with the page where one does; not the entry and the app itself, whose style sheet each page
  // would then name as its own.
  {
    name: 'base',
    of: [
      'src/app/broken-page.tsx',
      'src/app/page-routes.ts',
      'src/app/session.tsx',
      'src/i18n/index.tsx',
      'src/features/operators/ui/sign-in/page.tsx',
    ],
  },
  // What stands around every page, and what nearly every page is built of.
  {
    name: 'desk',
    of: [
      DESK,
      'src/app/page.tsx',
      'src/ui/badge.tsx',
      'src/ui/card.tsx',
      'src/ui/data-list.tsx',
      'src/ui/error-note.tsx',
      'src/ui/facts.tsx',
      'src/ui/later.tsx',
      'src/ui/live-value.tsx',
      'src/ui/segmented.tsx',
      'src/ui/time-ago.tsx',
    ],
  },
  { name: 'table', of: ['src/ui/table/index.ts', 'src/ui/search-field.tsx'] },
  { name: 'menus', of: ['src/ui/menu.tsx', 'src/ui/combo-field.tsx'] },
  { name: 'forms', of: ['src/ui/form/dialog.tsx', 'node_modules/zod/index.js'] },
]

/** A room of the dictionaries; what it is put together from goes with it. */
const ROOM = /\/src\/i18n\/(en|ru)\/([\w-]+)\.ts$/

/** How rollup cuts the browser's scripts. */
export function chunksOfPages() {
  const pieces = new Map<string, string>()
  let isKnown = false
  return {
    // Icons and the like would each be a request of their own. Larger ones would be put to what they do not belong to, with all it needs.
    experimentalMinChunkSize: 2_000,
    manualChunks(id: string, { getModuleInfo, getModuleIds }: Rollup.ManualChunkMeta) {
      const [, locale, room] = ROOM.exec(id) ?? []
      if (room !== undefined)
        return isAskedForLater(id, getModuleInfo) ? `words-${locale}-${room}` : undefined
      if (id.endsWith(`/${DESK}`)) return 'around'
      if (!isKnown) for (const one of PIECES) collect(one, [...getModuleIds()], getModuleInfo)
      isKnown = true
      return pieces.get(id)
    },
  }

  function collect({ name, of }: (typeof PIECES)[number], ids: readonly string[], info: Info) {
    const begin = of.map((file) => {
      const id = ids.find((one) => one.endsWith(`/${file}`))
      if (id === undefined) throw new Error(`The browser loads no ${file}: name another one for ${name}.`)
      return id
    })
    const reached = new Set(begin)
    for (const id of reached) {
      for (const next of info(id)?.importedIds ?? []) if (!ROOM.test(next)) reached.add(next)
      // What is asked for later is a script by itself, which the build's list knows by its file.
      if (!pieces.has(id) && !isAskedForLater(id, info)) pieces.set(id, name)
    }
  }
}

const isAskedForLater = (id: string, info: Info) => (info(id)?.dynamicImporters.length ?? 0) > 0
