import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CUTS, CutUploads } from '../test/support/uploads/cut-upload.ts';
import { countFiles, makeTree, sizeOf, treeNames } from '../test/support/uploads/trees.ts';

const SEED = 20_260;

/** Uploads cut at random points, on either side and between: does each go on, and is the tree the same. */
export async function benchDeployResume(points: number): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'rig-bench-resume-'));
  let state = SEED;
  const random = () => {
    // A linear congruential generator (Knuth, MMIX): a failing run can be run again.
    state = Number(
      (BigInt(state) * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 4_294_967_296n,
    );
    return state / 4_294_967_296;
  };
  try {
    for (const [index, name] of treeNames.entries()) {
      const tree = makeTree(name, join(work, 'trees'));
      const uploads = await CutUploads.start(join(work, name), tree);
      const count = Math.floor((points + treeNames.length - 1 - index) / treeNames.length);
      const more: number[] = [];
      for (let point = 0; point < count; point += 1) {
        more.push(await uploads.cutAt(`${name}${point}`, random(), CUTS[point % CUTS.length] ?? 'client'));
      }
      await uploads.close();
      rmSync(join(work, name), { recursive: true, force: true });
      console.log(
        `  ${name.padEnd(8)} ${countFiles(tree)} files, ${(sizeOf(tree) / 1e6).toFixed(1)} MB: ${count} cuts, all went on, trees the same; sent again at most ${(Math.max(...more) / 1000).toFixed(0)} kB`,
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
