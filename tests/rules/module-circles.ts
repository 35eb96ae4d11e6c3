import type { SourceFile } from './source-files'

/** Modules that come back to themselves by what they load; types load nothing. Each circle once, by the files on it. */
export function moduleCircles(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter((one) => !one.isTypeOnly).map(({ target }) => target),
    ]),
  )
  const circles: string[] = []
  const done = new Set<string>()
  const way: string[] = []
  const visit = (file: string): void => {
    const at = way.indexOf(file)
    if (at !== -1) circles.push([...way.slice(at), file].join(' → '))
    if (at !== -1 || done.has(file)) return
    way.push(file)
    for (const target of imports.get(file) ?? [])
      if (target !== undefined && imports.has(target)) visit(target)
    way.pop()
    done.add(file)
  }
  for (const file of [...imports.keys()].sort()) visit(file)
  return circles
}
