import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createUploadQueue, type UploadsOptions } from '../../src/ui/upload/queue'
import { sendFile, type UploadOptions } from '../../src/ui/upload/transport'
import { UploadServer } from './upload-server'

const TEXT = 'abcdefghijklmnopqrstuvwxyz'
let server: UploadServer
let pauses: number[]

beforeEach(async () => {
  server = await new UploadServer(4).start()
  pauses = []
})
afterEach(() => server.stop())

const fileOf = (text = TEXT, name = 'a.bin') => new File([text], name)
const wait = async (ms: number) => void pauses.push(ms)
const send = (options: Partial<UploadOptions> = {}, file = fileOf()) =>
  sendFile(file, { send: server.send, wait, signal: new AbortController().signal, ...options })

/** Spoils the n-th requests of a name. */
function spoil(name: string, times: number, fault: ReturnType<UploadServer['fault']>): void {
  let left = times
  server.fault = (request) => {
    if (request !== name || left === 0) return undefined
    left -= 1
    return fault
  }
}

describe('sending a file', () => {
  it('brings every byte in parts', async () => {
    const uploadId = await send()
    expect(server.bytesOf(uploadId)).toBe(TEXT)
    expect(server.uploads.get(uploadId)).toMatchObject({ fileName: 'a.bin', sizeBytes: 26 })
    expect(server.uploads.get(uploadId)?.parts.size).toBe(7)
  })

  it('sends no part of an empty file', async () => {
    await send({}, fileOf(''))
    expect(server.requests).toEqual(['POST'])
  })

  it('counts up to the whole size, and never beyond', async () => {
    const seen: number[] = []
    await send({ onProgress: (bytes) => seen.push(bytes) })
    expect(seen[0]).toBe(0)
    expect(Math.max(...seen)).toBe(26)
    expect(seen.at(-1)).toBe(26)
  })

  it('goes on where it stopped after the connection broke', async () => {
    spoil('PUT 3', 1, 'cut')
    const states: boolean[] = []
    const uploadId = await send({ onInterrupted: (is) => states.push(is) })
    expect(server.bytesOf(uploadId)).toBe(TEXT)
    expect(states).toContain(true)
    expect(states.at(-1)).toBe(false)
    expect(server.requests.filter((one) => one === 'POST')).toHaveLength(1)
    expect(server.requests.filter((one) => one === 'GET upload')).toHaveLength(1)
    expect(server.requests.filter((one) => one === 'PUT 0')).toHaveLength(1)
  })

  it('waits longer each time nothing gets through, and as long as the server says', async () => {
    spoil('POST', 3, { status: 503, headers: { 'Retry-After': '9' } })
    await send()
    expect(pauses).toEqual([9000, 9000, 9000])
    pauses = []
    spoil('POST', 3, 'cut')
    await send()
    expect(pauses).toEqual([500, 1000, 2000])
  })

  it('begins to count tries anew when a part has arrived', async () => {
    let isDown = true
    server.fault = (request) => {
      if (!request.startsWith('PUT')) return undefined
      isDown = !isDown
      return isDown ? 'cut' : undefined
    }
    await send({}, fileOf(TEXT.repeat(4)))
    expect(pauses.length).toBeGreaterThan(3)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1000)
  })

  it('gives up where nothing ever gets through', async () => {
    server.fault = () => 'cut'
    await expect(send()).rejects.toMatchObject({ code: 'unreachable' })
    expect(pauses).toHaveLength(20)
  })

  it.each(['POST', 'PUT 2'])('ends at once when the server refuses %s', async (name) => {
    spoil(name, 1, { status: 413, body: { code: 'upload_too_large', detail: 'Too large.' } })
    await expect(send()).rejects.toMatchObject({ code: 'upload_too_large', message: 'Too large.' })
    expect(pauses).toEqual([])
  })

  it('names a refusal without a code by its status', async () => {
    spoil('POST', 1, { status: 418 })
    await expect(send()).rejects.toMatchObject({ code: 'http_418' })
  })

  it('sends only what is missing of an earlier try', async () => {
    spoil('PUT 5', 1, { status: 403, body: { code: 'forbidden' } })
    let uploadId: string | undefined
    const onStarted = (id: string) => {
      uploadId = id
    }
    await expect(send({ onStarted })).rejects.toMatchObject({ code: 'forbidden' })
    const before = [...(server.uploads.get(uploadId ?? '')?.parts.keys() ?? [])]
    server.requests.length = 0
    expect(await send({ uploadId })).toBe(uploadId)
    expect(server.bytesOf(uploadId ?? '')).toBe(TEXT)
    for (const part of before) expect(server.requests).not.toContain(`PUT ${part}`)
  })

  it('begins anew where the server has forgotten the earlier try', async () => {
    const uploadId = await send({ uploadId: '00000000-0000-4000-8000-000000000000' })
    expect(server.bytesOf(uploadId)).toBe(TEXT)
  })

  it('stops when it is told to, without another try', async () => {
    const abort = new AbortController()
    server.gate = new Promise(() => {})
    const sending = send({ signal: abort.signal })
    await vi.waitFor(() => expect(server.underWay).toBeGreaterThan(0))
    abort.abort()
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' })
    expect(pauses).toEqual([])
  })
})

