import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CUTS, CutUploads } from '../support/uploads/cut-upload.ts';
import { makeTree } from '../support/uploads/trees.ts';

let folder: string;
let uploads: CutUploads;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rig-resume-'));
  uploads = await CutUploads.start(join(folder, 'platform'), makeTree('small', folder));
});
after(async () => {
  await uploads.close();
  rmSync(folder, { recursive: true, force: true });
});

// `npm run bench -- deploy-resume` does it at fifty random points, with larger trees too.
for (const [number, share] of [0.02, 0.15, 0.35, 0.5, 0.6, 0.75, 0.9, 0.99].entries()) {
  const cut = CUTS[number % CUTS.length] ?? 'connection';
  test(`an upload goes on when the ${cut} ends at ${share * 100} % of it, and sends nothing twice that has arrived`, async () => {
    await uploads.cutAt(`app${number}`, share, cut);
  });
}
