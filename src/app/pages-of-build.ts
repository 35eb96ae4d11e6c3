export interface Asset {
  tag: string
  attrs: { href?: string; rel?: string }
}

/** The framework's list of what each page loads, by the page's file: `src/routes/license/[id].tsx?pick=…`. */
export type PageManifest = Record<string, { output: string; assets: readonly Asset[] }>

/** The page's key in the list; undefined where no page has that path. */
export function pageAt(manifest: PageManifest, pathname: string): string | undefined {
  const path = pathname.replace(/(?<=.)\/$/, '')
  const pages = Object.keys(manifest)
    .filter((key) => key.startsWith('src/routes/') && !key.includes('[...'))
    // A fixed address wins over one with a parameter.
    .sort((a, b) => Number(a.includes('[')) - Number(b.includes('[')))
  return pages.find((key) => patternOf(key).test(path))
}

/**
 * What the browser needs of the list: where a page is, and its styles. The scripts that each page loads are named in its own; the whole
 * list would make every answer a quarter of a megabyte longer.
 */
export function listForBrowser(manifest: PageManifest): PageManifest {
  return Object.fromEntries(
    Object.entries(manifest).map(([key, { output, assets }]) => [
      key,
      { output, assets: assets.filter(({ attrs }) => attrs.rel === 'stylesheet') },
    ]),
  )
}

/** Addresses of scripts, so that they are fetched before the first of them has run; each once. */
export function scriptsOf(assets: readonly Asset[]): string[] {
  const scripts = assets.flatMap(({ attrs }) =>
    attrs.rel === 'modulepreload' && attrs.href !== undefined ? [attrs.href] : [],
  )
  return [...new Set(scripts)]
}

function patternOf(key: string): RegExp {
  const address = key
    .replace(/^src\/routes/, '')
    .replace(/\.tsx.*$/, '')
    .replace(/\/index$/, '')
  const pattern = address.replace(/[.*+?^${}()|\\]/g, '\\$&').replace(/\[\w+\]/g, '[^/]+')
  return new RegExp(`^${pattern === '' ? '/' : pattern}$`)
}
