import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { AppDetails, ConfigVariable } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { watchDeploy } from '../../data/deploys-watched.ts';
import { mayInApp } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Menu } from '../../parts/menu.tsx';
import { Since } from '../../parts/since.tsx';
import { toast } from '../../parts/toast.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { VariableDialog } from './variable-dialog.tsx';

type Open =
  | { readonly do: 'set'; readonly variable: ConfigVariable | null }
  | { readonly do: 'unset'; readonly key: string };

/** The variables of an app. Secrets are written, never read. */
export function ConfigTab({ app }: { app: AppDetails }) {
  const { name } = app;
  const open = useSignal<Open | null>(null);
  const close = () => {
    open.value = null;
  };
  const config = useResource(
    (signal) => call('getConfig', { params: { app: name }, signal }),
    [name, app.release],
    {
      everyMs: 5000,
    },
  );
  const write = mayInApp('config.write', name);
  const columns = useMemo(() => variableColumns(write, (next) => (open.value = next)), [write, open]);
  const changed = (deploy: { id: string } | null, what: string) => {
    config.refresh();
    if (deploy === null) toast(`${what}. No release was made.`);
    else watchDeploy(name, deploy.id);
  };
  const set = (
    <Button icon="plus" look="primary" onClick={() => (open.value = { do: 'set', variable: null })}>
      Set a variable
    </Button>
  );
  return (
    <Waiting of={config} height={240}>
      {({ variables, live }) => (
        <div class="stack">
          {live === false && (
            <div class="note warn" role="note">
              <Badge tone="warn">not live yet</Badge>
              <p>The live release runs with an earlier configuration; the next release gets this one.</p>
            </div>
          )}
          <DataTable
            label="Variables"
            columns={columns}
            rows={variables}
            keyOf={keyOf}
            textOf={textOf}
            first={{ key: 'key', down: false }}
            tools={write ? set : undefined}
            empty={
              <Empty icon="edit" title="No variable is set">
                The app gets variables in its environment. Values that are secret are never shown again.
              </Empty>
            }
          />
          {open.value?.do === 'set' && (
            <VariableDialog
              app={name}
              deployed={app.release !== null}
              variable={open.value.variable}
              known={variables}
              onClose={close}
              onSet={changed}
            />
          )}
          {open.value?.do === 'unset' && (
            <Unset app={app} variable={open.value.key} onClose={close} onUnset={changed} />
          )}
        </div>
      )}
    </Waiting>
  );
}

interface UnsetProps {
  readonly app: AppDetails;
  readonly variable: string;
  readonly onClose: () => void;
  readonly onUnset: (deploy: { id: string } | null, what: string) => void;
}

function Unset({ app, variable, onClose, onUnset }: UnsetProps) {
  return (
    <Confirm
      title={`Unset ${variable}?`}
      verb="Unset"
      danger
      onClose={onClose}
      act={async () => {
        const { deploy } = await call('changeConfig', {
          params: { app: app.name },
          body: { unset: [variable] },
        });
        onUnset(deploy, `${variable} is not set any more`);
      }}
    >
      <p class="soft">
        {app.release === null
          ? 'The first release will not have it.'
          : 'A new release is made without it. Its value cannot be had back from here; earlier releases keep it.'}
      </p>
    </Confirm>
  );
}

const keyOf = ({ key }: ConfigVariable) => key;
const textOf = ({ key, value, updatedBy }: ConfigVariable) => `${key} ${value ?? 'secret'} ${updatedBy}`;

function variableColumns(write: boolean, onOpen: (open: Open) => void): Column<ConfigVariable>[] {
  const columns: Column<ConfigVariable>[] = [
    {
      key: 'key',
      title: 'Variable',
      sort: ({ key }) => key,
      render: ({ key, build }) => (
        <span class="row wrap">
          <code class="lead break">{key}</code>
          {build && <span class="tag">also in builds</span>}
        </span>
      ),
    },
    {
      key: 'value',
      title: 'Value',
      render: ({ value, secret }) =>
        secret ? (
          <Badge tone="none">secret, not shown</Badge>
        ) : (
          <code class="value break">{value === '' ? <span class="faint">empty</span> : value}</code>
        ),
    },
    {
      key: 'by',
      title: 'Set by',
      priority: 2,
      sort: ({ updatedBy }) => updatedBy,
      render: ({ updatedBy }) => updatedBy,
    },
    {
      key: 'at',
      title: 'Set',
      figure: true,
      priority: 2,
      sort: ({ updatedAt }) => updatedAt,
      render: ({ updatedAt }) => <Since at={updatedAt} ago />,
    },
  ];
  if (!write) return columns;
  return [
    ...columns,
    {
      key: 'menu',
      title: '',
      figure: true,
      render: (variable) => (
        <Menu
          label={`Actions of ${variable.key}`}
          entries={[
            {
              text: variable.secret ? 'Replace value' : 'Edit',
              icon: 'edit',
              onPick: () => onOpen({ do: 'set', variable }),
            },
            {
              text: 'Unset',
              icon: 'trash',
              danger: true,
              onPick: () => onOpen({ do: 'unset', key: variable.key }),
            },
          ]}
        />
      ),
    },
  ];
}
