import { describe, expect, it } from 'vitest'
import { type MakingState, makeOnServer } from '../../src/ui/upload/making'

const refusal = (failure: string, values = {}) =>
  Object.assign(new Error(failure), { data: { failure, values } })
const storing = (storedBytes: number) => refusal('file_being_stored', { storedBytes, sizeBytes: 100 })

/** A server that answers each call as the list says; a call without an answer stays open. */
function serverOf(answers: (Error | string | undefined)[]) {
  const states: MakingState[] = []
  const pending: ((made: string) => void)[] = []
  let calls = 0
  return {
    states,
    finish: (made: string) => {
      for (const resolve of pending) resolve(made)
    },
    calls: () => calls,
    parts: {
      create: () => {
        calls += 1
        const answer = answers.shift()
        if (answer === undefined) return new Promise<string>((resolve) => pending.push(resolve))
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      wait: () => Promise.resolve(),
      onState: (state: MakingState) => void states.push(state),
    },
  }
}
const never = new AbortController().signal

describe('a package that is being made', () => {
  it('is told as soon as the only call has it', async () => {
    const server = serverOf(['made'])
    await expect(makeOnServer({ ...server.parts, wait: () => new Promise(() => {}) }, never)).resolves.toBe(
      'made',
    )
    expect(server.calls()).toBe(1)
    expect(server.states).toEqual([{ stage: 'asked' }])
  })

  it('is watched by a second call, which says how far the first is', async () => {
    const server = serverOf([undefined, storing(40), storing(80), 'made'])
    await expect(makeOnServer(server.parts, never)).resolves.toBe('made')
    expect(server.states).toEqual([
      { stage: 'asked' },
      { stage: 'storing', storedBytes: 40, sizeBytes: 100 },
      { stage: 'storing', storedBytes: 80, sizeBytes: 100 },
    ])
  })

  it('is waited for where the call was cut off', async () => {
    const cut = new TypeError('fetch failed')
    const server = serverOf([cut, storing(10), cut, 'made'])
    await expect(makeOnServer(server.parts, never)).resolves.toBe('made')
    expect(server.states).toContainEqual({ stage: 'interrupted' })
  })

  it('is given up with the refusal of the server, at once', async () => {
    const server = serverOf([refusal('package_exists')])
    const wait = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    await expect(makeOnServer({ ...server.parts, wait }, never)).rejects.toMatchObject({
      data: { failure: 'package_exists' },
    })
    expect(server.calls()).toBe(1)
  })

  it('counts as made where one call has it and the other came too late for its uploads', async () => {
    const server = serverOf([undefined, refusal('upload_not_found')])
    const made = makeOnServer(server.parts, never)
    await expect.poll(server.calls).toBe(2)
    server.finish('made')
    await expect(made).resolves.toBe('made')
  })

  it('is given up where the server never answers', async () => {
    const server = serverOf(Array.from({ length: 200 }, () => new TypeError('fetch failed')))
    await expect(makeOnServer(server.parts, never)).rejects.toThrow('fetch failed')
  })

  it('is left alone once the page is left', async () => {
    const leaving = new AbortController()
    const server = serverOf([storing(10), storing(20)])
    const wait = async () => leaving.abort(new Error('left'))
    await expect(makeOnServer({ ...server.parts, wait }, leaving.signal)).rejects.toThrow('left')
    expect(server.calls()).toBe(1)
  })
})
