interface Asset {
  tag: string
  attrs: { href?: string; rel?: string }
}

/** The framework's list of what each page loads, by the page's file: `src/routes/license/[id].tsx?pick=…`. */
export type PageManifest = Record<string, { output: string; assets: readonly Asset[] }>

/** The page's entry in the list; undefined where no page has that path. */
export function pageAt(manifest: PageManifest, pathname: string): PageManifest[string] | undefined {
  const path = pathname.replace(/(?<=.)\/$/, '')
  const pages = Object.keys(manifest)
    .filter((key) => key.startsWith('src/routes/') && !key.includes('[...'))
    // A fixed address wins over one with a parameter.
    .sort((a, b) => Number(a.includes('[')) - Number(b.includes('[')))
  const page = pages.find((key) => patternOf(key).test(path))
  return page === undefined ? undefined : manifest[page]
}

/** Addresses of a page's scripts, so that they are fetched before the first of them has run. */
export function scriptsOf(page: PageManifest[string] | undefined): string[] {
  return (page?.assets ?? []).flatMap(({ attrs }) =>
    attrs.rel === 'modulepreload' && attrs.href !== undefined ? [attrs.href] : [],
  )
}

function patternOf(key: string): RegExp {
  const address = key
    .replace(/^src\/routes/, '')
    .replace(/\.tsx.*$/, '')
    .replace(/\/index$/, '')
  const pattern = address.replace(/[.*+?^${}()|\\]/g, '\\$&').replace(/\[\w+\]/g, '[^/]+')
  return new RegExp(`^${pattern === '' ? '/' : pattern}$`)
}
