import type { Status } from '@rig-ops/contract/resources';
import { count, formatBytes } from '../../logic/format.ts';
import { hrefOf } from '../../logic/route.ts';
import { Badge } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Since } from '../../parts/since.tsx';

/** The platform itself: what runs it, its networks, sessions, drains and disk. */
export function PlatformParts({ status }: { status: Status }) {
  const { platform, engine, networks, sessions, drains, storage } = status;
  return (
    <div class="parts">
      <Card title="Platform">
        <dl class="pairs">
          <dt>Version</dt>
          <dd class="num">rigd {platform.version}</dd>
          <dt>Up</dt>
          <dd>
            <Since at={platform.startedAt} />
          </dd>
          <dt>Address</dt>
          <dd class="mono">{platform.url}</dd>
          <dt>Edge</dt>
          <dd class="mono">{platform.edgeUrl ?? 'does not listen'}</dd>
          <dt>Memory</dt>
          <dd class="num">{formatBytes(platform.memoryBytes)}</dd>
          <dt>Engine</dt>
          <dd>
            {engine.name}{' '}
            <Badge tone={engine.isolated ? 'good' : 'warn'}>
              {engine.isolated ? 'isolated' : 'not isolated'}
            </Badge>
            {engine.why !== null && <p class="soft small">{engine.why}</p>}
          </dd>
        </dl>
      </Card>
      <Card title="Networks" flush>
        <ul class="lines">
          {networks.map(({ name, apps, running, problems }) => (
            <li key={name}>
              <a class="grow" href={hrefOf('networks', [name])}>
                {name}
              </a>
              <span class="soft num">
                {running} of {count(apps, 'app')} running
              </span>
              {problems > 0 && <Badge tone="bad">{count(problems, 'problem')}</Badge>}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Sessions" tools={<a href={hrefOf('sessions')}>All sessions</a>}>
        {sessions.running === 0 ? (
          <p class="soft">Nobody is inside an app.</p>
        ) : (
          <dl class="facts">
            <Fact name="running" value={sessions.running} />
            <Fact name="attached" value={sessions.attached} />
            <Fact name="detached" value={sessions.detached} />
            <Fact name="recorded" value={sessions.recording} />
          </dl>
        )}
      </Card>
      {drains !== null && (
        <Card title="Drains" tools={<a href={hrefOf('drains')}>All drains</a>} flush={drains.length > 0}>
          {drains.length === 0 ? (
            <p class="soft">Logs and the audit log stay here: nothing is sent on.</p>
          ) : (
            <ul class="lines">
              {drains.map(({ name, kind, state, lagRecords, message }) => (
                <li key={`${kind} ${name}`}>
                  <Badge tone={drainTones[state]}>{state}</Badge>
                  <span class="grow break">
                    {name} <span class="soft">{kind}</span>
                    {message !== null && <span class="faint small"> {message}</span>}
                  </span>
                  {lagRecords !== null && lagRecords > 0 && <span class="soft num">{lagRecords} behind</span>}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
      {storage !== null && (
        <Card title="Disk">
          <div class="stack tight">
            <Meter
              label="Disk in use"
              value={storage.diskTotalBytes - storage.diskFreeBytes}
              of={storage.diskTotalBytes}
              text={`${formatBytes(storage.diskFreeBytes)} free of ${formatBytes(storage.diskTotalBytes)}`}
            />
            <dl class="pairs">
              {storage.parts.map(({ name, bytes, limitBytes, keeps }) => (
                <StoragePart key={name} name={name} bytes={bytes} limit={limitBytes} keeps={keeps} />
              ))}
            </dl>
          </div>
        </Card>
      )}
    </div>
  );
}

const drainTones = { ok: 'good', behind: 'warn', failing: 'bad' } as const;

function Fact({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="num">{value}</dd>
    </div>
  );
}

interface StoragePartProps {
  readonly name: string;
  readonly bytes: number;
  readonly limit: number | null;
  readonly keeps: string;
}

function StoragePart({ name, bytes, limit, keeps }: StoragePartProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span class="num">{formatBytes(bytes)}</span>
        {limit !== null && <span class="soft num"> of {formatBytes(limit)}</span>}
        <span class="faint small"> {keeps}</span>
      </dd>
    </>
  );
}
