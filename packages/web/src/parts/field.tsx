import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Attributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
}

interface FieldProps {
  readonly label: string;
  readonly help?: ComponentChildren;
  /** What is wrong with it; null or absent when nothing is. */
  readonly wrong?: string | null;
  readonly children: (attributes: Attributes) => ComponentChildren;
}

/** A labelled input with its explanation and what is wrong with it, tied together for readers. */
export function Field({ label, help, wrong = null, children }: FieldProps) {
  const id = useId();
  const described = wrong !== null || help !== undefined ? `${id}-words` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': wrong !== null })}
      {described !== undefined && (
        <p id={described} class={wrong === null ? 'help' : 'wrong'}>
          {wrong ?? help}
        </p>
      )}
    </div>
  );
}
