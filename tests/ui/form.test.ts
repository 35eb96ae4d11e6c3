import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createFormState } from '../../src/ui/form/state'
import { wordsOf } from './words'

const schema = z.object({
  serial: z.string().min(3).max(8),
  mail: z.email(),
  copies: z.coerce.number<string>().int().min(1).max(5),
  isRead: z.literal(true),
  rows: z.array(z.object({ name: z.string().min(1) })),
})
const GOOD = {
  serial: 'SN01',
  mail: 'a@example.com',
  copies: '2',
  isRead: true as const,
  rows: [{ name: 'a' }],
}
const EMPTY: z.input<typeof schema> = { ...GOOD, serial: '', mail: '', copies: '', isRead: false as never }

function open(
  initial: z.input<typeof schema> = GOOD,
  submit: (values: z.output<typeof schema>) => unknown = () => {},
  locale: 'en' | 'ru' = 'en',
) {
  const form = createFormState({ schema, initial, submit }, wordsOf(locale))
  for (const name of ['serial', 'mail', 'copies', 'isRead', 'rows'] as const) form.field(name)
  return form
}

describe('a form', () => {
  it('gives what the schema made of the values', async () => {
    const given: unknown[] = []
    const form = open(GOOD, (values) => given.push(values))
    expect(await form.submit()).toBe(true)
    expect(given).toEqual([{ ...GOOD, copies: 2 }])
  })

  it('submits nothing that is wrong, and marks every wrong field', async () => {
    let calls = 0
    const form = open(EMPTY, () => {
      calls += 1
    })
    expect(await form.submit()).toBe(false)
    expect(calls).toBe(0)
    expect(form.wrongCount()).toBe(4)
    expect(form.field('serial').error).toBe('Fill in this field')
    expect(form.field('isRead').error).toBe('Fill in this field')
    expect(form.summary().texts).toEqual([])
  })

  it('knows that it was tried, in vain too, until it starts anew', async () => {
    const form = open(EMPTY)
    expect(form.isTried()).toBe(false)
    await form.submit()
    expect(form.isTried()).toBe(true)
    form.reset()
    expect(form.isTried()).toBe(false)
  })

  it('leaves a field alone until it was changed and left', () => {
    const serial = open().field('serial')
    serial.onBlur()
    serial.onInput('S')
    expect(serial.error).toBeUndefined()
    serial.onBlur()
    expect(serial.error).toBe('At least 3 characters')
  })

  it('takes a mark away as soon as the value is right', () => {
    const serial = open().field('serial')
    serial.onInput('S')
    serial.onBlur()
    serial.onInput('SN0')
    expect(serial.error).toBeUndefined()
    expect(serial.value).toBe('SN0')
  })

  it('judges no other field when one is left', () => {
    const form = open(EMPTY)
    form.field('serial').onInput('S')
    form.field('serial').onBlur()
    expect(form.field('mail').error).toBeUndefined()
  })

  it('tells what is wrong inside a value at its own path and at its field', async () => {
    const form = open({ ...GOOD, rows: [{ name: 'a' }, { name: '' }] })
    await form.submit()
    expect(form.errorAt('rows.1.name')).toBe('Fill in this field')
    expect(form.errorAt('rows.0.name')).toBeUndefined()
    expect(form.field('rows').error).toBe('Fill in this field')
  })

  it('submits once, however often it is asked while that is under way', async () => {
    let calls = 0
    let finish = () => {}
    const form = open(GOOD, () => {
      calls += 1
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    const first = form.submit()
    expect(form.isSubmitting()).toBe(true)
    expect(await form.submit()).toBe(false)
    finish()
    expect(await first).toBe(true)
    expect(calls).toBe(1)
    expect(form.isSubmitting()).toBe(false)
  })

  it('puts a refusal on the fields it names', async () => {
    const form = open(GOOD, () => {
      throw { data: { failure: 'invalid_input', issues: [{ path: 'mail', message: 'Taken.' }] } }
    })
    expect(await form.submit()).toBe(false)
    expect(form.field('mail').error).toBe('Taken.')
    expect(form.summary().texts).toEqual([])
    form.field('mail').onInput('b@example.com')
    expect(form.field('mail').error).toBeUndefined()
  })

  it('shows no English of the server to who reads Russian', async () => {
    const form = open(
      GOOD,
      () => {
        throw { data: { failure: 'invalid_input', issues: [{ path: 'mail', message: 'Taken.' }] } }
      },
      'ru',
    )
    await form.submit()
    expect(form.field('mail').error).toBe('Сервер не принимает это значение')
  })

  it.each([
    [
      'a refusal over tRPC',
      { data: { failure: 'forbidden', requestId: 'r1' } },
      'forbidden',
      'Your role does not allow this.',
    ],
    ['a problem', { code: 'forbidden' }, 'forbidden', 'Your role does not allow this.'],
    [
      'a code without a text',
      { code: 'unheard_of' },
      'unheard_of',
      'Something went wrong. Try again in a moment.',
    ],
    [
      'a lost connection',
      new TypeError('Failed to fetch'),
      undefined,
      'The server cannot be reached. Check the connection.',
    ],
    ['anything else', new Error('bug'), undefined, 'Something went wrong. Try again in a moment.'],
  ])('tells %s above its fields', async (_name, error, code, text) => {
    const form = open(GOOD, () => Promise.reject(error))
    expect(await form.submit()).toBe(false)
    expect(form.summary()).toMatchObject({ texts: [text], code })
    expect(form.wrongCount()).toBe(0)
  })

  it('starts anew with other values', async () => {
    const form = open(EMPTY)
    await form.submit()
    form.reset(GOOD)
    expect(form.wrongCount()).toBe(0)
    expect(form.field('serial').value).toBe('SN01')
  })
})
