import { between, chanceOf, pick } from './random'

interface City {
  name: string
  country: string
  currency: string
  utcOffset: string
}

const CITIES: readonly City[] = [
  { name: 'Москва', country: 'RU', currency: 'RUB', utcOffset: '+03:00' },
  { name: 'Казань', country: 'RU', currency: 'RUB', utcOffset: '+03:00' },
  { name: 'Санкт-Петербург', country: 'RU', currency: 'RUB', utcOffset: '+03:00' },
  { name: 'Екатеринбург', country: 'RU', currency: 'RUB', utcOffset: '+05:00' },
  { name: 'Ростов-на-Дону', country: 'RU', currency: 'RUB', utcOffset: '+03:00' },
  { name: 'Минск', country: 'BY', currency: 'BYN', utcOffset: '+03:00' },
  { name: 'Алматы', country: 'KZ', currency: 'KZT', utcOffset: '+05:00' },
  { name: 'Ташкент', country: 'UZ', currency: 'UZS', utcOffset: '+05:00' },
  { name: 'Ереван', country: 'AM', currency: 'AMD', utcOffset: '+04:00' },
]
const STREETS = ['ул. Ленина', 'пр. Победы', 'Садовая ул.', 'ул. Мира', 'Заводская ул.']
const SHOPS = [
  'Кофейня №1',
  'Аптека 36',
  'Продукты у дома',
  'Book House',
  'Автомойка',
  'Цветы',
  'Green Market',
  'Пекарня',
  'Бургерная',
  'Салон связи',
]
const GROUPS = ['Центр', 'Запад', 'Pilot']
/** Of those that get updates first. */
export const PILOT_GROUP = 'Пилот обновлений'
const FIRST_MID = 990_000_000_000_000

/** Where a terminal stands. */
export interface Place {
  mid: string
  shop: string
  address: string
  city: string
  country: string
  currency: string
  utcOffset: string
  group: string
}

/** The same for the same serial number, so that the registry and the printed slips agree. */
export function placeOf(serial: string): Place {
  const chance = chanceOf(`place ${serial}`)
  const shop = pick(chance, SHOPS)
  const { name: city, ...where } = pick(chance, CITIES)
  const address = `${pick(chance, STREETS)}, ${between(chance, 1, 90)}`
  const group = pick(chance, GROUPS)
  const number = Number(/\d{1,6}$/.exec(serial)?.[0] ?? 1)
  const mid = String(FIRST_MID + number - 1 + (serial.startsWith('SIM') ? 0 : 1_000_000))
  return { mid, shop, address, city, ...where, group }
}
