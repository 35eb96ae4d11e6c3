import { createSignal } from 'solid-js'
import type { z } from 'zod'
import { type Refusal, refusalOf } from '../../../../ui/form/refusal'
import {
  emptyResult,
  type ImportResult,
  type ImportUploadInput,
  type UploadImportReport,
} from '../../schemas'

export type Outcome = ImportResult['outcome']
export type GivenFacts = NonNullable<z.input<typeof ImportUploadInput>['given']>

/** What became of one file, and which upload it came by. */
export interface FileResult extends ImportResult {
  id: number
  /** Null where the file was refused before it was sent. */
  uploadId: string | null
  /** An answer to it is on its way. */
  isAnswering?: boolean
  /** The answer was refused, or did not get through for good. */
  refusal?: Refusal
}

/** One upload that is taken in, window by window. */
export interface Batch {
  uploadId: string
  name: string
  state: 'queued' | 'importing' | 'interrupted' | 'failed' | 'done'
  taken: number
  /** Undefined until the server has looked into it. */
  total: number | undefined
  refusal?: Refusal | undefined
}

export interface ImportParts {
  importUpload(input: z.input<typeof ImportUploadInput>): Promise<z.infer<typeof UploadImportReport>>
  discard(uploadId: string): Promise<unknown>
  /** Waits before another try. */
  wait(tries: number): Promise<void>
}

export interface ImportSession {
  batches(): readonly Batch[]
  results(): readonly FileResult[]
  /** Takes a sent upload in, after those before it. */
  take(uploadId: string, name: string, given: GivenFacts): Promise<void>
  /** Goes on with a failed one where it stopped. */
  retry(uploadId: string): Promise<void>
  /** Notes files that were not even sent. */
  refuse(fileNames: readonly string[], code: string): void
  /** Gives the facts that files lack, the same to each. */
  answer(files: readonly FileResult[], facts: GivenFacts): Promise<void>
  /** Lets files take the place of what they were shown to replace, or keep facts that contradict them. */
  confirm(files: readonly FileResult[]): Promise<void>
  isBusy(): boolean
  /** Nothing goes on from here: uploads that are still kept are dropped. */
  end(): void
}

const WINDOW = 200
/** As many files as one call names. */
const NAMED_AT_ONCE = 1_000
const TRIES = 20
/** Refusals that pass by themselves. */
const PASSING = new Set([
  'server_busy',
  'database_unreachable',
  'blob_store_unreachable',
  'too_many_requests',
  'internal',
])
/**
 * "Replaces nothing": a confirmed contradiction is no leave to replace a licence that was never shown, so a replacement is asked for
 * after it.
 */
const NONE_SEEN = '00000000-0000-0000-0000-000000000000'

export const isOpen = ({ outcome }: Pick<ImportResult, 'outcome'>) =>
  outcome === 'needs_facts' || outcome === 'needs_confirmation'

/**
 * The import of everything that was uploaded on one page, with its questions and their answers. Uploads are taken in one after the other;
 * a call on a broken connection is repeated, for a repeated window does no harm.
 */
