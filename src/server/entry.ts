import { toNodeListener } from 'h3'
import { useNitroApp } from 'nitropack/runtime'
import { serve } from './serve'

/** The built server's entry: our own listeners, with the framework's handler behind them for pages. */
void serve(toNodeListener(useNitroApp().h3App))
