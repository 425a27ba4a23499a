import { useSignal } from '@preact/signals';
import type { ConfigVariable } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { useAction } from '../../data/use-action.ts';
import { wrongWithKey } from '../../logic/check-variable.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Field } from '../../parts/field.tsx';

interface VariableDialogProps {
  readonly app: string;
  /** Whether there is a release that a change can make anew. */
  readonly deployed: boolean;
  /** The one to change; null for a new one. */
  readonly variable: ConfigVariable | null;
  readonly known: readonly ConfigVariable[];
  readonly onClose: () => void;
  readonly onSet: (deploy: { id: string } | null, what: string) => void;
}

export function VariableDialog({ app, deployed, variable, known, onClose, onSet }: VariableDialogProps) {
  const key = useSignal(variable?.key ?? '');
  const value = useSignal(variable?.value ?? '');
  const secret = useSignal(variable?.secret ?? false);
  const build = useSignal(variable?.build ?? false);
  const release = useSignal(true);
  const tried = useSignal(false);
  const wrong = wrongWithKey(key.value);
  const replaces = variable === null && known.some((other) => other.key === key.value);
  const set = useAction(async () => {
    const { deploy } = await call('changeConfig', {
      params: { app },
      body: {
        set: [{ key: key.value, value: value.value, secret: secret.value, build: build.value }],
        deploy: release.value,
      },
    });
    onSet(deploy, `${key.value} is set`);
    onClose();
  });
  return (
    <Dialog
      title={
        variable === null
          ? 'Set a variable'
          : variable.secret
            ? `Replace ${variable.key}`
            : `Edit ${variable.key}`
      }
      onClose={onClose}
      busy={set.busy}
      onSubmit={() => {
        tried.value = true;
        if (wrong === null) void set.run();
      }}
      actions={
        <>
          <Button onClick={onClose} disabled={set.busy}>
            Cancel
          </Button>
          <Button type="submit" look="primary" busy={set.busy}>
            {deployed && release.value ? 'Set and release' : 'Set'}
          </Button>
        </>
      }
    >
      <Field
        label="Name"
        wrong={tried.value ? wrong : null}
        {...(replaces ? { help: 'There is one of this name: its value is replaced.' } : {})}
      >
        {(attributes) => (
          <input
            {...attributes}
            class="input mono"
            autocomplete="off"
            spellcheck={false}
            autocapitalize="off"
            readOnly={variable !== null}
            data-first-focus={variable === null ? true : undefined}
            value={key.value}
            onInput={(event) => {
              key.value = event.currentTarget.value.trim();
            }}
          />
        )}
      </Field>
      <Field
        label={variable?.secret === true ? 'New value' : 'Value'}
        {...(secret.value
          ? { help: 'It is stored encrypted and never shown again, not to you either.' }
          : { help: 'May have several lines.' })}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            class={secret.value ? 'input concealed' : 'input'}
            rows={3}
            autocomplete="off"
            spellcheck={false}
            data-first-focus={variable === null ? undefined : true}
            value={value.value}
            onInput={(event) => {
              value.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={secret.value}
          disabled={variable?.secret === true}
          onChange={(event) => {
            secret.value = event.currentTarget.checked;
          }}
        />
        Secret: write-only
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={build.value}
          onChange={(event) => {
            build.value = event.currentTarget.checked;
          }}
        />
        Builds get it as well
      </label>
      {deployed && (
        <label class="check">
          <input
            type="checkbox"
            checked={release.value}
            onChange={(event) => {
              release.value = event.currentTarget.checked;
            }}
          />
          Make a new release with it now, else the next one gets it
        </label>
      )}
      {set.error !== null && <ErrorNote error={set.error} />}
    </Dialog>
  );
}
