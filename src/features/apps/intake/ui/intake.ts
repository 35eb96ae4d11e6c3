import { createSignal } from 'solid-js'
import { type Refusal, refusalOf } from '../../../../ui/form/refusal'
import { type MakingParts, type MakingState, makeOnServer } from '../../../../ui/upload/making'
import type { TakenVersion } from '../schemas'

/** What becomes of an APK once it has arrived. */
export type Intake =
  | { stage: 'queued' }
  | { stage: 'working'; making: MakingState }
  | { stage: 'taken'; taken: TakenVersion }
  | { stage: 'refused'; refusal: Refusal }

export interface IntakeParts {
  create(input: { uploadId: string; override?: { reason: string } }): Promise<TakenVersion>
  /** Lets the server forget an upload of which nothing comes. */
  discard(uploadId: string): Promise<unknown>
  wait: MakingParts<never>['wait']
  /** Whether the visitor may let in what another signer made. */
  mayOverride(): boolean
}

export interface IntakeSession {
  of(uploadId: string | undefined): Intake | undefined
  all(): readonly Intake[]
  /** Takes an arrived APK in, when its turn has come; again with the reason for another signer. */
  take(uploadId: string, reason?: string): Promise<void>
  /** Gives up what has not been taken in. */
  drop(uploadId: string): void
  isBusy(): boolean
  /** The page is left: what was not taken in is given up, what is under way ends on the server. */
  end(): void
}

/** As many as the server looks into at once. */
const AT_ONCE = 2
/** What may come well by another answer of the same person, or by itself: the bytes stay. */
const OPEN: readonly (string | undefined)[] = [undefined, 'apk_inspection_busy', 'forbidden']

/** Takes APKs in one after the other, and remembers what became of each. */
export function createIntake({ create, discard, wait, mayOverride }: IntakeParts): IntakeSession {
  const [states, setStates] = createSignal<ReadonlyMap<string, Intake>>(new Map())
  const leaving = new AbortController()
  const line: (() => Promise<void>)[] = []
  let running = 0

  const set = (uploadId: string, state: Intake) => setStates((all) => new Map(all).set(uploadId, state))
  const forget = (uploadId: string) => void discard(uploadId).catch(() => undefined)
  const isOpen = ({ code }: Refusal) =>
    OPEN.includes(code) || (code === 'app_signer_differs' && mayOverride())

  const next = () => {
    while (running < AT_ONCE) {
      const run = line.shift()
      if (run === undefined) return
      running += 1
      void run().finally(() => {
        running -= 1
        next()
      })
    }
  }
  const work = async (uploadId: string, reason: string | undefined) => {
    if (leaving.signal.aborted || !states().has(uploadId)) return
    const input = reason === undefined ? { uploadId } : { uploadId, override: { reason } }
    try {
      const taken = await makeOnServer(
        {
          create: () => create(input),
          wait,
          onState: (making) => set(uploadId, { stage: 'working', making }),
        },
        leaving.signal,
      )
      set(uploadId, { stage: 'taken', taken })
    } catch (error) {
      if (leaving.signal.aborted) return
      const refusal = refusalOf(error)
      set(uploadId, { stage: 'refused', refusal })
      if (!isOpen(refusal)) forget(uploadId)
    }
  }

  return {
    of: (uploadId) => (uploadId === undefined ? undefined : states().get(uploadId)),
    all: () => [...states().values()],
    take(uploadId, reason) {
      set(uploadId, { stage: 'queued' })
      return new Promise((resolve) => {
        line.push(() => work(uploadId, reason).finally(resolve))
        next()
      })
    },
    drop(uploadId) {
      const state = states().get(uploadId)
      setStates((all) => new Map([...all].filter(([id]) => id !== uploadId)))
      if (state?.stage === 'queued' || (state?.stage === 'refused' && isOpen(state.refusal))) forget(uploadId)
    },
    isBusy: () => [...states().values()].some(({ stage }) => stage === 'queued' || stage === 'working'),
    end() {
      leaving.abort()
      for (const [uploadId, state] of states())
        if (state.stage === 'queued' || (state.stage === 'refused' && isOpen(state.refusal))) forget(uploadId)
    },
  }
}
