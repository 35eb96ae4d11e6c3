import ts from 'typescript'
import { expect, it } from 'vitest'
import { readTexts } from './source-files'

/** Reads it in two branches, of which there is one. */
const IN_BRANCHES = new Set(['ButtonLink'])

/** Components that ask twice for markup they are given: each time it is asked for, it is made. */
function twiceMade(file: string, text: string): string[] {
  const names = new Set([...text.matchAll(/(\w+)\??: JSX\.Element\b/g)].map(([, name]) => name))
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  return source.statements.filter(ts.isFunctionDeclaration).flatMap((component) => {
    const reads: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node) && /^(props|own)$/.test(node.expression.getText(source)))
        if (names.has(node.name.text)) reads.push(node.name.text)
      ts.forEachChild(node, visit)
    }
    visit(component)
    const twice = reads.filter((name, at) => reads.indexOf(name) < at)
    const name = component.name?.text ?? ''
    return IN_BRANCHES.has(name) ? [] : twice.map((prop) => `${file}: ${name} reads ${prop} twice`)
  })
}

it('finds a component that makes what it is given twice', () => {
  const text = `function Box(props: { icon?: JSX.Element }) {
    return <Show when={props.icon}><b>{props.icon}</b></Show>
  }`
  expect(twiceMade('box.tsx', text)).toEqual(['box.tsx: Box reads icon twice'])
})

it('lets no component make what it is given twice', () => {
  const found = [...readTexts('src')]
    .filter(([file]) => file.endsWith('.tsx'))
    .flatMap(([file, text]) => twiceMade(file, text))
  expect(found).toEqual([])
})
