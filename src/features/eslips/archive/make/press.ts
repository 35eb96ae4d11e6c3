import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FileRow } from '../format/columns'
import { SlipFileEncoder } from '../format/encode'
import type { Summary } from '../format/summary'

/** Makes the bytes of a file out of groups of rows; somewhere else than on the event loop where that can be. */
export interface Press {
  /** @param group JSON texts of the cells of its rows */
  addGroup(group: readonly string[]): Promise<Uint8Array>
  finish(): Promise<{ bytes: Uint8Array; summary: Summary }>
  close(): Promise<void>
}

/** On this very thread, a group at a time. */
export function openLocalPress(day: string): Press {
  const encoder = new SlipFileEncoder(day)
  return {
    async addGroup(group) {
      await nextTurn()
      return encoder.addGroup(group.map((text) => JSON.parse(text) as FileRow))
    },
    async finish() {
      return encoder.finish()
    },
    async close() {},
  }
}
