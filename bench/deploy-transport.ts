import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './compare.ts';
import { RsyncPeer, TarPeer } from './transport/peers.ts';
import { type Cost, Server, upload } from '../test/support/uploads/run-processes.ts';
import { countFiles, filesOf, makeTree, sizeOf } from '../test/support/uploads/trees.ts';

const MB = 1_000_000;
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Row {
  peer: Cost[];
  own: Cost[];
}

/** A tree of 100 MB and changes to it, against `tar | zstd | curl` and rsync, each in turn. */
export async function benchDeployTransport(rounds: number): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'rig-bench-transport-'));
  const target = mkdtempSync(join(memory, 'rig-bench-transport-'));
  const closing: (() => unknown)[] = [];
  try {
    const tree = makeTree('large', work);
    console.log(
      `\nA tree of ${countFiles(tree)} files, ${(sizeOf(tree) / MB).toFixed(0)} MB; ${rounds} rounds`,
    );
    const building = await Server.start(join(target, 'building'), { materialise: true });
    const storing = await Server.start(join(target, 'storing'));
    closing.push(
      () => building.kill(),
      () => storing.kill(),
    );
    await cold({ rounds, tree, target, building, closing });
    await changes({ rounds, tree, work, target, building, storing, closing });
  } finally {
    for (const close of closing.toReversed()) await close();
    rmSync(work, { recursive: true, force: true });
    rmSync(target, { recursive: true, force: true });
  }
}

interface ColdOptions {
  rounds: number;
  tree: string;
  target: string;
  building: Server;
  closing: (() => unknown)[];
}

async function cold({ rounds, tree, target, building, closing }: ColdOptions): Promise<void> {
  const tar = new TarPeer(join(target, 'tar'));
  closing.push(() => tar.close());
  const row: Row = { peer: [], own: [] };
  const phases: Record<string, number[]> = {};
  let serverRssBytes = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const peer = await tar.measure(tree);
    const own = await upload(building, `cold${round}`, tree);
    await building.forget();
    if (round === 0) continue;
    row.peer.push(peer);
    row.own.push(own);
    ({ serverRssBytes } = own);
    for (const [name, ms] of Object.entries(own.report.phases)) (phases[name] ??= []).push(ms);
  }
  print('all of it, with a tree', 'tar | zstd -1 -T2 | curl, zstd -d | tar x', row, {
    wall: 1.4,
    cpu: 1.3,
    wire: 1,
  });
  for (const [name, ms] of Object.entries(phases))
    console.log(`      ${name.padEnd(20)} ${median(ms).toFixed(0)} ms`);
  const rss = Math.max(...row.own.map(({ rssBytes }) => rssBytes));
  console.log(
    `      resident at most: client ${(rss / MB).toFixed(0)} MB (160), platform ${(serverRssBytes / MB).toFixed(0)} MB (250)`,
  );
}

interface ChangesOptions extends ColdOptions {
  work: string;
  storing: Server;
}

async function changes({
  rounds,
  tree,
  work,
  target,
  building,
  storing,
  closing,
}: ChangesOptions): Promise<void> {
  const rsync = await RsyncPeer.start(join(target, 'rsync'));
  closing.push(() => rsync.close());
  const cache = join(work, 'cache');
  const changed = join(work, 'changed');
  cpSync(tree, changed, { recursive: true, verbatimSymlinks: true });
  const files = filesOf(changed).toSorted();
  const change = (count: number) => {
    const step = Math.floor(files.length / count);
    for (let number = 0; number < count; number += 1)
      appendFileSync(files[number * step] ?? '', '// changed\n');
  };
  await rsync.measure(changed, 'flat');
  await rsync.measure(changed, 'linked0');
  await upload(storing, 'changes', changed, cache);
  await upload(building, 'changes', changed, cache);
  let links = 0;
  for (const count of [1, 20]) {
    const stored: Row = { peer: [], own: [] };
    const written: Row = { peer: [], own: [] };
    for (let round = 0; round <= rounds; round += 1) {
      change(count);
      // A file that has just been changed is read again the next time too; people are slower than that.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      const peer = await rsync.measure(changed, 'flat');
      const own = await upload(storing, 'changes', changed, cache);
      const linked = await rsync.measure(changed, `linked${links + 1}`, `linked${links}`);
      const tree = await upload(building, 'changes', changed, cache);
      rsync.remove(`linked${links}`);
      links += 1;
      await building.forget();
      if (round === 0) continue;
      stored.peer.push(peer);
      stored.own.push(own);
      written.peer.push(linked);
      written.own.push(tree);
    }
    const what = count === 1 ? '1 changed file' : `${count} changed files`;
    print(`${what}, no new tree`, 'rsync -az', stored, { wall: 0.9, ...(count === 1 ? { wire: 0.05 } : {}) });
    print(`${what}, with a new tree`, 'rsync -az --link-dest', written, { wall: 0.5 });
  }
}

/** Medians, and medians of the ratios of each round, with the most that is aimed at. */
function print(
  what: string,
  peerName: string,
  { peer, own }: Row,
  aims: { wall?: number; cpu?: number; wire?: number },
): void {
  console.log(`\n  ${what}, against ${peerName}`);
  const line = (
    name: string,
    of: (cost: Cost) => number,
    digits: number,
    unit: string,
    aim: number | undefined,
  ) => {
    const ratio = median(own.map((cost, round) => of(cost) / of(peer[round] as Cost)));
    const aimed = aim === undefined ? '' : ` (at most ${aim})${ratio <= aim ? '' : '  MISSED'}`;
    console.log(
      `      ${name.padEnd(6)} ${median(own.map(of)).toFixed(digits)} ${unit} against ${median(peer.map(of)).toFixed(digits)}  × ${ratio.toFixed(3)}${aimed}`,
    );
  };
  line('wall', ({ wallMs }) => wallMs, 0, 'ms', aims.wall);
  line('CPU', ({ cpuMs }) => cpuMs, 0, 'ms', aims.cpu);
  line('wire', ({ wireBytes }) => wireBytes / 1000, 0, 'kB', aims.wire);
}
