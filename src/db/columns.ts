import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A moment, always with its zone, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** A primary key made by `newId()`. */
export const id = (name = 'id') => uuid(name)

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

export const textArray = customType<{ data: string[] }>({ dataType: () => 'text[]' })
