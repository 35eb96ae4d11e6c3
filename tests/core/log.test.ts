import { describe, expect, it } from 'vitest'
import { createLogger } from '../../src/core/log'

describe('a line of the log', () => {
  it('holds no part of a card number at its end, however long the text was', () => {
    const lines: string[] = []
    const log = createLogger({ level: 'info', stream: { write: (line) => lines.push(line) } })
    for (let before = 3_970; before <= 4_000; before++)
      log.info('x', { text: `${'x'.repeat(before)} 4111111111111111 ${'y'.repeat(1_000)}` })
    expect(lines).toHaveLength(31)
    for (const line of lines) {
      expect(line).not.toMatch(/4111111/)
      expect(line.length).toBeLessThan(4_200)
    }
  })
})
