import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readSources } from '../rules/source-files'

/** Attributes that people read or hear. */
const READ = new Set(['title', 'alt', 'placeholder', 'label', 'aria-label', 'text', 'description'])
const LETTERS = /\p{L}{2,}/u

/** Words written into the markup instead of a dictionary. */
function wordsIn(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && LETTERS.test(node.text)) found.push(`${file}: ${node.text.trim()}`)
    if (
      ts.isJsxAttribute(node) &&
      READ.has(node.name.getText(source)) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer) &&
      LETTERS.test(node.initializer.text)
    )
      found.push(`${file}: ${node.getText(source)}`)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

describe('what people read', () => {
  it('is in the dictionaries, not in the markup', () => {
    const pages = readSources('src').filter(({ path }) => path.endsWith('.tsx'))
    expect(pages.length).toBeGreaterThan(10)
    expect(pages.flatMap(({ path }) => wordsIn(path, readFileSync(path, 'utf8')))).toEqual([])
  })

  it.each(['<p>Hello</p>', '<a title="Hello">{x}</a>', '<input aria-label="Имя" />'])(
    'would be found in %s',
    (markup) => {
      expect(wordsIn('x.tsx', `const x = ${markup}`)).toHaveLength(1)
    },
  )
})
