import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, onCleanup } from 'solid-js'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { createUploads, type Uploads, waitForNetwork } from '../../../../ui/upload'
import { LICENCE_MAX_BYTES } from '../../schemas'
import { createImportSession, type GivenFacts, type ImportSession } from './import-session'
import { packFiles } from './pack'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** As many files as a ZIP may have. */
export const MOST_FILES = 10_000

export interface LicenceImport {
  uploads: Uploads<File>
  session: ImportSession
  /** Sends files; they are taken in once `start` was called. */
  add(files: readonly File[]): Promise<void>
  /** Takes in what was sent, and whatever comes after. */
  start(given: GivenFacts): void
  isStarted(): boolean
  isPacking(): boolean
  /** What is wrong with the files that were chosen, in words. */
  problem(): string | undefined
}

/** The way of licence files from a person's hands into the list: sending, taking in, questions. Leaving the page ends it. */
export function createImport(): LicenceImport {
  const { t, tn, format } = useI18n()
  const queries = useQueryClient()
  const [isStarted, setStarted] = createSignal(false)
  const [isPacking, setPacking] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  let given: GivenFacts = {}
  let isLeft = false
  const sent: { uploadId: string; name: string }[] = []
  const leaving = new AbortController()

  const session = createImportSession({
    importUpload: async (input) => {
      const report = await api.licenses.importUpload.run(input)
      void queries.invalidateQueries({ queryKey: api.licenses.key() })
      return report
    },
    discard: (uploadId) => api.uploads.discard.run({ uploadId }),
    wait: (tries) =>
      waitForNetwork(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)), leaving.signal),
  })
  const uploads = createUploads({
    onSent(file, uploadId) {
      if (isLeft) return
      if (isStarted()) void session.take(uploadId, file.name, given)
      else sent.push({ uploadId, name: file.name })
    },
  })
  const drop = (uploadId: string) => api.uploads.discard.run({ uploadId }).catch(() => undefined)
  onCleanup(() => {
    isLeft = true
    leaving.abort()
    session.end()
    for (const { uploadId } of sent) void drop(uploadId)
  })

  const pack = async (loose: readonly File[]) => {
    const tooLarge = loose.filter((file) => file.size > LICENCE_MAX_BYTES)
    session.refuse(tooLarge.map(pathOf), 'file_too_large')
    const fitting = loose.filter((file) => file.size <= LICENCE_MAX_BYTES)
    if (fitting.length === 0) return
    setPacking(true)
    try {
      const zip = await packFiles(fitting.map((file) => ({ path: pathOf(file), content: file })))
      if (!isLeft) uploads.add([new File([zip], `${tn('license.upload.packed', fitting.length)}.zip`)])
    } catch {
      setProblem(t('license.upload.packFailed'))
    } finally {
      setPacking(false)
    }
  }

  return {
    uploads,
    session,
    isStarted,
    isPacking,
    problem,
    async add(files) {
      setProblem(undefined)
      const zips = files.filter(isZip)
      const loose = files.filter((file) => !isZip(file))
      if (loose.length > MOST_FILES)
        return void setProblem(t('license.upload.tooMany', { limit: format.number(MOST_FILES) }))
      uploads.add(zips)
      if (loose.length === 1) uploads.add(loose)
      else if (loose.length > 1) await pack(loose)
    },
    start(facts) {
      given = facts
      setStarted(true)
      for (const { uploadId, name } of sent.splice(0)) {
        // One that was taken off the list after it had arrived.
        if (!uploads.items.some((one) => one.uploadId === uploadId)) void drop(uploadId)
        else void session.take(uploadId, name, given)
      }
    },
  }
}

const isZip = (file: File) => /\.zip$/i.test(file.name)
const pathOf = (file: File) => file.webkitRelativePath || file.name
