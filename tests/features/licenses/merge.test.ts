import { describe, expect, it } from 'vitest'
import { mergeFacts } from '../../../src/features/licenses/merge'

const inContent = (serial: string) => ({ facts: { serial }, sources: { serial: 'content' as const } })
const inFileName = (serial: string) => ({ facts: { serial }, sources: { serial: 'fileName' as const } })
const silent = { facts: {}, sources: {} }

describe('who is believed', () => {
  it('given before content, content before manifest, manifest before file name', () => {
    const serialOf = (...sides: Parameters<typeof mergeFacts>) => mergeFacts(...sides).sources.serial
    expect(serialOf({ serial: 'A1' }, inContent('A1'), { serial: 'A1' })).toBe('given')
    expect(serialOf({}, inContent('A1'), { serial: 'A1' })).toBe('content')
    expect(serialOf({}, inFileName('A1'), { serial: 'B2' })).toBe('manifest')
    expect(serialOf({}, inFileName('A1'), {})).toBe('fileName')
    expect(serialOf({}, silent, {})).toBeUndefined()
  })

  it('each fact for itself', () => {
    expect(mergeFacts({ licId: 'L1' }, inContent('A1'), { product: 'psPos' })).toEqual({
      facts: { serial: 'A1', licId: 'L1', product: 'psPos' },
      sources: { serial: 'content', licId: 'given', product: 'manifest' },
      conflicts: [],
    })
  })
})

describe('contradictions', () => {
  it('what was given against what the file says', () => {
    expect(mergeFacts({ serial: 'B2' }, inContent('A1'))).toMatchObject({
      facts: { serial: 'B2' },
      conflicts: [{ code: 'given_conflicts_with_file', fact: 'serial', kept: 'B2', other: 'A1' }],
    })
  })

  it('the manifest against the content', () => {
    expect(mergeFacts({}, inContent('A1'), { serial: 'B2' })).toMatchObject({
      facts: { serial: 'A1' },
      conflicts: [{ code: 'manifest_conflict', fact: 'serial', kept: 'A1', other: 'B2' }],
    })
  })

  it('what was given against both', () => {
    const { conflicts } = mergeFacts({ serial: 'C3' }, inContent('A1'), { serial: 'B2' })
    expect(conflicts.map((conflict) => conflict.code)).toEqual([
      'given_conflicts_with_file',
      'manifest_conflict',
    ])
  })

  it('a file name is only a hint and contradicts nobody', () => {
    expect(mergeFacts({ serial: 'B2' }, inFileName('A1')).conflicts).toEqual([])
  })

  it('a day and an instant of that day, or a serial number in other case, are no contradiction', () => {
    const file = {
      facts: { serial: 'sn1', validUntil: '2027-01-31T20:59:59.000Z' },
      sources: { serial: 'content', validUntil: 'content' } as const,
    }
    expect(mergeFacts({ serial: 'SN1' }, file, { validUntil: '2027-01-31T23:59:59.999Z' }).conflicts).toEqual(
      [],
    )
  })

  it('two instants of one day are', () => {
    const file = {
      facts: { validUntil: '2027-01-31T10:00:00.000Z' },
      sources: { validUntil: 'content' } as const,
    }
    expect(mergeFacts({ validUntil: '2027-01-31T12:00:00.000Z' }, file).conflicts).toHaveLength(1)
  })
})
