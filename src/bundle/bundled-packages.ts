import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A package whose content is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The licence that it names itself, as an SPDX expression; null if it names none. */
  readonly licence: string | null;
  /** The content of its files of licences and notices. */
  readonly texts: readonly string[];
}

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
const PACKAGE_FOLDER = /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^(?:licen[cs]e|copying|copyright|notice)/i;

/**
 * The packages that files belong to, sorted by name and version.
 * @param files paths relative to the working folder, with slashes
 */
export async function bundledPackages(files: readonly string[]): Promise<BundledPackage[]> {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file) ?? []));
  const packages = new Map<string, BundledPackage>();
  for (const folder of folders) {
    const one = await packageIn(folder);
    packages.set(packageId(one), one);
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** `name@version`, which is also how npm's bill of materials refers to a package. */
export function packageId({ name, version }: Pick<BundledPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

async function packageIn(folder: string): Promise<BundledPackage> {
  const text = await readFile(join(folder, 'package.json'), 'utf8');
  const { name, version, license = null } = manifest.parse(JSON.parse(text));
  const names = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  return { name, version, licence: license, texts };
}
