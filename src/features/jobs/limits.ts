import { type Actor, visibilityOf } from '../../core/context'

/** Jobs work on everything: only who sees all of it may start them and read what they say. */
export const seesEverything = (actor: Actor): boolean => visibilityOf(actor).kind === 'all'
