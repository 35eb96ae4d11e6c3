import { For } from 'solid-js'

const COLUMNS = [0, 1, 2, 3, 4, 5]
const ROWS = [0, 1, 2, 3]
/** Terminals that have something to say. */
const LIT = new Set(['1.1', '4.2', '2.3', '5.0', '0.3'])

/** A field of terminals, some with a light on. Decoration. */
export function FleetDrawing() {
  return (
    <svg
      viewBox="0 0 480 600"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      class="absolute inset-0 size-full"
    >
      <For each={ROWS}>
        {(row) => (
          <For each={COLUMNS}>
            {(column) => (
              <g
                transform={`translate(${column * 92 - 30 + (row % 2) * 46} ${row * 132 + 70}) rotate(-8 28 48)`}
                fill="none"
                stroke="#ffffff"
                stroke-opacity="0.13"
                stroke-width="2"
              >
                <rect width="56" height="98" rx="10" />
                <rect x="9" y="11" width="38" height="30" rx="4" />
                <path d="M13 56h8m7 0h8m7 0h2M13 68h8m7 0h8m7 0h2M13 80h8m7 0h8" stroke-linecap="round" />
                <circle
                  cx="43"
                  cy="80"
                  r="4"
                  stroke="none"
                  fill={LIT.has(`${column}.${row}`) ? '#5eead4' : '#ffffff'}
                  fill-opacity={LIT.has(`${column}.${row}`) ? 0.9 : 0.13}
                />
              </g>
            )}
          </For>
        )}
      </For>
      <rect y="330" width="480" height="270" fill="url(#fade)" />
      <defs>
        <linearGradient id="fade" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#0a4f4b" stop-opacity="0" />
          <stop offset="0.6" stop-color="#0a4f4b" stop-opacity="0.96" />
        </linearGradient>
      </defs>
    </svg>
  )
}
