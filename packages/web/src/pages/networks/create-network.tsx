import { useSignal } from '@preact/signals';
import { call } from '../../api/call.ts';
import { useAction } from '../../data/use-action.ts';
import { goTo } from '../../frame/place.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';
import { toast } from '../../parts/toast.tsx';

export function CreateNetwork({ onClose }: { onClose: () => void }) {
  const name = useSignal('');
  const create = useAction(async () => {
    await call('createNetwork', { body: { name: name.value } });
    toast(`Network ${name.value} was created.`);
    onClose();
    goTo('networks', [name.value]);
  });
  return (
    <Dialog
      title="Create a network"
      onClose={onClose}
      busy={create.busy}
      onSubmit={() => void create.run()}
      actions={
        <>
          <Button onClick={onClose} disabled={create.busy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={create.busy} disabled={name.value === ''}>
            Create
          </Button>
        </>
      }
    >
      <Field label="Name" help="Lower-case letters, digits and hyphens; a letter first.">
        {(attributes) => (
          <input
            {...attributes}
            class="input mono"
            data-first-focus
            autocomplete="off"
            spellcheck={false}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      {create.error !== null && <ErrorNote error={create.error} />}
    </Dialog>
  );
}
