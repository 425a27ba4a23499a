import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useAction } from '../data/use-action.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-note.tsx';
import { Field } from './field.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What the button says: the verb. */
  readonly verb: string;
  readonly children?: ComponentChildren;
  /** To be typed before it can be done: for what cannot be undone. */
  readonly name?: string;
  readonly danger?: boolean;
  readonly act: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something is done, shows that it is being done, and stays with the reason when it is refused. */
export function Confirm({ title, verb, children, name, danger = false, act, onClose }: ConfirmProps) {
  const typed = useSignal('');
  const action = useAction(act);
  const ready = name === undefined || typed.value === name;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      busy={action.busy}
      onSubmit={() => {
        if (!ready) return;
        void action.run().then((done) => done && onClose());
      }}
      actions={
        <>
          <Button onClick={onClose} disabled={action.busy}>
            Cancel
          </Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={action.busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {name !== undefined && (
        <Field label={`Type ${name} to confirm`}>
          {(attributes) => (
            <input
              {...attributes}
              class="input mono"
              data-first-focus
              autocomplete="off"
              spellcheck={false}
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      )}
      {action.error !== null && <ErrorNote error={action.error} />}
    </Dialog>
  );
}
