import { createContext, useContext } from 'solid-js'

/** Apart from the component that provides it: that one needs the browser's router, and what asks here is tested without. */
export const Arrival = createContext<() => boolean>(() => false)

/** Whether the page that is read from here is still on its way; outside of every page nothing is. */
export const useIsArriving = (): (() => boolean) => useContext(Arrival)
