import type { ComponentChildren } from 'preact'

/** A part of the settings. */
export function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = `settings-${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
  return (
    <section class="card detail" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
