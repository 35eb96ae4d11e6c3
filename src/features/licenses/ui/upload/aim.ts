import { useSearchParams } from '@solidjs/router'
import { createMemo } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { GivenFacts as Facts } from '../../schemas'
import { contentPath, type UploadAim } from '../places'
import { FACTS } from '../words'
import type { GivenFacts } from './import-session'

/** What the address says an upload is for, and the licence that it names. */
export function createAim() {
  const [params] = useSearchParams<Record<keyof UploadAim, string>>()
  const named = () => params.reuses ?? params.replaces
  const licence = useQuery(() => ({
    ...api.licenses.get.query({ licenseId: named() ?? '' }),
    enabled: named() !== undefined,
  }))
  /** Facts that are settled before any file is there. */
  const given = createMemo<GivenFacts | undefined>(() => {
    if (named() !== undefined) {
      const { data } = licence
      if (data === undefined) return undefined
      const facts = params.reuses === undefined ? (['serial', 'platform', 'product'] as const) : FACTS
      return Object.fromEntries(facts.flatMap((fact) => (data[fact] ? [[fact, data[fact]]] : [])))
    }
    const { serial, platform, product } = params
    const told = Facts.safeParse({ serial, platform, product })
    return told.success && told.data.serial !== undefined ? (told.data as GivenFacts) : undefined
  })
  return {
    isForOne: () => named() !== undefined || params.serial !== undefined,
    isReuse: () => params.reuses !== undefined,
    licence,
    given,
  }
}

/** The kept file of an earlier licence, to be used once more. @throws what the server refused it with. */
export async function fetchContent(licenseId: string, fileName: string): Promise<File> {
  const answer = await fetch(contentPath(licenseId))
  if (!answer.ok) throw await answer.json()
  return new File([await answer.blob()], fileName)
}
