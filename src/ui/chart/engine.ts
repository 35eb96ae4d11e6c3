import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartDataset,
  DoughnutController,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { type ChartSeries, type Tone, toneAt } from './data'

Chart.register(
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  DoughnutController,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

export type ChartKind = 'bar' | 'line' | 'area-stacked' | 'doughnut'

export interface Drawing {
  kind: ChartKind
  labels: readonly string[]
  series: readonly ChartSeries[]
  formatValue: (value: number) => string
  /** What the colours mean is told beside the drawing. */
  hasNoLegend?: boolean | undefined
  /** Called with the place of the label that was clicked. */
  onChoose?: ((index: number) => void) | undefined
}

/** Lines that cross are told apart by their dashes too. */
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]]

const ROUND_WIDTH = 420

/** Draws on a canvas in the colours that hold now; gives back what takes it away again. */
export function draw(canvas: HTMLCanvasElement, drawing: Drawing): () => void {
  const { kind, labels, series, formatValue, hasNoLegend, onChoose } = drawing
  const style = getComputedStyle(document.documentElement)
  // A canvas understands no variables: the browser works them out for the element itself.
  const color = (name: string) => {
    canvas.style.color = `var(--${name})`
    return getComputedStyle(canvas).color
  }
  const font = { family: style.fontFamily, size: 12 }
  const isRound = kind === 'doughnut'
  const isStacked = kind === 'area-stacked'
  const grid = { color: color('line'), drawTicks: false }
  const ticks = { color: color('muted'), font, padding: 8, maxRotation: 0, autoSkipPadding: 16 }

  const chart = new Chart(canvas, {
    type: kind === 'bar' ? 'bar' : isRound ? 'doughnut' : 'line',
    data: {
      labels: [...labels],
      datasets: series.map((one, index) => datasetOf(drawing, one, index, color)) as ChartDataset[],
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      // The legend of a doughnut stays beside it on a wide card.
      layout: {
        padding: ({ chart }) => {
          const side = isRound && !hasNoLegend ? Math.max(0, (chart.width - ROUND_WIDTH) / 2) : 0
          return { left: side, right: side, top: 0, bottom: 0 }
        },
      },
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? false : { duration: 250 },
      onClick(_event, [first]) {
        if (first !== undefined) onChoose?.(first.index)
      },
      interaction: isRound ? { mode: 'nearest' } : { mode: 'index', intersect: false },
      ...(isRound ? { cutout: '68%' } : {}),
      scales: isRound
        ? {}
        : {
            x: { stacked: isStacked, grid: { display: false }, border: { color: color('line') }, ticks },
            y: {
              stacked: isStacked,
              beginAtZero: true,
              grid,
              border: { display: false },
              ticks: {
                ...ticks,
                maxTicksLimit: 6,
                precision: 0,
                callback: (value) => formatValue(Number(value)),
              },
            },
          },
      plugins: {
        legend: {
          display: !hasNoLegend && (isRound || series.length > 1),
          position: isRound ? 'right' : 'bottom',
          labels: {
            color: color('ink'),
            font,
            boxWidth: 10,
            boxHeight: 10,
            padding: 14,
            usePointStyle: true,
          },
        },
        tooltip: {
          backgroundColor: color('ink'),
          titleColor: color('canvas'),
          bodyColor: color('canvas'),
          titleFont: font,
          bodyFont: font,
          padding: 10,
          cornerRadius: 8,
          boxPadding: 4,
          usePointStyle: true,
          callbacks: {
            label: ({ dataset, label, raw }) =>
              ` ${isRound ? label : dataset.label}: ${formatValue(Number(raw))}`,
          },
        },
      },
    },
  })
  return () => chart.destroy()
}

function datasetOf(
  { kind, labels }: Drawing,
  one: ChartSeries,
  index: number,
  color: (name: string) => string,
): unknown {
  const tone: Tone = one.tone ?? toneAt(index)
  const data = [...one.values]
  const base = { label: one.name, data }
  if (kind === 'doughnut') {
    const slices = labels.map((_, at) => color(one.tones?.[at] ?? toneAt(at)))
    return { ...base, backgroundColor: slices, borderColor: color('surface'), borderWidth: 2 }
  }
  const fill = one.tones?.map(color) ?? color(tone)
  if (kind === 'bar')
    return { ...base, backgroundColor: fill, borderRadius: 4, maxBarThickness: 36, pointStyle: 'rectRounded' }
  const isArea = kind === 'area-stacked'
  return {
    ...base,
    borderColor: color(tone),
    backgroundColor: isArea ? `color-mix(in srgb, ${color(tone)} 35%, transparent)` : color(tone),
    borderWidth: 2,
    borderDash: isArea ? [] : DASHES[index % DASHES.length],
    fill: isArea ? (index === 0 ? 'origin' : '-1') : false,
    pointRadius: data.length > 40 ? 0 : 2.5,
    pointHoverRadius: 4,
    pointStyle: 'circle',
    tension: 0.25,
  }
}
