import { describe, expect, it } from 'vitest'
import { makerWords } from '../../src/app/maker'
import { readTexts } from '../rules/source-files'
import { wordsOf } from '../ui/words'

describe('whoever made something', () => {
  it.each([
    ['en', 'seed: root', 'Demo data (root)'],
    ['ru', 'seed: root', 'Демонстрационные данные (root)'],
    ['en', 'psm: alice', 'Command line (alice)'],
    ['ru', 'psm: alice', 'Командная строка (alice)'],
    ['en', 'Alice', 'Alice'],
    ['en', 'desk: Alice', 'desk: Alice'],
  ] as const)('is a person, or a program by its word (%s: %s)', (locale, name, words) => {
    expect(makerWords(name, wordsOf(locale).t)).toBe(words)
  })

  it('is never shown by the name that a program gives itself', () => {
    const shown =
      /(.{0,40})\.(?:created|updated|made|imported|ended|added|connected|assigned|approved|acknowledged|released)By\b(.*)/g
    const raw = [...readTexts('src/features')]
      .filter(([path]) => path.includes('/ui/') && path.endsWith('.tsx'))
      .flatMap(([path, text]) =>
        [...text.matchAll(shown)]
          .filter(([, before = '']) => !before.includes('makerWords(') && !/'[\w.]*$/.test(before))
          .filter(([, , after = '']) => !isAsked.test(after))
          .map(([line]) => `${path}: ${line.trim()}`),
      )
    expect(raw).toEqual([])
  })
})

/** Whether there is anybody is asked, nobody is shown. */
const isAsked = /^(?: === null|\} fallback)/
