import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeIssue } from '../../src/ui/form/validation'
import { wordsOf } from './words'

const cases: [what: string, schema: z.ZodType, value: unknown, en: string, ru: string][] = [
  ['nothing', z.string(), undefined, 'Fill in this field', 'Заполните это поле'],
  ['an empty text', z.email(), '', 'Fill in this field', 'Заполните это поле'],
  ['an empty list', z.array(z.string()).min(1), [], 'Fill in this field', 'Заполните это поле'],
  ['an unticked box', z.literal(true), false, 'Fill in this field', 'Заполните это поле'],
  ['a short text', z.string().min(21), 'a', 'At least 21 characters', 'Не менее 21 символа'],
  ['a long text', z.string().max(5), 'abcdef', 'At most 5 characters', 'Не более 5 символов'],
  ['a short list', z.array(z.string()).min(2), ['a'], 'Choose at least 2', 'Выберите не менее 2'],
  ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'Choose at most 1', 'Выберите не более 1'],
  ['a small number', z.number().min(3), 2, 'At least 3', 'Не меньше 3'],
  ['a bound itself', z.number().gt(3), 3, 'More than 3', 'Больше 3'],
  ['a large number', z.number().max(3), 4, 'At most 3', 'Не больше 3'],
  ['an upper bound itself', z.number().lt(3), 3, 'Less than 3', 'Меньше 3'],
  ['no number', z.coerce.number(), 'x', 'Enter a number', 'Введите число'],
  ['a fraction', z.number().int(), 1.5, 'Enter a whole number', 'Введите целое число'],
  ['an odd number', z.number().multipleOf(2), 3, 'Enter a multiple of 2', 'Введите число, кратное 2'],
  [
    'no e-mail',
    z.email(),
    'x',
    'Enter an e-mail address, such as name@example.com',
    'Введите адрес электронной почты, например name@example.com',
  ],
  [
    'a wrong pattern',
    z.string().regex(/^\d$/),
    'x',
    'This does not have the right format',
    'Неверный формат',
  ],
  [
    'what a schema names itself, with what it found',
    z
      .string()
      .superRefine((text, ctx) =>
        ctx.addIssue({ code: 'custom', message: 'apiKeys.addresses.wrong', params: { line: 2, text } }),
      ),
    'ten/8',
    'Line 2: “ten/8” is neither an address nor a network. Write 192.0.2.7 or 10.0.0.0/8.',
    'Строка 2: «ten/8» — не адрес и не сеть. Пишите 192.0.2.7 или 10.0.0.0/8.',
  ],
  [
    'an unlisted value',
    z.enum(['a']),
    'b',
    'Choose one of the listed values',
    'Выберите одно из предложенных значений',
  ],
  ['an unknown field', z.strictObject({}), { a: 1 }, 'Unknown fields: a', 'Неизвестные поля: a'],
  [
    'a rule of its own',
    z.string().refine(() => false),
    'x',
    'This does not have the right format',
    'Неверный формат',
  ],
  [
    'its own text',
    z.string().min(3, 'ui.validation.refused'),
    'a',
    'The server does not accept this value',
    'Сервер не принимает это значение',
  ],
]

describe('what is wrong with a value', () => {
  it.each(cases)('%s is told in both languages', (_what, schema, value, en, ru) => {
    const [issue] = schema.safeParse(value).error?.issues ?? []
    if (issue === undefined) throw new Error('The value is right.')
    expect(describeIssue(issue, value, wordsOf('en'))).toBe(en)
    expect(describeIssue(issue, value, wordsOf('ru'))).toBe(ru)
  })
})
