import { createMemo, createSignal, onMount } from 'solid-js'
import { createStore, produce, unwrap } from 'solid-js/store'
import { api } from '../../../../../app/api'
import { refusalOf } from '../../../../../ui/form/refusal'
import { createUploads, type Upload } from '../../../../../ui/upload'
import { MOST_FILES } from '../../schemas'
import { type Draft, type DraftFile, isSameFile, pathOf } from './draft'

/** What is wrong with files that were chosen. */
export type AddProblem = { kind: 'foreign'; names: string[] } | { kind: 'tooMany' }

export interface UploadWork {
  /** In the order of the package. */
  readonly files: readonly DraftFile[]
  readonly isOrderOwn: boolean
  /** The file on its way; undefined where it arrived before the page was opened, or must be chosen again. */
  uploadOf(file: DraftFile): Upload<File> | undefined
  /** How much of a file that must be chosen again has arrived, 0 to 1; undefined while that is asked. */
  shareOf(file: DraftFile): number | undefined
  /** Takes chosen files: goes on with those that are missing, and appends others. */
  add(files: readonly File[], isSingle: boolean): void
  problem(): AddProblem | undefined
  remove(file: DraftFile): void
  retry(file: DraftFile): void
  /** Puts a file to another place, by the operator. */
  move(file: DraftFile, to: number): void
  setTarget(file: DraftFile, target: string): void
  /** Puts all files into an order of upload ids, on advice. */
  arrange(uploadIds: readonly string[]): void
  /** Asks the server what it still has: an upload may have expired. */
  refresh(): void
  /** All there is has arrived. */
  isComplete(): boolean
  isBusy(): boolean
  totals(): { sentBytes: number; allBytes: number }
  /** Lets the server forget all of it. */
  discard(): Promise<void>
}

/** The files of a package on their way to the server. They stay there when the page is left, and are gone on with. */
export function createWork(restored: Draft | undefined): UploadWork {
  const [state, setState] = createStore({
    files: structuredClone(restored?.files ?? []),
    isOrderOwn: restored?.isOrderOwn ?? false,
  })
  const [shares, setShares] = createSignal<ReadonlyMap<string, number>>(new Map())
  const [problem, setProblem] = createSignal<AddProblem>()
  const change = (file: File, values: Partial<DraftFile>) =>
    setState('files', (one) => isSameFile(one, file), values)
  const uploads = createUploads({
    purpose: 'packages',
    isKept: true,
    onStarted: (file, uploadId) => change(file, { uploadId }),
    onSent: (file, uploadId) => change(file, { uploadId, isSent: true }),
  })

  const live = createMemo(() => new Map(uploads.items.map((one) => [keyOf(one.file), one])))
  const uploadOf = (file: DraftFile) => live().get(keyOfKnown(file))
  const sentOf = (file: DraftFile) => {
    if (file.isSent) return 1
    return uploadOf(file)?.progress ?? shares().get(file.uploadId ?? '') ?? 0
  }
  const drop = (file: DraftFile) => {
    const upload = uploadOf(file)
    if (upload !== undefined) uploads.remove(upload.id)
    const { uploadId } = file
    return uploadId === undefined ? undefined : api.uploads.discard.run({ uploadId }).catch(() => undefined)
  }

  /** What the server still has of the files that were on their way when the page was left. */
  const look = async (file: DraftFile) => {
    const { uploadId } = file
    if (uploadId === undefined) return
    try {
      const known = await api.uploads.get.fetch({ uploadId })
      setShares((all) =>
        new Map(all).set(uploadId, known.receivedParts.length / Math.max(1, known.partCount)),
      )
      setState('files', (one) => one.uploadId === uploadId, 'isSent', known.isComplete)
    } catch (error) {
      if (refusalOf(error).code !== 'upload_not_found') return
      const ended = uploadOf(file)
      if (ended !== undefined) uploads.remove(ended.id)
      setState(
        'files',
        (one) => one.uploadId === uploadId,
        produce((one) => {
          delete one.uploadId
          one.isSent = false
        }),
      )
    }
  }
  const refresh = () => {
    for (const file of state.files) if (uploadOf(file) === undefined || file.isSent) void look(file)
  }
  onMount(() => {
    if (restored?.isMaking !== true) refresh()
  })

  return {
    get files() {
      return state.files
    },
    get isOrderOwn() {
      return state.isOrderOwn
    },
    uploadOf,
    shareOf: (file) => (file.uploadId === undefined ? 0 : shares().get(file.uploadId)),
    problem,
    add(files, isSingle) {
      setProblem(undefined)
      const isMissing = (one: DraftFile) => !one.isSent && uploadOf(one) === undefined
      const missing = state.files.filter(isMissing)
      const found = files.filter((file) => missing.some((one) => isSameFile(one, file)))
      const others = files.filter((file) => !state.files.some((one) => isSameFile(one, file)))
      // A changed file under the name of a missing one would be half the one, half the other.
      const foreign = others.filter((file) =>
        isSingle ? missing.length > 0 : missing.some((one) => one.path === pathOf(file)),
      )
      const fresh = others.filter((file) => !foreign.includes(file))
      if (state.files.length + fresh.length > MOST_FILES) return void setProblem({ kind: 'tooMany' })
      if (foreign.length > 0) setProblem({ kind: 'foreign', names: foreign.map(({ name }) => name) })
      setState('files', (known) => [...known, ...fresh.map(toDraft)])
      uploads.add([...found, ...fresh], (file) => missing.find((one) => isSameFile(one, file))?.uploadId)
    },
    remove(file) {
      void drop(file)
      setProblem(undefined)
      const own = unwrap(file)
      setState('files', (all) => all.filter((one) => one !== own))
    },
    retry(file) {
      const upload = uploadOf(file)
      if (upload !== undefined) uploads.retry(upload.id)
    },
    move(file, to) {
      const rest = state.files.filter((one) => one !== file)
      const at = Math.min(Math.max(0, to), rest.length)
      setState({ files: [...rest.slice(0, at), file, ...rest.slice(at)], isOrderOwn: true })
    },
    setTarget(file, target) {
      const own = unwrap(file)
      setState('files', (one) => one === own, 'target', target)
    },
    arrange(uploadIds) {
      const placeOf = ({ uploadId = '' }: DraftFile) => uploadIds.indexOf(uploadId)
      setState({
        files: state.files.toSorted((one, other) => placeOf(one) - placeOf(other)),
        isOrderOwn: false,
      })
    },
    refresh,
    isComplete: () => state.files.length > 0 && state.files.every(({ isSent }) => isSent),
    isBusy: () => uploads.isBusy(),
    totals: () => ({
      sentBytes: state.files.reduce((sum, file) => sum + file.sizeBytes * sentOf(file), 0),
      allBytes: state.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    }),
    async discard() {
      await Promise.all(state.files.map(drop))
      setState('files', [])
    },
  }
}

const keyOf = (file: File) => [pathOf(file), file.size, file.lastModified].join('\n')
const keyOfKnown = ({ path, sizeBytes, lastModified }: DraftFile) =>
  [path, sizeBytes, lastModified].join('\n')

const toDraft = (file: File): DraftFile => ({
  path: pathOf(file),
  sizeBytes: file.size,
  lastModified: file.lastModified,
  isSent: false,
})
