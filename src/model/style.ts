/** What can vary in how a dialog is written. */
export const STYLE_DIMENSIONS = ['scene', 'register', 'length', 'known'] as const;
export type StyleDimension = (typeof STYLE_DIMENSIONS)[number];

/** One choice for each dimension that varies, for example `{ scene: 'market', register: 'informal' }`. */
export type StyleChoices = Readonly<Partial<Record<StyleDimension, string>>>;

/** A choice is 1 to 40 letters, digits, `_` and `-`. */
const FEATURE = new RegExp(`^(?:${STYLE_DIMENSIONS.join('|')}):[A-Za-z0-9_-]{1,40}$`);

/**
 * A style as it is stored and shown: its features, `dimension:choice`, separated by spaces and in a fixed order. For
 * example `scene:market register:informal`.
 * @throws {TypeError} if a choice is not 1 to 40 letters, digits, `_` and `-`
 */
export function styleText(choices: StyleChoices): string {
  const features = STYLE_DIMENSIONS.flatMap((dimension) => {
    const choice = choices[dimension];
    return choice === undefined ? [] : [`${dimension}:${choice}`];
  });
  const wrong = features.find((feature) => !FEATURE.test(feature));
  if (wrong !== undefined)
    throw new TypeError(`${JSON.stringify(wrong.slice(0, 60))} is no feature of a style`);
  return features.join(' ');
}

/** The features of a style. Empty if the text is not one that `styleText` writes, as another writer may have stored. */
export function styleFeatures(style: string): readonly string[] {
  if (style.length > 200) return [];
  const features = style.split(' ');
  const dimensions = features.map((feature) =>
    STYLE_DIMENSIONS.findIndex((one) => feature.startsWith(`${one}:`)),
  );
  const isOrdered = dimensions.every((dimension, i) => i === 0 || dimension > (dimensions[i - 1] ?? 0));
  return isOrdered && features.every((feature) => FEATURE.test(feature)) ? features : [];
}
