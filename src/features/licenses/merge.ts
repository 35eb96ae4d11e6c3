import type { Recognition } from './recognise'
import { FACT_NAMES, type FactName, type LicenceFacts, sameFact } from './recognise/facts'

export type FactSource = 'given' | 'content' | 'manifest' | 'fileName'

/** `given_conflicts_with_file`: what was given is not what the file says; `manifest_conflict`: so with the manifest. */
export interface FactConflict {
  code: 'given_conflicts_with_file' | 'manifest_conflict'
  fact: FactName
  kept: string
  other: string
}

export interface MergedFacts {
  facts: LicenceFacts
  sources: { [Name in FactName]?: FactSource }
  conflicts: FactConflict[]
}

/**
 * One answer from all who know something: given > content of the file > manifest > file name. Contradictions are
 * reported and decided by that order; whether they are refused is the caller's business.
 */
export function mergeFacts(
  given: LicenceFacts,
  recognised: Pick<Recognition, 'facts' | 'sources'>,
  manifest: LicenceFacts = {},
): MergedFacts {
  const merged: MergedFacts = { facts: {}, sources: {}, conflicts: [] }
  for (const fact of FACT_NAMES) {
    const isContent = recognised.sources[fact] === 'content'
    const content = isContent ? recognised.facts[fact] : undefined
    const fileName = isContent ? undefined : recognised.facts[fact]
    const ranked: [FactSource, string | undefined][] = [
      ['given', given[fact]],
      ['content', content],
      ['manifest', manifest[fact]],
      ['fileName', fileName],
    ]
    const [source, kept] = ranked.find(([, value]) => value !== undefined) ?? []
    if (source === undefined || kept === undefined) continue
    merged.facts[fact] = kept
    merged.sources[fact] = source
    report(merged, 'given_conflicts_with_file', fact, content)
    report(merged, 'manifest_conflict', fact, manifest[fact])
  }
  return merged
}

function report(merged: MergedFacts, code: FactConflict['code'], fact: FactName, other?: string): void {
  const kept = merged.facts[fact]
  if (kept === undefined || other === undefined || sameFact(fact, kept, other)) return
  merged.conflicts.push({ code, fact, kept, other })
}
