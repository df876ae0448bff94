import { type BundledPackage, packageId } from './bundled-packages.ts';

/** The licences that the bundle may contain. All ask for their text, and for nothing of the server's own code. */
const ACCEPTED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/**
 * Packages under the MIT licence that come without its text, by their names or the beginning of their names, with the
 * copyright of their repository, or of their author if that has none.
 */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  '@escape.tech/graphql-armor-': '2022 Escape – GraphQL Security',
  '@graphql-tools/': '2020 The Guild, Inc.',
  '@libsql/': '2023 Pekka Enberg',
  '@nodable/entities': 'Amit Gupta',
  '@whatwg-node/': '2023 Arda TANRIKULU',
  'cross-inspect': '2020 The Guild, Inc.',
  priorityqueuejs: 'Jano González',
  semaphore: 'Andreas Brekken',
};

const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

/**
 * The licences of the packages in one text.
 * @throws {Error} that names every package whose licence is not accepted or has no text
 */
export function licenceTexts(packages: readonly BundledPackage[]): string {
  const faults = packages.flatMap((one) => {
    const licence = licenceOf(one);
    if (!ACCEPTED.includes(licence)) return [`the licence of ${packageId(one)} is ${licence}`];
    return textsOf(one).length === 0 ? [`${packageId(one)} has no licence text`] : [];
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const line = '-'.repeat(80);
  return packages
    .map((one) => [line, `${packageId(one)} (${licenceOf(one)})`, line, ...textsOf(one)].join('\n\n'))
    .join('\n\n\n')
    .concat('\n');
}

/** The SPDX id of a package's licence. */
export function licenceOf({ name, licence }: BundledPackage): string {
  return licence ?? (holderOf(name) === undefined ? 'unknown' : 'MIT');
}

function textsOf({ name, licence, texts }: BundledPackage): readonly string[] {
  const holder = holderOf(name);
  const isKnown = texts.length === 0 && (licence ?? 'MIT') === 'MIT' && holder !== undefined;
  return isKnown
    ? [`MIT License\n\nCopyright (c) ${holder}\n\n${MIT_TEXT}`]
    : texts.map((text) => text.trim());
}

function holderOf(name: string): string | undefined {
  const known = Object.entries(WITHOUT_TEXT);
  return known.find(([start]) => (/[/-]$/.test(start) ? name.startsWith(start) : name === start))?.[1];
}
