import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AsyncBuffer } from 'hyparquet'
import type { FileRow } from '../format/columns'
import { decodeGroups, readFooter } from '../format/decode'
import { SlipFileEncoder } from '../format/encode'
import { type Summary, Summing } from '../format/summary'

/**
 * What makes a file of rows and reads one: heavy work, done on another thread where there is one (press-thread.ts).
 * One file at a time: groups, then the end.
 */
export interface Press {
  /** @param group the rows of a group as JSON, an array of arrays of cells; it belongs to the press from then on */
  addGroup(group: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  finish(): Promise<{ bytes: Uint8Array; summary: Summary }>
  /** Decodes a file from its first row to its last. */
  summarise(file: AsyncBuffer): Promise<Summary>
  close(): Promise<void>
}

/** On the thread it is called on. */
export function openLocalPress(day: string): Press {
  const encoder = new SlipFileEncoder(day)
  return {
    async addGroup(group) {
      await nextTurn()
      return encoder.addGroup(JSON.parse(Buffer.from(group.buffer).toString()) as FileRow[])
    },
    async finish() {
      return encoder.finish()
    },
    async summarise(file) {
      const summing = new Summing()
      for await (const rows of decodeGroups(file, await readFooter(file))) {
        summing.add(rows)
        await nextTurn()
      }
      return summing.end()
    },
    async close() {},
  }
}
