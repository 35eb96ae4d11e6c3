import { describe, expect, it } from 'vitest'
import { parseKeyBlock } from '../../../../src/features/keys/block/parse'
import { AES_KEYS, SYNTAX_VECTORS, TDES_KEYS, VECTORS } from '../../../support/key-blocks'

const { initialKey, threeOptional, versionE } = SYNTAX_VECTORS
const BLOCKS = [
  ...[...VECTORS, ...TDES_KEYS, ...AES_KEYS].map(({ block }) => block),
  ...[initialKey, threeOptional, versionE],
]

describe('100,000 damaged key blocks', () => {
  const random = generatorOf(20_260_818)
  const below = (limit: number) => Math.floor(random() * limit)
  const character = () => String.fromCharCode(below(20) === 0 ? below(0x500) : 32 + below(95))
  const cut = (text: string, at: number, length: number, put: string) =>
    text.slice(0, at) + put + text.slice(at + length)
  const damages: ((text: string) => string)[] = [
    (text) => cut(text, below(text.length), 1, character()),
    (text) => cut(text, below(48), 1, character()),
    (text) => cut(text, below(text.length), 1, '0123456789ABCDEF'[below(16)]!),
    (text) => cut(text, below(text.length + 1), 0, character().repeat(1 + below(40))),
    (text) => cut(text, below(text.length), 1 + below(40), ''),
    (text) => text.slice(0, below(text.length)),
    (text) => cut(text, 1, 4, String(below(10_000)).padStart(4, '0')),
    (text) => cut(text, 12, 2, String(below(100)).padStart(2, '0')),
    (text) => text + text.slice(below(text.length)),
  ]

  it('throw nothing, and none of another length is taken', () => {
    const wrong: string[] = []
    for (let nth = 0; nth < 100_000; nth++) {
      const whole = BLOCKS[below(BLOCKS.length)]!
      let text = whole
      for (let times = 1 + below(3); times > 0; times--) text = damages[below(damages.length)]!(text)
      const parsed = parseKeyBlock(text)
      const isHonest = text.length === Number(text.slice(1, 5))
      if (parsed.ok && (!isHonest || parsed.block.length !== text.length)) wrong.push(text)
      if (!parsed.ok && parsed.problems.length === 0) wrong.push(text)
      if (text.length !== whole.length && text.startsWith(whole.slice(0, 5)) && parsed.ok) wrong.push(text)
    }
    expect(wrong).toEqual([])
  })
})

/** mulberry32: the same damages with every run. */
function generatorOf(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
