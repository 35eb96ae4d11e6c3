import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface Target {
  port: number
  /** Of the n-th reader. */
  request(n: number): string
  bodyBytes: number
}

const READ_BYTES = 64 * 1024

/** Readers that take the file again and again, as fast as they can, each over a connection of its own. Bytes in all. */
export async function readFast(target: Target, readers: number, seconds: number): Promise<number> {
  const counts = { bytes: 0 }
  const count = (bytes: number) => {
    counts.bytes += bytes
  }
  const sockets = await Promise.all(Array.from({ length: readers }, (_, n) => open(target, n, count, true)))
  // What connecting costs is not what is measured.
  await wait(300)
  counts.bytes = 0
  const startedAt = performance.now()
  await wait(seconds * 1000)
  const bytes = (counts.bytes / (performance.now() - startedAt)) * 1000 * seconds
  for (const socket of sockets) socket.destroy()
  return bytes
}

const BEATS_PER_SECOND = 4

/** Readers on bad links: so many bytes a second each, until told to stop. */
export async function readSlowly(
  target: Target,
  readers: number,
  bytesPerSecond: number,
): Promise<{ bytes(): number; stop(): void }> {
  let bytes = 0
  const budgets = new Array<number>(readers).fill(0)
  const sockets: net.Socket[] = []
  for (let n = 0; n < readers; n++)
    sockets.push(
      await open(target, n, (count) => {
        bytes += count
        budgets[n] = (budgets[n] ?? 0) - count
        if ((budgets[n] ?? 0) <= 0) sockets[n]?.pause()
      }),
    )
  const timer = setInterval(() => {
    for (const [n, socket] of sockets.entries()) {
      budgets[n] = Math.min(bytesPerSecond, (budgets[n] ?? 0) + bytesPerSecond / BEATS_PER_SECOND)
      if ((budgets[n] ?? 0) > 0) socket.resume()
    }
  }, 1000 / BEATS_PER_SECOND)
  return {
    bytes: () => bytes,
    stop() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
    },
  }
}

function open(target: Target, n: number, got: (bytes: number) => void, isAgain = false): Promise<net.Socket> {
  const request = target.request(n)
  let left = 0
  return new Promise<net.Socket>((resolve, reject) => {
    const socket: net.Socket = net.connect({
      port: target.port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback(count, buffer) {
          got(count)
          let body = count
          if (left === 0) {
            const head = Buffer.from(buffer.buffer, 0, count).toString('latin1')
            if (!head.startsWith('HTTP/1.1 200')) throw new Error(`answered ${head.slice(0, 300)}`)
            left = target.bodyBytes
            body -= head.indexOf('\r\n\r\n') + 4
          }
          left -= body
          if (left === 0 && isAgain) socket.write(request)
          return true
        },
      },
    })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.write(request)
      resolve(socket)
    })
  })
}
