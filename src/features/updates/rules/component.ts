/**
 * What a component is compared by: `System` and `system` are one. Makers and terminals write names as they like, and
 * one that is not found passes for a component that the terminal lacks, which no downgrade is held back from.
 */
export const componentName = (name: string) => name.trim().toLowerCase()
