import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { detailValue, runLength, scheduleWords } from '../../../src/features/jobs/ui/words'
import { en } from '../../../src/i18n/en'
import { nextBeat } from '../../../src/jobs/definitions'
import { jobs } from '../../../src/jobs/registry'
import { readSources } from '../../rules/source-files'
import { wordsOf } from '../../ui/words'

const words = wordsOf('en')
const russian = wordsOf('ru')
const beat = '2026-11-26T12:30:00.000Z'

describe('every job of the server', () => {
  it('has a name and a meaning, and no words are left of one that is gone', () => {
    const named = Object.keys(en.jobs.job).sort()
    expect(named).toEqual(jobs.map((job) => job.name).sort())
    for (const { name, meaning } of Object.values(en.jobs.job)) expect([name, meaning]).not.toContain('')
  })

  it('goes by a name that fits into an address, and by no other’s', () => {
    for (const { name } of jobs) expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}$/)
    expect(new Set(jobs.map((job) => job.name)).size).toBe(jobs.length)
  })

  it.each(jobs.map((job) => [job.name, job.schedule]))('%s has its schedule in words', (_name, schedule) => {
    const next = nextBeat(schedule, new Date(beat))?.toISOString() ?? null
    expect(scheduleWords(schedule, next, words)).not.toBe(schedule)
  })

  it('has words for each step it reports', () => {
    const steps = readSources('src/features')
      .map(({ path }) => readFileSync(path, 'utf8'))
      .filter((text) => /report(\?\.)?\(/.test(text))
      .flatMap((text) => [...text.matchAll(/\bstep: '([a-z-]+)'/g)].map(([, step = '']) => step))
    const told = 'step' in en.jobs ? Object.keys(en.jobs.step as object) : []
    expect([...new Set(steps)].sort()).toEqual(told.sort())
  })
})

describe('a schedule in words', () => {
  const time = words.format.time(beat)
  it.each([
    ['*/5 * * * * *', 'Every 5 seconds'],
    ['0 * * * * *', 'Every minute'],
    ['30 */5 * * * *', 'Every 5 minutes'],
    ['0 17 * * * *', 'Every hour, 17 minutes past'],
    ['0 17 */6 * * *', 'Every 6 hours'],
    ['0 30 12 * * *', `Every day at ${time}`],
    ['0 30 12 * * 4', `Every week: Thursday at ${time}`],
    ['0 30 12 26 * *', `Every month on day 26 at ${time}`],
    ['0 30 12 * 12 *', '0 30 12 * 12 *'],
    ['0 0 8-18 * * 1-5', '0 0 8-18 * * 1-5'],
  ])('%s: %s', (schedule, told) => {
    expect(scheduleWords(schedule, beat, words)).toBe(told)
  })

  it('follows the language', () => {
    expect(scheduleWords('30 */5 * * * *', beat, russian)).toBe('Каждые 5 минут')
  })
})

describe('what a run tells', () => {
  it.each([
    ['terminals', 12_345, '12,345'],
    ['archivedBytes', 1_572_864, '1.5 MB'],
    ['waitedSeconds', 90, '1 min 30 secs'],
    ['waitedMs', 90_000, '1 min 30 secs'],
    ['isComplete', true, 'Yes'],
    ['day', null, '—'],
    ['lastAt', beat, words.format.dateTime(beat)],
    ['days', ['2026-11-24', '2026-11-25'], '24/11/2026, 25/11/2026'],
    ['days', [], '—'],
    ['file', { removed: 3, name: 'a' }, 'Files removed: 3, name: a'],
  ])('%s %j reads %s', (name, value, told) => {
    expect(detailValue(name, value, words)).toBe(told)
  })

  it('shows the first twenty of a long list', () => {
    const value = Array.from({ length: 30 }, (_, index) => `d${index}`)
    expect(detailValue('days', value, words)).toMatch(/d19…$/)
  })

  it('says how long it took, and nothing where nobody knows', () => {
    const startedAt = beat
    const later = (seconds: number) => new Date(Date.parse(beat) + seconds * 1000).toISOString()
    expect(runLength({ startedAt, endedAt: later(0.4) }, words)).toBe('under a second')
    expect(runLength({ startedAt, endedAt: later(75) }, words)).toBe('1 min 15 secs')
    expect(runLength({ startedAt, endedAt: null }, words, Date.parse(later(5)))).toBe('5 secs')
    expect(runLength({ startedAt, endedAt: null }, words)).toBe('')
  })
})
