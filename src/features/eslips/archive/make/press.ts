import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AsyncBuffer } from 'hyparquet'
import type { FileRow, RowGroup } from '../format/columns'
import { decodeWhole, readFooter } from '../format/decode'
import { SlipFileEncoder } from '../format/encode'
import { type Summary, Summing } from '../format/summary'

/** Rows as they come from the database; unpacking them is the press's work. */
export interface PackedGroup {
  /** JSON: of each row an array of its cells but the content. */
  cells: Uint8Array<ArrayBuffer>
  /** One after the other. */
  contents: Uint8Array<ArrayBuffer>
  /** Of each content the end. */
  ends: Uint32Array<ArrayBuffer>
}

/**
 * What makes a file of rows and reads one: heavy work, done on another thread where there is one (press-thread.ts).
 * One file at a time: groups, then the end.
 */
export interface Press {
  /** @param group belongs to the press from then on */
  addGroup(group: PackedGroup): Promise<Uint8Array>
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
      return encoder.addGroup(unpacked(group))
    },
    async finish() {
      return encoder.finish()
    },
    async summarise(file) {
      const summing = new Summing()
      for await (const group of decodeWhole(file, await readFooter(file))) {
        summing.add(group)
        await nextTurn()
      }
      return summing.end()
    },
    async close() {},
  }
}

function unpacked({ cells, contents, ends }: PackedGroup): RowGroup {
  return {
    rows: JSON.parse(Buffer.from(cells.buffer).toString()) as FileRow[],
    contents: Array.from(ends, (end, at) => contents.subarray(ends[at - 1] ?? 0, end)),
  }
}
