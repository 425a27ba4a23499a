import type { Binding, User } from '@rig-ops/contract/resources';
import { call } from '../../api/call.ts';
import { session } from '../../api/session.ts';
import { may } from '../../data/may.ts';
import { useResource } from '../../data/use-resource.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Since } from '../../parts/since.tsx';
import { Waiting } from '../../parts/waiting.tsx';

const users: readonly Column<User & { readonly roles: readonly Binding[] }>[] = [
  {
    key: 'name',
    title: 'User',
    sort: ({ name }) => name,
    render: ({ name, kind, owner }) => (
      <span class="row wrap">
        <span class="lead">{name}</span>
        {kind === 'service' && <span class="tag">service</span>}
        {owner && <span class="tag">owner</span>}
      </span>
    ),
  },
  {
    key: 'state',
    title: 'State',
    sort: ({ disabled }) => Number(disabled),
    render: ({ disabled }) => (
      <Badge tone={disabled ? 'bad' : 'good'}>{disabled ? 'disabled' : 'active'}</Badge>
    ),
  },
  {
    key: 'roles',
    title: 'Roles',
    render: ({ roles }) =>
      roles.length === 0 ? (
        <span class="faint">none</span>
      ) : (
        <ul>
          {roles.map(({ role, target, active }) => (
            <li key={`${role} ${target}`}>
              {role} <span class="soft">at {target}</span>
              {!active && <Badge tone="warn">does not hold</Badge>}
            </li>
          ))}
        </ul>
      ),
  },
  {
    key: 'used',
    title: 'Last seen',
    figure: true,
    priority: 2,
    sort: ({ lastUsedAt }) => lastUsedAt,
    render: ({ lastUsedAt }) =>
      lastUsedAt === null ? <span class="faint">never</span> : <Since at={lastUsedAt} ago />,
  },
  {
    key: 'created',
    title: 'Created',
    figure: true,
    priority: 3,
    sort: ({ createdAt }) => createdAt,
    render: ({ createdAt, createdBy }) => (
      <>
        <Since at={createdAt} ago /> <span class="soft">by {createdBy}</span>
      </>
    ),
  },
];

/** Who may do what: oneself, and everybody for those who may see it. */
export default function AccessPage() {
  const { value } = session;
  return (
    <>
      <PageHead title="Access" sub="Who may do what, and where." />
      <div class="stack">
        {value.state === 'in' && (
          <Card title="You">
            <dl class="pairs">
              <dt>User</dt>
              <dd>{value.user}</dd>
              <dt>Roles</dt>
              <dd>
                {value.bindings.length === 0
                  ? 'none'
                  : value.bindings.map(({ role, target }) => `${role} at ${target}`).join(', ')}
              </dd>
              <dt>Logged in by</dt>
              <dd>{value.token.name}</dd>
            </dl>
          </Card>
        )}
        {may('users.read') ? <Users /> : <p class="soft">Other users are for administrators to see.</p>}
      </div>
    </>
  );
}

function Users() {
  const everybody = useResource(
    async (signal) => {
      const [list, access] = await Promise.all([
        call('listUsers', { query: { limit: 1000 }, signal }),
        call('listBindings', { signal }),
      ]);
      return list.users.map((user) => ({
        ...user,
        roles: access.bindings.filter((binding) => binding.user === user.name),
      }));
    },
    [],
    { everyMs: 15_000 },
  );
  return (
    <Waiting of={everybody} height={240}>
      {(list) => (
        <DataTable
          label="Users"
          heading={<h2>Users and service accounts</h2>}
          columns={users}
          rows={list}
          keyOf={({ id }) => id}
          textOf={({ name, kind, roles }) =>
            `${name} ${kind} ${roles.map(({ role, target }) => `${role} ${target}`).join(' ')}`
          }
          first={{ key: 'name', down: false }}
          tools={<code class="typed">rig access grant USER ROLE TARGET</code>}
        />
      )}
    </Waiting>
  );
}
