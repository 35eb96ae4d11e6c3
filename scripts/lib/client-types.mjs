import ts from 'typescript'

/**
 * Writes out the types of the client with nothing left to look up: who has the text alone sees what every call takes
 * and gives. Aliases, helpers of libraries and the types of the server are gone from it.
 */
export function clientTypes(program, file) {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  if (source === undefined) throw new Error(`${file} is not part of the program.`)
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const typeNamed = (name) => {
    const symbol = exported.find((one) => one.name === name)
    if (symbol === undefined) throw new Error(`${file} exports no ${name}.`)
    return checker.getDeclaredTypeOfSymbol(symbol)
  }
  const [calls, inputs, outputs] = ['Client', 'Inputs', 'Outputs'].map(typeNamed)
  const parts = { Client: '', Inputs: '', Outputs: '' }
  for (const room of namesOf(calls)) {
    const rooms = [calls, inputs, outputs].map((type) => typeOf(type, room))
    const lines = { Client: '', Inputs: '', Outputs: '' }
    for (const name of namesOf(rooms[0])) {
      const [call, input, output] = rooms.map((type) => typeOf(type, name))
      const [way] = ['query', 'mutate', 'subscribe'].filter((one) => call.getProperty(one) !== undefined)
      if (way === undefined) throw new Error(`${room}.${name} is no call.`)
      const text = written(input)
      const at = `['${room}']['${name}']`
      lines.Inputs += `    ${name}: ${text}\n`
      lines.Outputs += `    ${name}: ${written(way === 'subscribe' ? yieldedBy(output) : output)}\n`
      lines.Client += `    ${name}: { ${way}: ${KINDS[way]}<Inputs${at}, Outputs${at}> }\n`
    }
    for (const part of Object.keys(parts)) parts[part] += `  ${room}: {\n${lines[part]}  }\n`
  }
  return [
    HEADER,
    ...Object.entries(parts).map(
      ([name, body]) => `/** ${WORDS[name]} */\nexport interface ${name} {\n${body}}\n`,
    ),
  ].join('\n')

  function namesOf(type) {
    return checker
      .getPropertiesOfType(type)
      .map(({ name }) => name)
      .filter((name) => /^[a-z]\w*$/i.test(name))
  }

  function typeOf(type, name) {
    const property = checker.getPropertyOfType(type, name)
    if (property === undefined) throw new Error(`There is no ${name}.`)
    return checker.getTypeOfSymbol(property)
  }

  /** What an async iterable gives, one at a time. */
  function yieldedBy(type) {
    const [item] = checker.getTypeArguments(type)
    if (item === undefined) throw new Error(`A stream of what? ${checker.typeToString(type)}`)
    return item
  }

  function written(type, above = []) {
    if (above.includes(type)) return 'unknown'
    const inside = [...above, type]
    if (type.isUnion()) return unionOf(type, inside)
    if (checker.isArrayType(type)) return `${grouped(checker.getTypeArguments(type)[0], inside)}[]`
    if (checker.isTupleType(type))
      return `[${checker
        .getTypeArguments(type)
        .map((one) => written(one, inside))
        .join(', ')}]`
    if (!isObject(type)) return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
    const fields = checker.getPropertiesOfType(type).map((property) => {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0
      const value = written(checker.getTypeOfSymbol(property), inside)
      const name = /^[a-z_$][\w$]*$/i.test(property.name) ? property.name : JSON.stringify(property.name)
      return `${name}${isOptional ? '?' : ''}: ${isOptional ? value.replace(/ \| undefined$/, '') : value}`
    })
    for (const { keyType, type: value } of checker.getIndexInfosOfType(type))
      fields.push(`[name: ${checker.typeToString(keyType)}]: ${written(value, inside)}`)
    return fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`
  }

  function isObject(type) {
    return (
      (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
      type.getCallSignatures().length === 0
    )
  }

  /** `undefined` goes last, and both truths are a boolean. */
  function unionOf(type, inside) {
    // Bytes are taken on the server alone: JSON has none.
    const types = type.types.filter((one) => one.symbol?.name !== 'Uint8Array')
    const texts = new Set(types.map((one) => written(one, inside)))
    if (texts.delete('true') && !texts.delete('false')) texts.add('true')
    else if (
      types.some((one) => one.flags & ts.TypeFlags.BooleanLiteral) &&
      !texts.has('true') &&
      !texts.has('false')
    )
      texts.add('boolean')
    if (texts.delete('undefined')) texts.add('undefined')
    return [...texts].join(' | ')
  }

  function grouped(type, inside) {
    const text = written(type, inside)
    return type.isUnion() ? `(${text})` : text
  }
}

const WORDS = {
  Client: 'Every call: `psm.terminals.list.query({ search })`.',
  Inputs: 'What each call takes.',
  Outputs: 'What each call gives, as it comes out of JSON.',
}

const KINDS = { query: 'Call', mutate: 'Call', subscribe: 'Watch' }

const HEADER = `// Made by the build, from what the server takes and gives.

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal
}

/** An input that may be left out where nothing of it is needed. */
type Given<Input, Rest extends unknown[]> = undefined extends Input
  ? [input?: Input, ...rest: Rest]
  : [input: Input, ...rest: Rest]

export type Call<Input, Output> = (...given: Given<Input, [options?: CallOptions]>) => Promise<Output>

export interface Watching {
  unsubscribe(): void
}

/** A refusal ends the stream and comes to \`onError\`; a lost connection does not: the client comes back by itself. */
export interface WatchHandlers<Item> {
  onData(item: Item): void
  onError?(error: unknown): void
  onStarted?(): void
  onStopped?(): void
  onComplete?(): void
  signal?: AbortSignal
}

export type Watch<Input, Item> = (input: Input, handlers: WatchHandlers<Item>) => Watching
`
