import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { watchOperation } from '../../data/operations.ts';
import { useAction } from '../../data/use-action.ts';
import { readInstanceCount } from '../../logic/read-instance-count.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';

interface ScaleDialogProps {
  readonly app: AppDetails;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ScaleDialog({ app, onClose, onDone }: ScaleDialogProps) {
  const typed = useSignal<Readonly<Record<string, string>>>(
    Object.fromEntries(app.processes.map(({ name, instances }) => [name, String(instances)])),
  );
  const counts = app.processes.map(({ name, instances }) => ({
    name,
    before: instances,
    ...readInstanceCount(typed.value[name] ?? ''),
  }));
  const changed = counts.filter(({ before, count }) => count !== null && count !== before);
  const ready = changed.length > 0 && counts.every(({ wrong }) => wrong === null);
  const scale = useAction(async () => {
    const processes = Object.fromEntries(changed.map(({ name, count }) => [name, count ?? 0]));
    const begun = await call('scaleApp', { params: { app: app.name }, body: { processes } });
    const words = changed.map(({ name, count }) => `${count} × ${name}`).join(', ');
    void watchOperation(begun, `Scale to ${words}`, `${app.name} runs ${words}.`);
    onDone();
    onClose();
  });
  return (
    <Dialog
      title={`Scale ${app.name}`}
      onClose={onClose}
      busy={scale.busy}
      onSubmit={() => {
        if (ready) void scale.run();
      }}
      actions={
        <>
          <Button onClick={onClose} disabled={scale.busy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={scale.busy} disabled={!ready}>
            Scale
          </Button>
        </>
      }
    >
      <p class="soft">How many instances there are to be, now and in later releases.</p>
      {counts.map(({ name, before, wrong }, index) => (
        <Field key={name} label={name} help={`${before} now`} wrong={wrong}>
          {(attributes) => (
            <input
              {...attributes}
              class="input num"
              inputMode="numeric"
              data-first-focus={index === 0 ? true : undefined}
              value={typed.value[name]}
              onInput={(event) => {
                typed.value = { ...typed.value, [name]: event.currentTarget.value };
              }}
            />
          )}
        </Field>
      ))}
      {scale.error !== null && <ErrorNote error={scale.error} />}
    </Dialog>
  );
}
