import { createEffect, onCleanup } from 'solid-js'
import type { Drawing } from './engine'
import { createThemeVersion } from './theme'

/** Keeps a canvas drawn, anew with each change of what it shows or of the colours. The drawing's code is loaded with the first one. */
export function keepDrawn(canvas: () => HTMLCanvasElement | undefined, drawing: () => Drawing): void {
  const theme = createThemeVersion()
  createEffect(() => {
    theme()
    const shown = drawing()
    let erase: (() => void) | undefined
    let isGone = false
    void import('./engine').then(({ draw }) => {
      const drawOnceThere = () => {
        const element = canvas()
        if (isGone || element === undefined) return
        // A page on its way is made outside the document, where nothing has a window, a size or a style.
        if (element.isConnected) erase = draw(element, shown)
        else requestAnimationFrame(drawOnceThere)
      }
      drawOnceThere()
    })
    onCleanup(() => {
      isGone = true
      erase?.()
    })
  })
}
