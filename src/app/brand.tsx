/** The mark: a terminal. Decoration beside the name. */
export function BrandMark(props: { class?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" class={props.class}>
      <rect width="32" height="32" rx="8" fill="#0f6b66" />
      <rect x="9" y="5" width="14" height="22" rx="3" fill="none" stroke="#fff" stroke-width="2" />
      <rect x="12" y="8.5" width="8" height="5" rx="1" fill="#fff" />
      <g fill="#fff">
        <circle cx="13" cy="17.5" r="1.2" />
        <circle cx="16" cy="17.5" r="1.2" />
        <circle cx="19" cy="17.5" r="1.2" />
        <circle cx="13" cy="21" r="1.2" />
        <circle cx="16" cy="21" r="1.2" />
      </g>
      <circle cx="19.2" cy="21.2" r="1.9" fill="#5eead4" />
    </svg>
  )
}
