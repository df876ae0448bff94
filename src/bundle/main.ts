import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundledPackages } from './bundled-packages.ts';
import { compiledPrograms } from './compiled-programs.ts';
import { licenceTexts } from './licence-texts.ts';

/* `npm run bundle` runs this at the top level of the repository. It makes the folder `bundle`, or fails and leaves it. */

const FOLDER = 'bundle';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  private: z.boolean(),
  engines: z.object({ node: z.string() }),
});

const product = manifest.parse(JSON.parse(await readFile('package.json', 'utf8')));
const { files, inputs } = await compiledPrograms();
const packages = await bundledPackages(inputs);
files.set('THIRD-PARTY-LICENSES.txt', licenceTexts(packages));
files.set('sbom.cdx.json', await billOfMaterials(product.name, packages));
// The token command describes itself as `npm run token`, and some platforms start a folder by `npm start`.
const scripts = { start: 'node main.js', token: 'node make-token.js' };
files.set('package.json', `${JSON.stringify({ ...product, type: 'module', scripts }, null, 2)}\n`);

await rm(FOLDER, { recursive: true, force: true });
for (const [path, content] of files) {
  await mkdir(dirname(join(FOLDER, path)), { recursive: true });
  await writeFile(join(FOLDER, path), content);
}
await copyFile('LICENSE', join(FOLDER, 'LICENSE'));

const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0);
process.stdout.write(`${FOLDER}: ${(bytes / 1e6).toFixed(1)} MB with ${packages.length} packages\n`);
