import ts from 'typescript'

/**
 * Which failures each operation of REST can end in: read from the sources, by following what its verb refers to, and what that
 * refers to. It errs on the side of too many: what is referred to need not be reached.
 * @returns by `METHOD path`, each as kind, code and words, in the order of their codes
 */
function operationCodes() {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    'tsconfig.json',
    { noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )
  const program = ts.createProgram(['src/trpc/root.ts'], options)
  const graph = createGraph(program.getTypeChecker())
  const routes = program
    .getSourceFiles()
    .filter(isOurs)
    .flatMap((file) => routesIn(file, graph.symbolOf))
  return Object.fromEntries(
    routes
      .map(([route, verb]) => [route, graph.failuresOf(verb)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}

/** The file of them: a line for each operation, so that a change of one is a change of one line. */
export function codesFile() {
  const lines = Object.entries(operationCodes()).map(
    ([operation, failures]) => `${JSON.stringify(operation)}: ${JSON.stringify(failures)}`,
  )
  return `{\n${lines.join(',\n')}\n}\n`
}

const isOurs = ({ fileName }) => /\/src\/(features|core|jobs)\//.test(fileName) && !fileName.includes('/ui/')

/** `queryOf(verb, { method, path })`, as `[METHOD path, verb]`. */
function routesIn(file, symbolOf) {
  const found = []
  const visit = (node) => {
    if (ts.isCallExpression(node) && /^(queryOf|mutationOf)$/.test(node.expression.getText())) {
      const [verb, route] = node.arguments
      const text = (name) => {
        const field = route?.properties?.find((one) => one.name?.getText() === name)
        return field && textOf(field.initializer ?? field.name, symbolOf)
      }
      // Some verbs are made by a function of what they need.
      const symbol = verb && symbolOf(ts.isCallExpression(verb) ? verb.expression : verb)
      if (symbol !== undefined && text('path') !== undefined)
        found.push([`${text('method')} ${text('path')}`, symbol])
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** A text as it is written out, or made of constants that are. */
function textOf(node, symbolOf) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return (
      node.head.text +
      node.templateSpans
        .map(({ expression, literal }) => textOf(expression, symbolOf) + literal.text)
        .join('')
    )
  const declared = symbolOf(node)?.declarations?.[0]?.initializer
  return declared && textOf(declared, symbolOf)
}

/** What every operation, list or write can end in is told once, by status; what people alone are asked is not told to programs. */
const GENERAL = [
  'database_full',
  'database_unreachable',
  'forbidden',
  'invalid_characters',
  'invalid_cursor',
  'invalid_input',
  'mutation_without_audit',
  'reauthentication_needed',
  'second_factor_needed',
  'server_busy',
]

function createGraph(checker) {
  const known = new Map()

  function symbolOf(node) {
    const symbol = checker.getSymbolAtLocation(node)
    const isImported = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0
    return isImported ? checker.getAliasedSymbol(symbol) : symbol
  }

  /** The failures that a declaration makes by itself, and the declarations that it refers to. */
  function readOf(symbol) {
    const before = known.get(symbol)
    if (before !== undefined) return before
    const read = { failures: [], refersTo: new Set() }
    known.set(symbol, read)
    const visit = (node) => {
      if (ts.isTypeNode(node)) return
      const failure = failureIn(node)
      if (failure !== undefined) read.failures.push(failure)
      const other = ts.isIdentifier(node) ? symbolOf(node) : undefined
      if (other?.declarations?.some(isFollowed)) read.refersTo.add(other)
      ts.forEachChild(node, visit)
    }
    for (const one of symbol.declarations ?? []) if (isOurs(one.getSourceFile())) visit(one)
    return read
  }

  function failuresOf(verb) {
    const seen = new Set([verb])
    const found = new Map()
    for (const symbol of seen) {
      const { failures, refersTo } = readOf(symbol)
      for (const failure of failures) if (!GENERAL.includes(failure[1])) found.set(failure[1], failure)
      for (const other of refersTo) seen.add(other)
    }
    return [...found.values()].sort(([, one], [, other]) => (one < other ? -1 : 1))
  }

  return { symbolOf, failuresOf }
}

/** What can be followed: functions, methods, classes and what modules hold. */
function isFollowed(node) {
  if (!isOurs(node.getSourceFile())) return false
  if (ts.isVariableDeclaration(node)) return ts.isSourceFile(node.parent.parent.parent)
  return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isClassDeclaration(node)
}

/** `failure(kind, code, words)` and `new Failure(kind, code, words)`, where kind and code are written out. */
function failureIn(node) {
  const isMade =
    (ts.isCallExpression(node) && node.expression.getText() === 'failure') ||
    (ts.isNewExpression(node) && node.expression.getText() === 'Failure')
  if (!isMade) return undefined
  const [kind, code, words] = node.arguments ?? []
  if (!kind || !code || !ts.isStringLiteral(kind) || !ts.isStringLiteral(code)) return undefined
  return [kind.text, code.text, words && ts.isStringLiteralLike(words) ? words.text : '']
}
