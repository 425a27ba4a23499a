// Builds the pages of the platform, unless what they are made of is as it was.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'packages', 'web');
const stamp = join(web, 'dist', '.built-from');

const sources = [
  'package-lock.json',
  ...globSync(
    ['packages/web/{src/**/*,index.html,vite.config.ts,public/**/*}', 'packages/{contract,wire}/src/**/*.ts'],
    { cwd: root, exclude: ['**/*.test.ts', '**/testing/**'] },
  ).toSorted(),
].filter((path) => /\.\w+$/.test(path));
const hash = createHash('sha256');
for (const path of sources) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
const digest = hash.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn' });
  compress(join(web, 'dist'));
  writeFileSync(stamp, digest);
}

/** rigd compresses nothing while somebody waits: every text lies beside itself as `.br` and `.gz`. */
function compress(folder) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  for (const path of globSync('**/*.{html,js,css,svg,json,webmanifest}', { cwd: folder })) {
    const plain = readFileSync(join(folder, path));
    for (const [ending, packed] of [
      ['.br', brotliCompressSync(plain, quality)],
      ['.gz', gzipSync(plain, { level: 9 })],
    ]) {
      if (packed.length < plain.length) writeFileSync(join(folder, path + ending), packed);
    }
  }
}