describe('a list of uploads', () => {
  const open = (onSent?: (file: File, uploadId: string) => void, more: Partial<UploadsOptions<File>> = {}) =>
    createUploadQueue<File>({ send: server.send, wait, nowMs: () => 0, onSent, ...more })
  const states = (uploads: ReturnType<typeof open>) => uploads.items.map(({ state }) => state)

  it('sends three files at once and three parts in all, and the rest after them', async () => {
    let release = () => {}
    server.gate = new Promise((resolve) => {
      release = resolve
    })
    const uploads = open()
    uploads.add(Array.from({ length: 5 }, (_, index) => fileOf(TEXT, `${index}.bin`)))
    await vi.waitFor(() => expect(server.underWay).toBe(3))
    expect(states(uploads)).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting'])
    release()
    await vi.waitFor(() => expect(uploads.isBusy()).toBe(false))
    expect(states(uploads)).toEqual(Array(5).fill('sent'))
    expect(server.mostUnderWay).toBe(3)
  })

  it('tells each file with its id as it has arrived', async () => {
    const sent: [string, string][] = []
    const uploads = open((file, uploadId) => sent.push([file.name, uploadId]))
    uploads.add([fileOf()])
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(sent).toEqual([['a.bin', uploads.items[0]?.uploadId]])
    expect(uploads.items[0]?.progress).toBe(1)
  })

  it('goes on with a failed file when it is told to', async () => {
    spoil('PUT 6', 1, { status: 403, body: { code: 'forbidden' } })
    const uploads = open()
    uploads.add([fileOf()])
    await vi.waitFor(() => expect(states(uploads)).toEqual(['failed']))
    expect(uploads.items[0]?.code).toBe('forbidden')
    uploads.retry(uploads.items[0]?.id ?? 0)
    await vi.waitFor(() => expect(states(uploads)).toEqual(['sent']))
    expect(server.requests.filter((one) => one === 'POST')).toHaveLength(1)
  })

  it('stops a file that is removed, and lets the server forget it', async () => {
    server.gate = new Promise(() => {})
    const uploads = open()
    uploads.add([fileOf()])
    await vi.waitFor(() => expect(server.underWay).toBe(3))
    uploads.remove(uploads.items[0]?.id ?? 0)
    expect(uploads.items).toHaveLength(0)
    await vi.waitFor(() => expect(server.uploads.size).toBe(0))
  })

  it('keeps on the server what has arrived whole', async () => {
    const uploads = open()
    uploads.add([fileOf()])
    await vi.waitFor(() => expect(states(uploads)).toEqual(['sent']))
    uploads.clear()
    expect(server.uploads.size).toBe(1)
    expect(server.requests).not.toContain('DELETE upload')
  })

  it('goes on with what another list has left behind on the server, and sends only what is missing', async () => {
    const started: string[] = []
    const kept = { isKept: true, onStarted: (_file: File, uploadId: string) => void started.push(uploadId) }
    spoil('PUT 4', 1, { status: 403, body: { code: 'forbidden' } })
    const before = open(undefined, kept)
    before.add([fileOf()])
    await vi.waitFor(() => expect(states(before)).toEqual(['failed']))
    before.clear()
    const there = [...(server.uploads.get(started[0] ?? '')?.parts.keys() ?? [])]
    expect(there).not.toContain(4)
    server.requests.length = 0

    const after = open(undefined, kept)
    after.add([fileOf()], () => started[0])
    await vi.waitFor(() => expect(states(after)).toEqual(['sent']))
    expect(after.items[0]?.uploadId).toBe(started[0])
    expect(server.bytesOf(started[0] ?? '')).toBe(TEXT)
    expect(started).toHaveLength(1)
    expect(server.requests).not.toContain('POST')
    for (const part of there) expect(server.requests).not.toContain(`PUT ${part}`)
  })

  it('tells the id of a new upload where the earlier one has ended', async () => {
    const started: string[] = []
    const uploads = open(undefined, { onStarted: (_file, uploadId) => void started.push(uploadId) })
    uploads.add([fileOf()], () => '00000000-0000-4000-8000-000000000000')
    await vi.waitFor(() => expect(states(uploads)).toEqual(['sent']))
    expect(started).toEqual([uploads.items[0]?.uploadId])
  })

  it('says what the files are for, so that one too large for it is refused before its first part', async () => {
    const uploads = open(undefined, { purpose: 'packages' })
    uploads.add([fileOf()])
    await vi.waitFor(() => expect(states(uploads)).toEqual(['sent']))
    expect(server.uploads.get(uploads.items[0]?.uploadId ?? '')).toMatchObject({ purpose: 'packages' })
  })
})
