import type { Detector } from '../detector.ts';

/** Where a site lies that nothing has to build. */
const FOLDERS = ['.', 'public'];

/** A folder of files with an index.html. */
export const staticDetector: Detector = {
  name: 'static',
  explain: 'index.html or public/index.html: a static site',
  reads: [],
  detect: async (tree) => {
    for (const folder of FOLDERS) {
      if (await tree.hasFile(`${folder}/index.html`))
        return {
          evidence: [`There is ${folder === '.' ? '' : `${folder}/`}index.html.`],
          steps: [],
          processes: [{ name: 'web', site: { folders: [folder], built: false } }],
          notes: [],
        };
    }
    return { missed: 'There is no index.html, nor public/index.html.' };
  },
};
