import { createSignal } from 'solid-js'
import { createStore, produce, unwrap } from 'solid-js/store'
import type { z } from 'zod'
import { describeRefusal, type Refusal, refusalOf } from './refusal'
import { describeIssue, type Words } from './validation'

export interface FormOptions<Input extends object, Output> {
  schema: z.ZodType<Output, Input>
  initial: Input
  /** Gets what the schema made of the values. What it throws is shown: on its fields where the refusal names them, else above the form. */
  submit: (values: Output) => unknown
}

/** The part of a field that the form knows; spread it into any field of src/ui. */
export interface FieldState<Value> {
  readonly name: string
  readonly value: Value
  readonly error: string | undefined
  readonly onInput: (value: Value) => void
  readonly onBlur: () => void
}

export interface FormState<Input extends object> {
  readonly values: Input
  field<Name extends keyof Input & string>(name: Name): FieldState<Input[Name]>
  /** What is wrong at exactly this dotted path, such as `rows.0.name`, for fields inside a value. */
  errorAt(path: string): string | undefined
  isSubmitting(): boolean
  /** True once a submission was tried, in vain or not: what the schema does not judge may now be marked too. */
  isTried(): boolean
  /** What no field shows, in words. */
  summary(): { texts: string[]; code: string | undefined; requestId: string | undefined }
  /** How many fields are marked. */
  wrongCount(): number
  /** True where `submit` ran through. A second call while the first is under way does nothing. */
  submit(): Promise<boolean>
  /** Back to the initial values, or on to others, with all marks gone. */
  reset(values?: Input): void
}

type Found = { path: string; describe: (words: Words) => string }

/**
 * The state of one form. A field is judged when it is left after a change, and again at every change while it is marked; all of them are
 * judged at submission.
 */
export function createFormState<Input extends object, Output>(
  { schema, initial, submit }: FormOptions<Input, Output>,
  words: Words,
): FormState<Input> {
  const [values, setValues] = createStore<Input>(structuredClone(initial))
  const [found, setFound] = createSignal<readonly Found[]>([])
  const [refusal, setRefusal] = createSignal<Refusal>()
  const [isSubmitting, setSubmitting] = createSignal(false)
  const [isTried, setTried] = createSignal(false)
  const fields = new Set<string>()
  const touched = new Set<string>()

  const judge = (): Found[] => {
    const parsed = schema.safeParse(unwrap(values))
    return parsed.success
      ? []
      : parsed.error.issues.map((issue) => foundOf(issue, valueAt(values, issue.path)))
  }
  const judgeField = (name: string) => {
    const own = judge().filter(({ path }) => isWithin(path, name))
    setFound((before) => [...before.filter(({ path }) => !isWithin(path, name)), ...own])
  }
  const errorOf = (name: string) => {
    const first = found().find(({ path }) => isWithin(path, name))
    return first?.describe(words)
  }
  const ofFields = () => found().filter(({ path }) => fields.has(rootOf(path)))

  const refuse = (error: unknown) => {
    const refused = refusalOf(error)
    setRefusal(refused)
    setFound(
      refused.issues.map(({ path, message }) => ({
        path,
        describe: (words) =>
          words.lookup(message, refused.values) ??
          (words.locale() === 'en' ? message : words.t('ui.validation.refused')),
      })),
    )
  }

  return {
    values,
    field(name) {
      fields.add(name)
      return {
        name,
        get value() {
          return values[name]
        },
        get error() {
          return errorOf(name)
        },
        onInput(value) {
          touched.add(name)
          setValues(
            produce((draft) => {
              draft[name] = value
            }),
          )
          if (errorOf(name) !== undefined) judgeField(name)
        },
        onBlur() {
          if (touched.has(name)) judgeField(name)
        },
      }
    },
    errorAt: (path) =>
      found()
        .find((one) => one.path === path)
        ?.describe(words),
    isSubmitting,
    isTried,
    summary() {
      const refused = refusal()
      const texts = found()
        .filter(({ path }) => !fields.has(rootOf(path)))
        .map(({ describe }) => describe(words))
      if (refused !== undefined && ofFields().length === 0) texts.unshift(describeRefusal(refused, words))
      return { texts, code: texts.length > 0 ? refused?.code : undefined, requestId: refused?.requestId }
    },
    wrongCount: () => new Set(ofFields().map(({ path }) => rootOf(path))).size,
    async submit() {
      if (isSubmitting()) return false
      setTried(true)
      setRefusal(undefined)
      const parsed = schema.safeParse(unwrap(values))
      setFound(judge())
      if (!parsed.success) return false
      setSubmitting(true)
      try {
        await submit(parsed.data)
        return true
      } catch (error) {
        refuse(error)
        return false
      } finally {
        setSubmitting(false)
      }
    },
    reset(next = initial) {
      setValues(produce((draft) => Object.assign(draft, structuredClone(next))))
      setFound([])
      setRefusal(undefined)
      setTried(false)
      touched.clear()
    },
  }
}

function foundOf(issue: z.core.$ZodIssue, value: unknown): Found {
  return { path: issue.path.map(String).join('.'), describe: (words) => describeIssue(issue, value, words) }
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  )
}

const rootOf = (path: string) => path.split('.', 1)[0] ?? ''
const isWithin = (path: string, name: string) => path === name || path.startsWith(`${name}.`)
