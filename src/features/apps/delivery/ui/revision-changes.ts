import type { LineView, RevisionView } from '../../sets/schemas'

type Line = Pick<
  LineView,
  'package' | 'label' | 'labelEn' | 'labelRu' | 'want' | 'versionCode' | 'versionName'
>
type Content = Pick<RevisionView, 'removesOthers' | 'conditions'> & { lines: readonly Line[] }

export interface RevisionChanges {
  added: Line[]
  removed: Line[]
  changed: { before: Line; after: Line }[]
  /** The same applications, installed in another order. */
  isReordered: boolean
  /** Undefined where it stays. */
  removesOthers: boolean | undefined
  hasOtherConditions: boolean
}

/** Pure: what a revision says that the one before it did not. */
export function changesBetween(before: Content, after: Content): RevisionChanges {
  const [was, is] = [byPackage(before.lines), byPackage(after.lines)]
  const kept = after.lines.flatMap((line) => {
    const old = was.get(line.package)
    return old === undefined ? [] : [{ before: old, after: line }]
  })
  const order = (lines: readonly Line[], among: ReadonlyMap<string, Line>) =>
    lines
      .map((line) => line.package)
      .filter((name) => among.has(name))
      .join()
  return {
    added: after.lines.filter((line) => !was.has(line.package)),
    removed: before.lines.filter((line) => !is.has(line.package)),
    changed: kept.filter(
      (one) => one.before.want !== one.after.want || one.before.versionCode !== one.after.versionCode,
    ),
    isReordered: order(before.lines, is) !== order(after.lines, was),
    removesOthers: before.removesOthers === after.removesOthers ? undefined : after.removesOthers,
    hasOtherConditions: JSON.stringify(before.conditions) !== JSON.stringify(after.conditions),
  }
}

const byPackage = (lines: readonly Line[]) => new Map(lines.map((line) => [line.package, line]))
