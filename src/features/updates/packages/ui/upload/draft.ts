import { z } from 'zod'

const KEY = 'psm.package-draft'
/** No server keeps an upload for longer. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000

/** A file of a package that is being uploaded, as it is known without its bytes. */
const DraftFile = z.object({
  /** With its folders, where it came out of one. */
  path: z.string(),
  sizeBytes: z.number(),
  lastModified: z.number(),
  /** From the moment the server has announced it. */
  uploadId: z.string().optional(),
  isSent: z.boolean(),
  /** Where the operator has chosen one; else it is as the file's name tells. */
  target: z.string().optional(),
})
export type DraftFile = z.infer<typeof DraftFile>

/** A package that is being uploaded, so that it can be gone on with on another day. */
const Draft = z.object({
  savedAtMs: z.number(),
  platform: z.string(),
  component: z.string(),
  version: z.string(),
  fromVersion: z.string(),
  models: z.array(z.string()),
  notes: z.string(),
  files: z.array(DraftFile),
  /** The operator has put the files in order: nothing else does any more. */
  isOrderOwn: z.boolean(),
  /** The server was told to make the package of them; whether it has is not known. */
  isMaking: z.boolean(),
})
export type Draft = z.infer<typeof Draft>

export interface Drafts {
  /** The newest first. */
  list(): { id: string; draft: Draft }[]
  read(id: string): Draft | undefined
  write(id: string, draft: Omit<Draft, 'savedAtMs'>): void
  remove(id: string): void
}

/**
 * The unfinished packages of an operator in this browser. A browser that keeps nothing has none; what another version has
 * written, or nobody came back for in a month, is left out.
 */
export function createDrafts(storage: () => Storage, operatorId: string, nowMs: () => number): Drafts {
  const prefix = `${KEY}.${operatorId}.`
  /** Reading fails too where storage is forbidden. */
  const attempt = <Result>(run: (storage: Storage) => Result): Result | undefined => {
    try {
      return run(storage())
    } catch {
      return undefined
    }
  }
  const read = (id: string): Draft | undefined => {
    const found = attempt((storage) => Draft.safeParse(JSON.parse(storage.getItem(prefix + id) ?? 'null')))
    if (found?.success !== true || nowMs() - found.data.savedAtMs > FORGOTTEN_AFTER_MS) return undefined
    return found.data
  }
  return {
    read,
    list() {
      const keys = attempt((storage) =>
        Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? ''),
      )
      return (keys ?? [])
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => {
          const id = key.slice(prefix.length)
          const draft = read(id)
          return draft === undefined ? [] : [{ id, draft }]
        })
        .sort((one, other) => other.draft.savedAtMs - one.draft.savedAtMs)
    },
    write: (id, draft) =>
      attempt((storage) => storage.setItem(prefix + id, JSON.stringify({ ...draft, savedAtMs: nowMs() }))),
    remove: (id) => attempt((storage) => storage.removeItem(prefix + id)),
  }
}

/** Tells whether a chosen file is the very one that was chosen before: a changed one has another moment or size. */
export function isSameFile(known: DraftFile, file: File): boolean {
  return (
    known.path === pathOf(file) && known.sizeBytes === file.size && known.lastModified === file.lastModified
  )
}

export const pathOf = (file: File) => file.webkitRelativePath || file.name
export const baseNameOf = ({ path }: Pick<DraftFile, 'path'>) => path.slice(path.lastIndexOf('/') + 1)
