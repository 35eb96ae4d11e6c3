import { api } from '../../../../app/api'
import type { PluralKey, TextKey } from '../../../../i18n'

/** What terminals belong to, as the pages show it: a group has notes, a merchant a number in other systems. */
export interface Place {
  id: string
  name: string
  more: string
}

interface PlaceQuestion {
  limit: number
  search?: string
  cursor?: string
}

/** One of the two kinds of places: its calls and its words. */
export interface PlaceKind {
  readPermission: string
  writePermission: string
  key: readonly unknown[]
  /** The filter of the fleet that shows its terminals. */
  filter: 'groupId' | 'merchantId'
  moreColumn: TextKey
  isMoreLong: boolean
  words: Record<'title' | 'text' | 'create' | 'createTitle' | 'editTitle' | 'empty' | 'emptyText', TextKey>
  deleteText: PluralKey
  left: PluralKey
  list(question: PlaceQuestion, signal?: AbortSignal): Promise<{ items: Place[]; nextCursor: string | null }>
  create(place: Omit<Place, 'id'>): Promise<unknown>
  update(place: Place): Promise<unknown>
  delete(id: string): Promise<{ terminals: number }>
}

export const GROUPS: PlaceKind = {
  readPermission: 'groups:read',
  writePermission: 'groups:write',
  key: api.groups.key(),
  filter: 'groupId',
  moreColumn: 'administration.places.notes',
  isMoreLong: true,
  words: {
    title: 'app.nav.groups',
    text: 'administration.groups.text',
    create: 'administration.groups.create',
    createTitle: 'administration.groups.createTitle',
    editTitle: 'administration.groups.editTitle',
    empty: 'administration.groups.empty',
    emptyText: 'administration.groups.emptyText',
  },
  deleteText: 'administration.groups.deleteText',
  left: 'administration.groups.left',
  async list(question, signal) {
    const page = await api.groups.list.fetch(question, signal)
    return { ...page, items: page.items.map(({ id, name, notes }) => ({ id, name, more: notes })) }
  },
  create: ({ name, more }) => api.groups.create.run({ name, notes: more }),
  update: ({ id, name, more }) => api.groups.update.run({ groupId: id, name, notes: more }),
  delete: (id) => api.groups.delete.run({ groupId: id }),
}

export const MERCHANTS: PlaceKind = {
  readPermission: 'merchants:read',
  writePermission: 'merchants:write',
  key: api.merchants.key(),
  filter: 'merchantId',
  moreColumn: 'administration.places.externalId',
  isMoreLong: false,
  words: {
    title: 'app.nav.merchants',
    text: 'administration.merchants.text',
    create: 'administration.merchants.create',
    createTitle: 'administration.merchants.createTitle',
    editTitle: 'administration.merchants.editTitle',
    empty: 'administration.merchants.empty',
    emptyText: 'administration.merchants.emptyText',
  },
  deleteText: 'administration.merchants.deleteText',
  left: 'administration.merchants.left',
  async list(question, signal) {
    const page = await api.merchants.list.fetch(question, signal)
    return {
      ...page,
      items: page.items.map(({ id, name, externalId }) => ({ id, name, more: externalId ?? '' })),
    }
  },
  create: ({ name, more }) => api.merchants.create.run({ name, externalId: more || null }),
  update: ({ id, name, more }) =>
    api.merchants.update.run({ merchantId: id, name, externalId: more || null }),
  delete: (id) => api.merchants.delete.run({ merchantId: id }),
}
