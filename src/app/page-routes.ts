import type { RouteDefinition } from '@solidjs/router'
import { FileRoutes } from '@solidjs/start/router'
import { type Component, type JSX, lazy } from 'solid-js'
import { isServer } from 'solid-js/web'
import { loadRooms } from '../i18n/dictionaries'
import type { Locale } from '../i18n/locales'
import { roomsOfPage } from './words-of-page'

type Page = Component & { preload(): Promise<{ default: Component }> }
interface FileRoute extends Omit<RouteDefinition, 'component' | 'children'> {
  $component?: { src: string }
  component?: Page
  children?: FileRoute[]
}

/** The pages by their addresses. In the browser a page comes together with its words: none is made before it can speak. */
export function PageRoutes(): JSX.Element {
  const routes = (FileRoutes as unknown as () => FileRoute[])()
  return (isServer ? routes : routes.map(withWords)) as unknown as JSX.Element
}

function withWords(route: FileRoute): FileRoute {
  const { component, $component, children } = route
  return {
    ...route,
    ...(component === undefined || $component === undefined
      ? {}
      : { component: lazy(() => loadPage(component, roomsOfPage($component.src))) as unknown as Page }),
    ...(children === undefined ? {} : { children: children.map(withWords) }),
  }
}

async function loadPage(page: Page, rooms: ReturnType<typeof roomsOfPage>) {
  const [loaded] = await Promise.all([
    page.preload(),
    loadRooms(document.documentElement.lang as Locale, rooms),
  ])
  return loaded
}
