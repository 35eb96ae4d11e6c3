/** Tells password managers whose password a form asks for. */
export function HiddenUsername(props: { username: string }) {
  return (
    <input
      type="text"
      name="username"
      autocomplete="username"
      value={props.username}
      readonly
      tabindex="-1"
      class="hidden"
    />
  )
}
