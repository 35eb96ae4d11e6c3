import { describe, expect, it } from 'vitest'
import { decodeText } from '../../src/core/decode-text'

describe('the text of a file', () => {
  it.each([
    ['tabs, ends of lines and pages', 'a\tb\r\nc\v\f'],
    ['the end mark of DOS', 'serial=1\u001a'],
    ['what Unicode took from old terminals', 'a\u0085b'],
  ])('may have %s', (_what, text) => {
    expect(decodeText(Buffer.from(text))).toBe(text)
  })

  it.each([0x00, 0x08, 0x0e, 0x19, 0x1b, 0x1f, 0x7f])('has no character %i: that is binary', (code) => {
    expect(decodeText(Buffer.from(`a${String.fromCharCode(code)}b`))).toBeUndefined()
  })

  it('is read in the encodings of Windows and DOS where it is not UTF-8', () => {
    expect(decodeText(Uint8Array.of(0xcf, 0xf0, 0xe8))).toBe('При')
    expect(decodeText(Uint8Array.of(0x8f, 0xe0, 0xa8), 'ibm866')).toBe('При')
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x1f, 0x04))).toBe('П')
  })
})
