import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface CardProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** At the right of the title. */
  readonly tools?: ComponentChildren;
  /** Without space around, as for lists that go to the edge. */
  readonly flush?: boolean;
}

export function Card({ title, children, tools, flush = false }: CardProps) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {tools}
      </header>
      {flush ? children : <div class="body">{children}</div>}
    </section>
  );
}
