import { useSignal } from '@preact/signals';
import type { AppDetails } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { watchOperation } from '../../data/operations.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Field } from '../../parts/field.tsx';

interface RestartDialogProps {
  readonly app: AppDetails;
  readonly onClose: () => void;
  readonly onDone: () => void;
  /** Only this one, as `web.1`. */
  readonly instance?: string;
}

export function RestartDialog({ app, onClose, onDone, instance }: RestartDialogProps) {
  const process = useSignal('');
  const { name, processes } = app;
  const what = instance ?? (process.value === '' ? name : `${process.value} of ${name}`);
  return (
    <Confirm
      title={`Restart ${what}?`}
      verb="Restart"
      onClose={onClose}
      act={async () => {
        const body =
          instance !== undefined ? { instance } : process.value === '' ? {} : { process: process.value };
        const begun = await call('restartApp', { params: { app: name }, body });
        void watchOperation(begun, `Restart of ${what}`, `${what} was restarted.`);
        onDone();
      }}
    >
      <p class="soft">
        Each instance is replaced by a new one that is healthy first: requests go on being answered.
      </p>
      {instance === undefined && processes.length > 1 && (
        <Field label="Process">
          {(attributes) => (
            <select
              {...attributes}
              class="input"
              value={process.value}
              onChange={(event) => {
                process.value = event.currentTarget.value;
              }}
            >
              <option value="">all</option>
              {processes.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </Confirm>
  );
}
