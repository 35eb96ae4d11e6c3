import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export interface Import {
  /** As written. */
  specifier: string
  /** The file of this project it leads to, relative to the root; undefined for packages. */
  target: string | undefined
  isTypeOnly: boolean
}

export interface SourceFile {
  /** Relative to the root, with slashes. */
  path: string
  lines: number
  imports: readonly Import[]
  /** Names of variables of the module that can be assigned again. */
  moduleVariables: readonly string[]
  usesConsole: boolean
  readsEnvironment: boolean
}

/** Every TypeScript file below `folder`, parsed. */
export function readSources(folder: string): SourceFile[] {
  return parseSources(readTexts(folder))
}

/** The texts of those files by their path. */
export function readTexts(folder: string): Map<string, string> {
  const texts = new Map<string, string>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (/\.tsx?$/.test(name)) {
      const file = path.posix.join(folder, name.replaceAll(path.sep, '/'))
      texts.set(file, readFileSync(file, 'utf8'))
    }
  return texts
}

/** Those of texts by path. */
export function parseSources(texts: ReadonlyMap<string, string>): SourceFile[] {
  return [...texts].map(([file, text]) => parse(file, text, (name) => texts.has(name)))
}

function parse(file: string, text: string, exists: (name: string) => boolean): SourceFile {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const found = { usesConsole: false, readsEnvironment: false }
  const add = (specifier: ts.Expression, isTypeOnly: boolean) => {
    if (!ts.isStringLiteralLike(specifier)) return
    imports.push({ specifier: specifier.text, target: resolve(file, specifier.text, exists), isTypeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause))
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0] as ts.Expression, false)
    else if (ts.isPropertyAccessExpression(node)) {
      const of = node.expression.getText(source)
      if (of === 'console') found.usesConsole = true
      if (of === 'process' && node.name.text === 'env') found.readsEnvironment = true
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  const moduleVariables = source.statements
    .filter(ts.isVariableStatement)
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) === 0)
    .filter(({ modifiers }) => !modifiers?.some((one) => one.kind === ts.SyntaxKind.DeclareKeyword))
    .flatMap(({ declarationList }) => declarationList.declarations.map((one) => one.name.getText(source)))
  return { path: file, lines: text.trimEnd().split('\n').length, imports, moduleVariables, ...found }
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.isTypeOnly) return true
  const { name, namedBindings } = clause
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false
  return namedBindings.elements.length > 0 && namedBindings.elements.every((one) => one.isTypeOnly)
}

function resolve(from: string, specifier: string, exists: (name: string) => boolean): string | undefined {
  if (!/^(\.|~\/)/.test(specifier)) return undefined
  const base = specifier.startsWith('~/')
    ? path.posix.join('src', specifier.slice(2))
    : path.posix.join(path.posix.dirname(from), specifier)
  const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`]
  return candidates.find(exists) ?? base
}