export function createImportSession({ importUpload, discard, wait }: ImportParts): ImportSession {
  const [batches, setBatches] = createSignal<readonly Batch[]>([])
  const [results, setResults] = createSignal<readonly FileResult[]>([])
  const given = new Map<string, GivenFacts>()
  const givenByFile = new Map<string, Record<string, GivenFacts>>()
  const kept = new Set<string>()
  let isEnded = false
  let lastId = 0
  let line: Promise<void> = Promise.resolve()

  const change = (uploadId: string, values: Partial<Batch>) =>
    setBatches((all) => all.map((one) => (one.uploadId === uploadId ? { ...one, ...values } : one)))
  const append = (uploadId: string | null, more: readonly ImportResult[]) =>
    setResults((all) => [
      ...all,
      ...more.map((one) => {
        lastId += 1
        return { ...one, id: lastId, uploadId }
      }),
    ])
  const changeResults = (ids: ReadonlySet<number>, values: (one: FileResult) => FileResult) =>
    setResults((all) => all.map((one) => (ids.has(one.id) ? values(one) : one)))

  /** Calls until an answer comes that is one. @throws the refusal, or the last interruption of too many. */
  const call = async (input: Parameters<ImportParts['importUpload']>[0]) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const report = await importUpload(input)
        if (report.isUploadKept) kept.add(input.uploadId)
        else kept.delete(input.uploadId)
        return report
      } catch (error) {
        const { code } = refusalOf(error)
        const mayPass = code === undefined || PASSING.has(code)
        if (!mayPass || tries >= TRIES || isEnded) throw error
        change(input.uploadId, { state: 'interrupted' })
        await wait(tries)
      }
    }
  }

  const takeIn = async (uploadId: string) => {
    let from: number | null = batches().find((one) => one.uploadId === uploadId)?.taken ?? 0
    try {
      while (from !== null && !isEnded) {
        change(uploadId, { state: 'importing', refusal: undefined })
        const report = await call({ uploadId, given: given.get(uploadId) ?? {}, from, limit: WINDOW })
        append(uploadId, report.results)
        change(uploadId, { taken: report.next ?? report.total, total: report.total })
        from = report.next
      }
      change(uploadId, { state: 'done' })
    } catch (error) {
      change(uploadId, { state: 'failed', refusal: refusalOf(error) })
    }
  }
  const enqueue = (uploadId: string) => {
    change(uploadId, { state: 'queued' })
    line = line.then(() => (isEnded ? undefined : takeIn(uploadId)))
    return line
  }

  /** Asks anew about some files of one upload; each result takes the place of the one before. */
  const ask = async (uploadId: string, files: readonly FileResult[], isConfirmed: boolean) => {
    const names = files.map(({ fileName }) => fileName)
    const ids = new Set(files.map(({ id }) => id))
    const seen = files.map(({ fileName, replaces }) => [fileName, replaces?.id ?? NONE_SEEN])
    const own = givenByFile.get(uploadId) ?? {}
    const facts = names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))
    changeResults(ids, ({ refusal: _, ...one }) => ({ ...one, isAnswering: true }))
    try {
      const report = await call({
        uploadId,
        given: given.get(uploadId) ?? {},
        givenByFile: Object.fromEntries(facts),
        only: names,
        limit: NAMED_AT_ONCE,
        ...(isConfirmed ? { isConfirmed, replacesByFile: Object.fromEntries(seen) } : {}),
      })
      const byName = new Map(report.results.map((one) => [one.fileName, one]))
      changeResults(ids, ({ isAnswering: _, ...one }) => ({ ...one, ...byName.get(one.fileName) }))
    } catch (error) {
      changeResults(ids, ({ isAnswering: _, ...one }) => ({ ...one, refusal: refusalOf(error) }))
    }
    setBatches((all) =>
      all.map((one) =>
        one.uploadId === uploadId && one.state === 'interrupted' ? { ...one, state: 'done' } : one,
      ),
    )
  }
  const askAll = async (files: readonly FileResult[], isConfirmed: boolean) => {
    const open = files.filter((one) => isOpen(one) && !one.isAnswering)
    for (const uploadId of new Set(open.map((one) => one.uploadId))) {
      if (uploadId === null) continue
      const own = open.filter((one) => one.uploadId === uploadId)
      for (let at = 0; at < own.length; at += NAMED_AT_ONCE)
        await ask(uploadId, own.slice(at, at + NAMED_AT_ONCE), isConfirmed)
    }
  }

  return {
    batches,
    results,
    take(uploadId, name, facts) {
      given.set(uploadId, facts)
      kept.add(uploadId)
      setBatches((all) => [...all, { uploadId, name, state: 'queued', taken: 0, total: undefined }])
      return enqueue(uploadId)
    },
    retry: enqueue,
    refuse: (fileNames, code) =>
      append(
        null,
        fileNames.map((fileName) => ({ ...emptyResult(fileName), code })),
      ),
    async answer(files, facts) {
      for (const { uploadId, fileName } of files) {
        if (uploadId === null) continue
        const own = givenByFile.get(uploadId) ?? {}
        givenByFile.set(uploadId, { ...own, [fileName]: { ...own[fileName], ...facts } })
      }
      await askAll(files, false)
    },
    confirm: (files) =>
      askAll(
        files.filter(({ outcome }) => outcome === 'needs_confirmation'),
        true,
      ),
    isBusy: () =>
      batches().some(({ state }) => state === 'queued' || state === 'importing' || state === 'interrupted') ||
      results().some((one) => one.isAnswering),
    end() {
      isEnded = true
      for (const uploadId of kept) void discard(uploadId).catch(() => undefined)
    },
  }
}
