import { createRoot } from 'solid-js'
import { describe, expect, it } from 'vitest'
import type { TakenVersion } from '../../../src/features/apps/intake/schemas'
import { createIntake, type IntakeParts } from '../../../src/features/apps/intake/ui/intake'

const taken = (uploadId: string) => ({ isNew: true, version: { id: uploadId } }) as unknown as TakenVersion
const refusal = (failure: string, values = {}) =>
  Object.assign(new Error(failure), { data: { failure, values } })

/** A server that says so of each upload; one without a word waits. */
function serverOf(answers: Record<string, Error | 'taken' | undefined>, mayOverride = false) {
  const calls: { uploadId: string; reason?: string | undefined }[] = []
  const discarded: string[] = []
  const waiting = new Map<string, (taken: TakenVersion) => void>()
  const parts: IntakeParts = {
    create({ uploadId, override }) {
      calls.push({ uploadId, reason: override?.reason })
      const answer = override === undefined ? answers[uploadId] : 'taken'
      if (answer === 'taken') return Promise.resolve(taken(uploadId))
      if (answer !== undefined) return Promise.reject(answer)
      return new Promise((resolve) => waiting.set(uploadId, resolve))
    },
    discard: async (uploadId) => void discarded.push(uploadId),
    wait: (_ms, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    mayOverride: () => mayOverride,
  }
  return { parts, calls, discarded, waiting, session: createRoot(() => createIntake(parts)) }
}

describe('APKs that have arrived', () => {
  it('are taken in two at a time, each with its own outcome', async () => {
    const refused = refusal('apk_refused', { why: 'unsigned' })
    const { session, calls, waiting } = serverOf({ third: refused, fourth: 'taken' })
    const all = ['first', 'second', 'third', 'fourth'].map((id) => session.take(id))
    expect(calls.map(({ uploadId }) => uploadId)).toEqual(['first', 'second'])
    expect(session.of('third')).toEqual({ stage: 'queued' })
    expect(session.isBusy()).toBe(true)
    for (const id of ['first', 'second']) waiting.get(id)?.(taken(id))
    await Promise.all(all)
    expect(session.isBusy()).toBe(false)
    expect(session.all().map(({ stage }) => stage)).toEqual(['taken', 'taken', 'refused', 'taken'])
    expect(session.of('third')).toMatchObject({
      refusal: { code: 'apk_refused', values: { why: 'unsigned' } },
    })
  })

  it('are forgotten by the server where nothing can come of them', async () => {
    const { session, discarded } = serverOf({
      broken: refusal('apk_refused', { why: 'truncated' }),
      other: refusal('app_version_exists'),
      foreign: refusal('app_signer_differs'),
      busy: refusal('apk_inspection_busy'),
    })
    for (const id of ['broken', 'other', 'foreign', 'busy']) await session.take(id)
    expect(discarded).toEqual(['broken', 'other', 'foreign'])
    session.drop('busy')
    expect(discarded).toContain('busy')
    expect(session.of('busy')).toBeUndefined()
  })

  it('of another signer stay for an administrator, who lets them in with a reason', async () => {
    const { session, calls, discarded } = serverOf({ foreign: refusal('app_signer_differs') }, true)
    await session.take('foreign')
    expect(discarded).toEqual([])
    await session.take('foreign', 'the maker was sold')
    expect(calls.at(-1)).toEqual({ uploadId: 'foreign', reason: 'the maker was sold' })
    expect(session.of('foreign')).toMatchObject({ stage: 'taken' })
  })

  it('that wait are given up when the page is left; those under way end on the server', async () => {
    const { session, calls, discarded } = serverOf({})
    for (const id of ['first', 'second', 'third']) void session.take(id)
    session.end()
    expect(discarded).toEqual(['third'])
    expect(calls).toHaveLength(2)
  })
})
