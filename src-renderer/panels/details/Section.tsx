import type { ReactElement, ReactNode } from 'react'

export const Section = ({
  title,
  children
}: {
  readonly title: string
  readonly children: ReactNode
}): ReactElement => (
  <section className="details-section">
    <h4>{title}</h4>
    {children}
  </section>
)

export const Row = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement => (
  <div className="details-row">
    <span className="details-key">{name}</span>
    <span className="details-value numeric">{children}</span>
  </div>
)
