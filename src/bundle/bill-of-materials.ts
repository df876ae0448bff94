import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type BundledPackage, packageId } from './bundled-packages.ts';
import { licenceOf } from './licence-texts.ts';

/*
 * What is kept of npm's bill of materials. It has the name of the working folder, the addresses that packages were loaded
 * from, and the time, which are left out: the same source makes the same bundle.
 */

const component = z.object({
  'bom-ref': z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
});

const bill = z.object({
  $schema: z.string(),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  version: z.number(),
  metadata: z.object({ component }),
  components: z.array(component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

/**
 * The bill of materials of a bundle with these packages, in CycloneDX's JSON.
 * @throws {Error} that names every package that the lock file does not have
 */
export async function billOfMaterials(name: string, packages: readonly BundledPackage[]): Promise<string> {
  const all = bill.parse(JSON.parse(await npmBill()));
  const components = packages.map((one) => {
    const found = all.components.find(({ 'bom-ref': ref }) => ref === packageId(one));
    if (!found) throw new Error(`the lock file does not have ${packageId(one)}: run npm ci`);
    return { ...found, licenses: [{ license: { id: licenceOf(one) } }] };
  });
  const product = { ...all.metadata.component, type: 'application', name };
  const kept = new Set([product, ...components].map(({ 'bom-ref': ref }) => ref));
  const dependencies = all.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  const restricted = { ...all, metadata: { component: product }, components, dependencies };
  return `${JSON.stringify(restricted, null, 2)}\n`;
}

async function npmBill(): Promise<string> {
  // With `--omit dev`, npm also leaves out what both the server and a tool of development depend on.
  const command = 'npm sbom --sbom-format cyclonedx --package-lock-only';
  // On Windows, npm is a script that only a shell runs.
  const { stdout } = await promisify(exec)(command, { maxBuffer: 64_000_000 });
  return stdout;
}
